"""The real exchange takes the exam: our Asterisk with our dialplan, a scripted carrier, SIPp as the softphone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dialer.answer.sounds import Messages
from dialer.asterisk.port import LinkUp
from dialer.asterisk.session import AsteriskExchange
from dialer.call.model import CallId
from lab import sipp
from tests.asterisk.conftest import RunningAsterisk, free_port
from tests.asterisk.dialer_sip import RINGS, Carrier, Manner
from tests.asterisk.sound import GREETING, HELLO
from tests.contracts.exchange.exam import Exam

MANNERS = {
    "answers": Manner(),
    "person": Manner(says=HELLO),
    "machine": Manner(says=GREETING),
    "busy": Manner(refuses="486 Busy Here"),
    "rings_out": RINGS,
    "dead": Manner(refuses="404 Not Found"),
    "congested": Manner(refuses="503 Service Unavailable"),
}
NUMBERS = {kind: f"+551199999000{n}" for n, kind in enumerate(MANNERS)}


class AsteriskCandidate:
    def __init__(self, asterisk: RunningAsterisk, folder: Path) -> None:
        ours = asterisk.settings.asterisk
        self.exchange = AsteriskExchange(
            host=ours.manager_host,
            port=ours.manager_port,
            user=ours.manager_user,
            secret=asterisk.settings.manager_secret(),
        )
        self.carrier = Carrier(asterisk.carrier_port)
        self.agent = asterisk.agents[0].login
        self.carrier.manners |= {NUMBERS[kind]: manner for kind, manner in MANNERS.items()}
        self.recording_folder = str(asterisk.places.legs)
        self.message = Messages(asterisk.places.sounds).of(None, "+551140000000")
        self._asterisk = asterisk
        self._folder = folder

    def number(self, kind: str) -> str:
        return NUMBERS[kind]

    @asynccontextmanager
    async def parked(self) -> AsyncIterator[None]:
        port = self._asterisk.settings.asterisk.sip_port
        account = self._asterisk.agents[0]
        with sipp.agent(self._folder, account, asterisk_port=port, port=free_port(), rtp_port=free_port()):
            yield
            for leg in await self.exchange.legs():
                if leg.login:
                    await self.exchange.hang_up_leg(leg.channel)

    async def debtor_hangs_up(self, call_id: CallId) -> None:
        (call,) = self.carrier.by_number.values()
        call.hang_up()

    async def lose_link(self) -> None:
        self.exchange._link.protocol.transport.abort()

    async def regain_link(self) -> None:
        """It comes back by itself."""

    async def dials_seen(self, call_id: CallId) -> int:
        return self.carrier.dials.total()


class TestAsterisk(Exam):
    @pytest.fixture
    async def candidate(self, asterisk: RunningAsterisk, tmp_path: Path) -> AsyncIterator[AsteriskCandidate]:
        candidate = AsteriskCandidate(asterisk, tmp_path)
        await candidate.carrier.__aenter__()
        await candidate.exchange.start()
        assert (await candidate.exchange.facts.get()).fact == LinkUp()
        yield candidate
        for leg in await candidate.exchange.legs():
            await candidate.exchange.hang_up_leg(leg.channel)
        async with asyncio.timeout(30):
            while await candidate.exchange.legs():  # noqa: ASYNC110 — the next test begins with an empty exchange
                await asyncio.sleep(0.05)
        await candidate.exchange.stop()
        await candidate.carrier.__aexit__()
