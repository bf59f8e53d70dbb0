"""Virtual time for every test here."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.scenarios.house import House
from tests.virtual_time import LoopFactory, VirtualLoop, time_stands_still_for_statements


def pytest_asyncio_loop_factories() -> Mapping[str, LoopFactory]:
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _statements() -> Iterator[None]:
    with time_stands_still_for_statements():
        yield


@pytest.fixture
async def house(engine: AsyncEngine, database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    house = House(engine, database_url, tmp_path)
    yield house
    house.engine.away = False
    await house.dialer.stop()
    await house.exchange.shut_down()
