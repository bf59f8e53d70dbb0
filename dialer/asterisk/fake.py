"""A scripted exchange for what a real one cannot be made to do in a test. It takes the same contract tests.

Every number has a script: how long it rings and how it ends. Time is the event loop's, so virtual time works.
"""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from base.clock import Clock
from crm.model import AnswerDetection
from dialer.answer.detector import RATE_HZ, Sound
from dialer.asterisk import encode
from dialer.asterisk.port import (
    AgentGone,
    AgentParked,
    Alone,
    DebtorAnswered,
    DebtorHungUp,
    DebtorPickedUp,
    DebtorRinging,
    DebtorWaitedTooLong,
    DialFailed,
    ExchangeFact,
    ExchangeRefusedError,
    Leg,
    LegsJoined,
    LinkDown,
    LinkUp,
    MachineAnswered,
    MessageEnded,
    Originate,
    Told,
)
from dialer.call.model import AgentLogin, CallId

MESSAGE_S = 6.0
SILENCE_S = 0.8
"""After a person's greeting, before a detection is sure of it."""

PIECE = RATE_HZ // 10
_LOUD = np.tile(np.array([3000, -3000], dtype=np.int16), RATE_HZ)
SAID = {"nothing": _LOUD[:0], "hello": _LOUD[: RATE_HZ // 2], "much": np.tile(_LOUD, 4)}
"""What is heard of a far end from the moment it is listened to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FarEnd:
    """What happens at a number."""

    kind: Literal["answers", "busy", "rings_out", "dead", "refused"] = "answers"
    ring_s: float = 2.0
    talk_s: float | None = 20.0
    """Hangs up after so long in the bridge; None: stays until hung up on."""
    patience_s: float = 60.0
    """Hangs up after so long unbridged, counted from the pick-up."""
    says: Literal["hello", "nothing", "much"] = "hello"
    """Who says much is held for a machine where the call is dialled with a detection."""
    heard_after_s: float = 1.6
    """How long a detection listens."""


class FakeExchange:
    """An exchange without telephones."""

    def __init__(
        self, clock: Clock, far_ends: Mapping[str, FarEnd] | None = None, *, patience_s: float = encode.MESSAGE_AFTER_S
    ) -> None:
        self.facts: asyncio.Queue[Told] = asyncio.Queue()
        self.far_ends: dict[str, FarEnd] = defaultdict(FarEnd, far_ends or {})
        self.originated: list[Originate] = []
        self.refuse_joins = 0
        """So many of the next joins are refused."""
        self.linked = False
        self._clock = clock
        self._patience_s = patience_s
        self._legs: dict[str, Leg] = {}
        self._scripts: dict[str, asyncio.Task[None]] = {}
        self._bridged: dict[CallId, str] = {}
        self._parked = 0
        self._says: dict[CallId, str] = {}
        self._ears: dict[CallId, asyncio.Task[None]] = {}

    async def start(self) -> None:
        self.connect()

    async def stop(self) -> None:
        """The dialer leaves; the calls go on."""
        self.linked = False

    async def shut_down(self) -> None:
        """The exchange itself ends, with every call."""
        running = [*self._scripts.values(), *self._ears.values()]
        for script in running:
            script.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def scripts(self) -> set[asyncio.Task[None]]:
        """What the far ends are doing now."""
        return {*self._scripts.values(), *self._ears.values()}

    def connect(self) -> None:
        """The link comes (back); the calls went on meanwhile."""
        self.linked = True
        self._tell(LinkUp())

    def disconnect(self) -> None:
        """The link goes: nothing is told and every order fails until `connect`."""
        self._tell(LinkDown())
        self.linked = False

    def park(self, login: str) -> str:
        """An agent's softphone parks; returns its channel."""
        self._parked += 1
        channel = f"PJSIP/{login}-{self._parked:08x}"
        self._legs[channel] = Leg(
            channel=channel, call_id=None, login=AgentLogin(login), up=True, ringing=False, bridge=None
        )
        self._tell(AgentParked(login=AgentLogin(login), channel=channel))
        return channel

    def unpark(self, channel: str) -> None:
        """An agent's leg is lost."""
        leg = self._legs.pop(channel)
        assert leg.login is not None
        self._tell(AgentGone(login=leg.login, channel=channel))
        for call_id, agent in list(self._bridged.items()):
            if agent == channel:
                self._end(call_id, 16)

    def lose(self, call_id: CallId) -> None:
        """A debtor hangs up."""
        self._end(call_id, 16)

    async def originate(self, order: Originate) -> None:
        self._check_link()
        # The real one's checks: what it would not send is refused here too.
        encode.originate(order)
        self.originated.append(order)
        far = self.far_ends[order.number]
        self._says[order.call_id] = far.says
        if far.kind == "refused":
            raise ExchangeRefusedError("Asterisk refused Originate: no such trunk.")
        self._legs[order.call_id] = Leg(
            channel=f"PJSIP/trunk-{order.trunk}-{len(self._legs):08x}",
            call_id=order.call_id,
            login=None,
            up=False,
            ringing=False,
            bridge=None,
        )
        self._scripts[order.call_id] = asyncio.create_task(self._play(order, far))

    async def join(self, *, agent_channel: str, call_id: CallId) -> None:
        self._check_link()
        if self.refuse_joins:
            self.refuse_joins -= 1
            raise ExchangeRefusedError("Asterisk refused Bridge: Channel2 does not exist.")
        if agent_channel not in self._legs or call_id not in self._legs:
            raise ExchangeRefusedError("Asterisk refused Bridge: no such channel.")
        self._bridged[call_id] = agent_channel
        for key in (agent_channel, call_id):
            self._legs[key] = replace(self._legs[key], bridge=f"bridge-{call_id}", alone=None)
        self._tell(LegsJoined(call_id=call_id, agent_channel=agent_channel))

    async def listen(self, call_id: CallId) -> "asyncio.Queue[Sound | None]":
        self._check_link()
        if call_id not in self._legs:
            raise ExchangeRefusedError("Asterisk refused Originate: no such channel.")
        sound: asyncio.Queue[Sound | None] = asyncio.Queue()
        self._ears[call_id] = asyncio.create_task(self._speak(call_id, sound))
        return sound

    def stop_listening(self, call_id: CallId) -> None:
        ear = self._ears.pop(call_id, None)
        if ear is not None:
            ear.cancel()

    async def _speak(self, call_id: CallId, sound: "asyncio.Queue[Sound | None]") -> None:
        said = SAID[self._says.get(call_id, "nothing")]
        for start in itertools.count(0, PIECE):
            await asyncio.sleep(PIECE / RATE_HZ)
            if call_id not in self._legs:
                return sound.put_nowait(None)
            piece = said[start : start + PIECE]
            sound.put_nowait(np.pad(piece, (0, PIECE - len(piece))))
        return None

    async def hang_up(self, call_id: CallId) -> None:
        self._check_link()
        if call_id in self._legs:
            self._end(call_id, 16)

    async def hang_up_leg(self, channel: str) -> None:
        self._check_link()
        encode.hang_up_leg(channel)
        leg = next((leg for leg in self._legs.values() if leg.channel == channel), None)
        if leg is not None and leg.call_id is not None:
            self._end(leg.call_id, 16)
        elif leg is not None:
            self.unpark(channel)

    async def legs(self) -> tuple[Leg, ...]:
        self._check_link()
        return tuple(self._legs.values())

    async def reload_agents(self) -> None:
        self._check_link()

    async def _play(self, order: Originate, far: FarEnd) -> None:
        call_id = order.call_id
        if far.kind == "dead":
            return self._end(call_id, 1)
        self._legs[call_id] = replace(self._legs[call_id], ringing=True)
        self._tell(DebtorRinging(call_id=call_id))
        if far.kind == "busy":
            await asyncio.sleep(0.5)
            return self._end(call_id, 17)
        if far.kind == "rings_out" or far.ring_s >= order.ring_timeout_s:
            await asyncio.sleep(order.ring_timeout_s)
            return self._end(call_id, 0, failed=3)
        await asyncio.sleep(far.ring_s)
        self._legs[call_id] = replace(self._legs[call_id], ringing=False, up=True)
        await self._pick_up(order, far)
        if call_id in self._bridged and far.talk_s is not None:
            await asyncio.sleep(far.talk_s)
            self._end(call_id, 16)
        return None

    async def _pick_up(self, order: Originate, far: FarEnd) -> None:
        call_id, left_s, patience_s = order.call_id, far.patience_s, self._patience_s
        if order.detection is AnswerDetection.AMD:
            self._alone(call_id, Alone.SCREENED, DebtorPickedUp(call_id=call_id))
            await asyncio.sleep(min(far.heard_after_s, left_s))
            left_s -= far.heard_after_s
            if far.says == "much" and left_s > 0:
                self._tell(MachineAnswered(call_id=call_id, why="LONGGREETING-1500-1500"))
            if far.says == "much" or left_s <= 0:
                return self._end(call_id, 16)
            patience_s -= SILENCE_S
        heard = SILENCE_S if order.detection is AnswerDetection.AMD and far.says == "hello" else None
        self._alone(call_id, Alone.WAITING, DebtorAnswered(call_id=call_id, greeting_ended_ago_s=heard))
        left_s -= await self._wait_unbridged(call_id, min(patience_s, left_s))
        if call_id in self._bridged:
            return None
        if left_s > 0:
            self._alone(call_id, Alone.MESSAGE, DebtorWaitedTooLong(call_id=call_id))
            left_s -= await self._wait_unbridged(call_id, min(MESSAGE_S, left_s))
        if call_id in self._bridged:
            return None
        if left_s > 0:
            self._tell(MessageEnded(call_id=call_id, played=True))
        return self._end(call_id, 16)

    def _alone(self, call_id: CallId, alone: Alone, fact: ExchangeFact) -> None:
        self._legs[call_id] = replace(self._legs[call_id], alone=alone)
        self._tell(fact)

    async def _wait_unbridged(self, call_id: CallId, seconds: float) -> float:
        """Wait so long, or until the call is joined to an agent; returns the seconds waited."""
        waited_s = 0.0
        while call_id not in self._bridged and waited_s < seconds:
            step_s = min(0.05, seconds - waited_s)
            await asyncio.sleep(step_s)
            waited_s += step_s
        return waited_s

    def _end(self, call_id: CallId, cause: int, *, failed: int | None = None) -> None:
        self._legs.pop(call_id, None)
        agent = self._bridged.pop(call_id, None)
        if agent in self._legs:
            self._legs[agent] = replace(self._legs[agent], bridge=None)
            login = self._legs[agent].login
            assert login is not None
            self._tell(AgentParked(login=login, channel=agent))
        self._tell(DebtorHungUp(call_id=call_id, cause=cause))
        if failed is not None:
            self._tell(DialFailed(call_id=call_id, reason=failed))
        script = self._scripts.pop(call_id, None)
        if script is not None and script is not asyncio.current_task():
            script.cancel()

    def _tell(self, fact: ExchangeFact) -> None:
        if self.linked:
            self.facts.put_nowait(Told(at=self._clock.now(), fact=fact))

    def _check_link(self) -> None:
        if not self.linked:
            raise ExchangeRefusedError("The link to Asterisk is down.")
