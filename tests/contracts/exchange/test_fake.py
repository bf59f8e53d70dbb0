"""The scripted exchange takes the exam in virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dialer.asterisk.fake import FakeExchange, FarEnd
from dialer.asterisk.port import LinkUp
from dialer.call.model import CallId
from tests.contracts.exchange.exam import Exam
from tests.virtual_time import LoopClock

KINDS = ("answers", "busy", "rings_out", "dead", "person", "machine")
NUMBERS = {kind: f"+551199999000{n}" for n, kind in enumerate(KINDS)}
FAR_ENDS = {
    "answers": FarEnd(talk_s=None, says="nothing"),
    "person": FarEnd(talk_s=None, says="hello"),
    "machine": FarEnd(talk_s=None, says="much"),
    "busy": FarEnd(kind="busy"),
    "rings_out": FarEnd(kind="rings_out"),
    "dead": FarEnd(kind="dead"),
}


class FakeCandidate:
    agent = "ana"
    recording_folder = "/spool/alo"
    message = "/sounds/message-1"

    def __init__(self) -> None:
        far_ends = {number: FAR_ENDS[kind] for kind, number in NUMBERS.items()}
        self.exchange = FakeExchange(LoopClock(), far_ends)

    def number(self, kind: str) -> str:
        return NUMBERS[kind]

    @asynccontextmanager
    async def parked(self) -> AsyncIterator[None]:
        channel = self.exchange.park(self.agent)
        yield
        await self.exchange.hang_up_leg(channel)

    async def debtor_hangs_up(self, call_id: CallId) -> None:
        await self.exchange.hang_up(call_id)

    async def lose_link(self) -> None:
        self.exchange.disconnect()

    async def regain_link(self) -> None:
        self.exchange.connect()

    async def dials_seen(self, call_id: CallId) -> int:
        return sum(order.call_id == call_id for order in self.exchange.originated)


class TestFake(Exam):
    @pytest.fixture
    async def candidate(self) -> AsyncIterator[FakeCandidate]:
        candidate = FakeCandidate()
        await candidate.exchange.start()
        assert (await candidate.exchange.facts.get()).fact == LinkUp()
        yield candidate
        await candidate.exchange.stop()
        await candidate.exchange.shut_down()
