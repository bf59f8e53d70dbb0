"""One robot agent's shift: keep the leg parked, talk to whoever is joined to it, do the desk work after each call."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from lab.handset import Ear, Endpoint, Line, converse
from lab.handset.conversation import listen
from lab.handset.journal import Journal, now_iso
from lab.handset.line import now_s
from lab.plan_model import Behaviour, BehaviourKind, Plan, PlannedAgent, Side
from lab.robots.callee import Callees
from lab.robots.desk import AGAIN_S, Desk, DeskCall, DeskState, Snapshot

log = logging.getLogger(__name__)

FIRST_WORD_S = 2.5  # an agent who hears nothing at all begins to speak
RECOGNISES_MACHINE_S = 3.0
BREATH_S = 0.3
GOODBYE_S = 15.0
WRAPUP_STARTS_S = 10.0
MACHINE = "machine"
NOBODY = "silent"


@dataclass(kw_only=True)
class OnCall:
    """The call that the robot is on: its leg's ear, and the call's end, which is not the leg's."""

    call: DeskCall
    line: Line
    ear: Ear
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Shift:
    """A robot; `work` runs until it is cancelled, whatever goes wrong."""

    def __init__(self, *, agent: PlannedAgent, plan: Plan, endpoint: Endpoint, callees: Callees, said: Journal) -> None:
        self._agent = agent
        self._endpoint = endpoint
        self._callees = callees
        self._said = said
        self._desk = Desk(web=plan.web, token=agent.token)
        self._line: Line | None = None
        self._now: Snapshot | None = None
        self._changed = asyncio.Condition()
        self._on_call: OnCall | None = None
        self._served: str | None = None
        self._began_on: Line | None = None
        self._registrar = f"{plan.registrar.address}:{plan.registrar.port}"
        self._account = endpoint.add_account(
            agent.login, password=agent.password, registrar=(plan.registrar.address, plan.registrar.port)
        )

    async def work(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in (self._keep_leg, self._follow, self._take_calls):
                    tasks.create_task(self._for_ever(part))
        finally:
            await self._desk.close()

    async def _for_ever(self, part: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await part()
            except (httpx.HTTPError, TimeoutError) as error:
                log.info("the agent API cannot be reached now", extra={"error": type(error).__name__})
            except Exception:  # a robot that errs goes on with its next call
                log.exception("a robot has erred", extra={"login": self._agent.login})
            await asyncio.sleep(AGAIN_S)

    async def _keep_leg(self) -> None:
        while True:
            await self._account.registered.wait()
            line = self._endpoint.dial(self._account, f"sip:park@{self._registrar}")
            if await line.answered_within(10):
                self._line = line
                await self._tell_change()
                await line.ended.wait()
                self._line = None
                self._end_call()
            line.hang_up()
            log.info("a robot's leg is down; it calls again", extra={"login": self._agent.login, "status": line.status})
            await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        async with contextlib.aclosing(self._desk.events()) as events:
            async for snapshot in events:
                self._now = snapshot
                if self._on_call is not None and (
                    snapshot.state is not DeskState.TALKING or snapshot.call != self._on_call.call
                ):
                    self._end_call()
                await self._tell_change()

    async def _take_calls(self) -> None:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._call_waits() or self._may_begin())
            now, line = self._now, self._line
            assert now is not None
            assert line is not None
            if self._may_begin():
                self._began_on = line  # once a leg: a supervisor who pauses a robot later is obeyed
                await self._desk.ready()
            elif now.call is not None:
                self._served = now.call.id
                await self._serve(now.call, line, talking=now.state is DeskState.TALKING)

    def _may_begin(self) -> bool:
        """Parked, but paused since before."""
        paused = self._now is not None and self._now.state is DeskState.PAUSED
        return paused and self._line is not None and self._began_on is not self._line

    def _call_waits(self) -> bool:
        """A call is on the desk that has not been served."""
        now = self._now
        if now is None or now.call is None or self._line is None or now.call.id == self._served:
            return False
        return now.state in {DeskState.TALKING, DeskState.WRAPUP}

    async def _serve(self, call: DeskCall, line: Line, *, talking: bool) -> None:
        behaviour = self._callees.behaviour(call.number)
        code = NOBODY
        if talking:
            self._on_call = on_call = OnCall(call=call, line=line, ear=line.ear)
            try:
                code = await self._talk(on_call, behaviour)
                if not on_call.ended.is_set():
                    await self._desk.hang_up()
            finally:
                self._on_call = None
                line.ear.forget(now_s())
        if not await self._until(lambda now: now.state is not DeskState.TALKING or now.call != call, WRAPUP_STARTS_S):
            return
        await asyncio.sleep(behaviour.wrapup_s if behaviour is not None else 0)
        agreed = behaviour.disposition_data if behaviour is not None and code == behaviour.disposition else {}
        for _ in range(3):
            if self._now is None or self._now.call != call or await self._desk.dispose(call.id, code, agreed):
                return
            await asyncio.sleep(AGAIN_S)

    async def _talk(self, on_call: OnCall, behaviour: Behaviour | None) -> str:
        """Have the conversation; the disposition's code."""
        if behaviour is None or behaviour.kind is BehaviourKind.HANGS_UP:
            await listen(on_call)
            return NOBODY
        if behaviour.kind is BehaviourKind.VOICEMAIL:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(on_call.ended.wait(), RECOGNISES_MACHINE_S)
            return behaviour.disposition or MACHINE

        async def say(index: int) -> bool:
            return await self._says(on_call, behaviour, index)

        ours = [turn.side is Side.AGENT for turn in behaviour.turns]
        had = await converse(on_call, ours, say, first_patience_s=FIRST_WORD_S)
        if had < len(ours):
            return NOBODY
        wait_s = GOODBYE_S if behaviour.ends is Side.DEBTOR else BREATH_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(on_call.ended.wait(), wait_s)
        return behaviour.disposition or NOBODY

    async def _says(self, on_call: OnCall, behaviour: Behaviour, index: int) -> bool:
        turn = behaviour.turns[index]
        started_at = now_iso()
        completed = False
        try:
            completed = await on_call.line.speak(Path(turn.audio), until=on_call.ended)
        finally:
            self._said.write(
                {
                    "login": self._agent.login,
                    "call_id": on_call.call.id,
                    "side": Side.AGENT.value,
                    "turn": index,
                    "text": turn.text,
                    "started_at": started_at,
                    "ended_at": now_iso(),
                    "completed": completed,
                }
            )
        return completed

    def _end_call(self) -> None:
        if self._on_call is not None:
            self._on_call.ended.set()

    async def _tell_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, holds: Callable[[Snapshot], bool], seconds: float) -> bool:
        """Wait until the desk's state is such, `seconds` at most; whether it is."""

        def now_holds() -> bool:
            return self._now is not None and holds(self._now)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(now_holds)
        return now_holds()
