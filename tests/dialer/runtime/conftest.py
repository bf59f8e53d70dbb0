"""Virtual time for every test here."""

from collections.abc import Iterator, Mapping

import pytest

from tests.virtual_time import LoopFactory, VirtualLoop, time_stands_still_for_statements


def pytest_asyncio_loop_factories() -> Mapping[str, LoopFactory]:
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _statements() -> Iterator[None]:
    with time_stands_still_for_statements():
        yield
