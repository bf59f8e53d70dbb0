"""Asterisk's queues fill: fewer calls are given at once, none before it refuses, and all of it is told and undone."""

import asyncio
import logging
from collections.abc import Mapping

import pytest

from base.trunk_settings import TrunkSettings
from dialer.asterisk.fake import FakeExchange
from dialer.asterisk.port import ExchangeError, ExchangeRefusedError, Vitals
from dialer.runtime.breath import BREATH_S, ExchangeBreath
from dialer.trunk.health import Breath
from dialer.trunk.pressure import Queue
from dialer.trunk.reach import Reach
from dialer.trunk.trunks import Trunks
from tests.virtual_time import LoopClock, LoopFactory, VirtualLoop


def pytest_asyncio_loop_factories() -> Mapping[str, LoopFactory]:
    return {"virtual": VirtualLoop}


class Exchange(FakeExchange):
    """One whose vitals can also be refused, or not come."""

    trouble: ExchangeError | None = None

    async def vitals(self) -> Vitals:
        if self.trouble is not None:
            raise self.trouble
        return await super().vitals()

    def wait(self, tasks: int, reach: Reach = Reach.UNKNOWN) -> None:
        queue = Queue(name="pjsip/default", waiting=tasks, deepest=0, high_water=500)
        self.vital = Vitals(queues=(queue,), trunks={"main": reach})


class Watched:
    def __init__(self) -> None:
        trunk = TrunkSettings(host="127.0.0.1", caller_ids=("+551130000000",), calls_per_second=20, max_calls=100_000)
        self.trunks = Trunks(trunks={"main": trunk}, carriers={}, routes={"main": ("main",)})
        self.exchange = Exchange(LoopClock())
        self.exchange.linked = True
        self.breath = ExchangeBreath(exchange=self.exchange, trunks=self.trunks, clock=LoopClock())

    async def dial(self, seconds: float) -> float:
        """Dial as fast as the trunks take calls, looking at the exchange; the calls per second that went out."""
        clock, taken = LoopClock(), 0
        for n in range(round(seconds * 50)):
            if n % round(BREATH_S * 50) == 0:
                await self.breath.look()
            while self.trunks.take("main", clock.posix_s()):
                taken += 1
            await asyncio.sleep(0.02)
        return taken / seconds


@pytest.fixture
async def watched() -> Watched:
    return Watched()


async def test_it_is_slowed_stopped_and_free_again(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="dialer.runtime.breath")
    watched.exchange.wait(0)
    assert await watched.dial(10) > 18
    watched.exchange.wait(220)
    await watched.breath.look()
    assert watched.breath.health.breath is Breath.SLOWED
    assert await watched.dial(2) <= 11
    watched.exchange.wait(450)
    await watched.breath.look()
    assert await watched.dial(4) == 0
    watched.exchange.wait(0)
    await watched.dial(60)
    assert watched.breath.health.breath is Breath.FREE
    assert await watched.dial(10) > 18
    told = [record.getMessage() for record in caplog.records]
    assert "the exchange is short of breath and is given fewer calls a second" in told
    assert "the exchange is about to refuse calls: nothing is dialled until it recovers" in told
    assert told[-1] == "the exchange breathes freely again, calls go out as the trunks bear"


async def test_one_that_does_not_answer_is_left_alone(watched: Watched) -> None:
    watched.exchange.trouble = ExchangeError("Asterisk did not answer Command within 5 s.")
    await watched.breath.look()
    assert watched.breath.health.breath is Breath.STOPPED
    watched.exchange.trouble = None
    await watched.dial(60)
    assert watched.breath.health.breath is Breath.FREE


async def test_one_that_may_not_tell_is_dialled_on_and_it_is_said_once(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.exchange.trouble = ExchangeRefusedError("Asterisk refused Command: Permission denied.")
    for _ in range(3):
        await watched.breath.look()
    assert await watched.dial(5) > 18
    (said,) = caplog.records
    assert "write class command" in said.getMessage()


async def test_a_trunk_that_does_not_answer_is_told_and_not_dialled(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="dialer.runtime.breath")
    watched.exchange.wait(0, Reach.UNREACHABLE)
    assert await watched.dial(3) == 0
    watched.exchange.wait(0, Reach.REACHABLE)
    await watched.breath.look()
    assert await watched.dial(3) > 10
    assert [record.getMessage() for record in caplog.records] == [
        "a trunk's carrier is not there",
        "a trunk's carrier is there again",
    ]
