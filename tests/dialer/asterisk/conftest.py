"""Virtual time for every test here, and an exchange linked to the small manager."""

from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from dialer.asterisk.port import LinkUp
from dialer.asterisk.session import AsteriskExchange
from tests.dialer.asterisk.linked import exchange_at, told
from tests.dialer.asterisk.manager import Manager
from tests.virtual_time import LoopFactory, VirtualLoop, time_stands_still_for_statements


def pytest_asyncio_loop_factories() -> Mapping[str, LoopFactory]:
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _statements() -> Iterator[None]:
    with time_stands_still_for_statements():
        yield


@pytest.fixture
async def manager() -> AsyncIterator[Manager]:
    manager = Manager()
    await manager.start()
    yield manager
    await manager.stop()


@pytest.fixture
async def exchange(manager: Manager) -> AsyncIterator[AsteriskExchange]:
    exchange = exchange_at(manager.port)
    await exchange.start()
    assert await told(exchange) == LinkUp()
    yield exchange
    await exchange.stop()
