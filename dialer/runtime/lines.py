"""One call, one queue, one worker: facts go in, the machine says what follows, the worker does it, in order.

A worker is retired when its call has ended and its end is handed to the writer.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from base.clock import Clock
from dialer.agent.model import AgentState, TalkEnded, TalkStarted, WrappedUp
from dialer.answer.sounds import Messages
from dialer.asterisk.port import Exchange, ExchangeError, ExchangeRefusedError, Originate
from dialer.call import machine
from dialer.call.model import (
    AgentFound,
    AgentLogin,
    Answered,
    Call,
    CallFact,
    CallId,
    CallState,
    HangupAsked,
    HungUp,
    JoinFailed,
    Order,
    OriginateFailed,
)
from dialer.runtime import tell
from dialer.runtime.book import Book
from dialer.runtime.floor import Floor
from dialer.runtime.line import Line
from dialer.runtime.listening import Listening
from dialer.runtime.routines import end

log = logging.getLogger(__name__)

CONGESTION_CAUSE = 34
JOIN_AGAIN_S = 0.2


class Lines:
    """All calls that are up."""

    def __init__(
        self, *, floor: Floor, exchange: Exchange, book: Book, clock: Clock, spool: Path, messages: Messages
    ) -> None:
        self.up: dict[CallId, Line] = {}
        self.closing: set[CallId] = set()
        """Calls that are over and whose end is not committed yet."""
        self.placing: set[CallId] = set()
        """Calls whose intent is being committed."""
        self.anomalies: Counter[str] = Counter()
        self.ended: Callable[[Line], None] = lambda _line: None
        """Called when a call is over: the campaign may dial again."""
        self._floor = floor
        self._exchange = exchange
        self._book = book
        self._clock = clock
        self._spool = spool
        self._messages = messages
        self._listening = Listening(exchange=exchange, clock=clock)

    def note(self, call: Call, fact: CallFact) -> Call:
        """The call after a fact that was found out about it, journalled; nothing is done about it."""
        step = machine.step(call, fact)
        self._book.journal(call.id, fact, step.anomaly)
        return step.call

    def begin(self, line: Line) -> None:
        """Dial. The attempt's row is committed already: intent before act."""
        self._open(line)
        tell.placed(line, self._clock.posix_s())
        line.worker = asyncio.create_task(self._dial(line), name=f"call {line.call.id}")

    def adopt(self, line: Line) -> None:
        """Take up a call that was found on the exchange after a restart."""
        self._open(line)
        tell.found(line, self._clock.posix_s())
        line.worker = asyncio.create_task(self._work(line), name=f"call {line.call.id}")

    def known(self) -> set[CallId]:
        """Every call somebody here cares for, from before its intent is committed until its end is."""
        return self.up.keys() | self.closing | self.placing

    def agent_lost(self, call_id: CallId) -> None:
        """The agent held for this call is there no more."""
        if call_id in self.up:
            tell.agent_lost(self.up[call_id], self._clock.posix_s())

    def finish_again(self, line: Line) -> None:
        """Write the end of a call whose last fact is known but whose end was not committed."""
        self._close(line)

    def post(self, call_id: CallId, fact: CallFact) -> None:
        """Hand a fact to its call. One whose call is over is counted, and gives back the agent it may hold."""
        line = self.up.get(call_id)
        if line is not None:
            line.queue.put_nowait(fact)
            return
        if isinstance(fact, HungUp | OriginateFailed):
            # A dial that came to nothing is told in both ways: the second is no news.
            return
        self.anomalies[f"call over: {type(fact).__name__}"] += 1
        if isinstance(fact, AgentFound):
            self._floor.free(fact.agent, call_id)

    def on_trunk(self, trunk: str) -> int:
        """Calls that are up on this trunk."""
        return sum(line.campaign.trunk == trunk for line in self.up.values())

    def count(self, campaign_id: int) -> Counter[CallState]:
        """The campaign's calls by state."""
        return Counter(line.call.state for line in self.up.values() if line.campaign.id == campaign_id)

    def ringing(self, campaign_id: int) -> int:
        """The campaign's calls that may still want an agent and have none held; all that are being committed too."""
        unanswered = {CallState.PLACED, CallState.RINGING, CallState.SCREENING}
        up = (line for line in self.up.values() if line.campaign.id == campaign_id and not line.guaranteed)
        return sum(line.call.state in unanswered for line in up) + sum(not self._floor.holds(c) for c in self.placing)

    async def stop(self) -> None:
        """Leave the calls to the exchange: it goes on with them, and a restarted dialer finds them again."""
        await self._listening.stop()
        await end(*(line.worker for line in self.up.values()))

    def _open(self, line: Line) -> None:
        self.up[line.call.id] = line

    async def _dial(self, line: Line) -> None:
        try:
            await self._exchange.originate(
                Originate(
                    call_id=line.call.id,
                    number=line.lead.number,
                    trunk=line.campaign.trunk,
                    caller_id=line.campaign.caller_id,
                    ring_timeout_s=line.campaign.ring_timeout_s,
                    recording_base=str(self._spool / line.call.id),
                    message=self._messages.of(line.campaign.abandonment_message, line.campaign.caller_id),
                    detection=line.campaign.answer_detection,
                )
            )
        except ExchangeRefusedError as error:
            fact = OriginateFailed(at=self._clock.now(), why=str(error), cause=CONGESTION_CAUSE)
            line.queue.put_nowait(fact)
        except Exception:
            # Only a refusal is an end; what is not known is looked up by the sweep, and never dialled again.
            log.exception("it is not known whether a call was dialled", extra={"call": line.call.id})
        await self._work(line)

    async def _work(self, line: Line) -> None:
        while line.call.state is not CallState.ENDED:
            fact = await line.queue.get()
            try:
                await self._apply(line, fact)
            except Exception:
                # One call's trouble must not end its worker: the sweep finds the call again.
                log.exception("a fact could not be worked on", extra={"call": line.call.id})
        del self.up[line.call.id]
        while not line.queue.empty():
            self.post(line.call.id, line.queue.get_nowait())
        self.ended(line)

    async def _apply(self, line: Line, fact: CallFact) -> None:
        before = line.call
        step = machine.step(before, fact)
        line.call = step.call
        self._book.journal(before.id, fact, step.anomaly)
        if step.anomaly is not None:
            self.anomalies[step.anomaly] += 1
            log.warning("a call's fact was out of place", extra={"call": before.id, "anomaly": step.anomaly})
            if isinstance(fact, AgentFound):
                self._floor.free(fact.agent, before.id)
            return
        tell.answer(line, fact, self._clock.posix_s())
        if isinstance(fact, Answered):
            self._listening.begin(line)
        for order in step.orders:
            await self._do(order, line, before)

    async def _do(self, order: Order, line: Line, before: Call) -> None:
        match order:
            case Order.FIND_AGENT if before.state is CallState.JOINING:
                # An exchange that refuses at once must not be asked as fast as it can answer.
                asyncio.get_running_loop().call_later(JOIN_AGAIN_S, self._find_agent, line)
            case Order.FIND_AGENT:
                self._find_agent(line)
            case Order.BRIDGE:
                await self._bridge(line)
            case Order.FREE_AGENT:
                if before.agent is not None:
                    self._floor.free(before.agent, before.id)
                tell.agent_lost(line, self._clock.posix_s())
            case Order.START_TALK:
                self._start_talk(line)
            case Order.WRAP_UP:
                self._wrap_up(line)
            case Order.COUNT_ABANDONED:
                self._floor.stop_waiting(line.desk, line.call.id)
                tell.abandoned(line, self._clock.posix_s())
            case Order.STOP_WAITING:
                self._floor.stop_waiting(line.desk, line.call.id)
            case Order.HANG_UP:
                await self._hang_up(line)
            case Order.FINISH:
                self._finish(line)

    def _find_agent(self, line: Line) -> None:
        if line.call.state is not CallState.WAITING:
            return
        held = self._floor.claim(line.call.id)
        if held is not None:
            self.post(line.call.id, AgentFound(at=self._clock.now(), agent=held))
            return
        tell.agent_lost(line, self._clock.posix_s())
        last = line.lead.last_agent
        self._floor.wait(line.desk, line.call.id, None if last is None else AgentLogin(last))

    async def _bridge(self, line: Line) -> None:
        assert line.call.agent is not None
        channel = self._floor.agents[line.call.agent].channel
        try:
            if channel is None:
                raise ExchangeError("The agent's leg is gone.")
            await self._exchange.join(agent_channel=channel, call_id=line.call.id)
        except ExchangeError as error:
            line.queue.put_nowait(JoinFailed(at=self._clock.now(), why=str(error)))

    async def _hang_up(self, line: Line) -> None:
        try:
            await self._exchange.hang_up(line.call.id)
        except ExchangeError:
            log.exception("a call could not be hung up, the sweep will look", extra={"call": line.call.id})

    def _start_talk(self, line: Line) -> None:
        assert line.call.agent is not None
        tell.connected(line, line.call.agent, self._clock.posix_s())
        self._floor.agent(line.call.agent, TalkStarted(at=self._clock.now(), call=line.call.id))

    def _wrap_up(self, line: Line) -> None:
        login = line.call.agent
        if login is None or self._floor.agents[login].call != line.call.id:
            return
        after = self._floor.agent(login, TalkEnded(at=self._clock.now()))
        if line.call.machine is not None:
            # Nobody was talked to: there is nothing to write down.
            after = self._floor.agent(login, WrappedUp(at=self._clock.now()))
        if after.state is AgentState.WRAPUP:
            self.limit_wrapup(login, line.call.id, line.campaign.wrapup_timeout_s)

    def limit_wrapup(self, login: AgentLogin, call_id: CallId, seconds: float) -> None:
        """Wrap-up of this call ends by itself after `seconds`."""

        def over() -> None:
            agent = self._floor.agents[login]
            if agent.state is AgentState.WRAPUP and agent.call == call_id:
                self._floor.agent(login, WrappedUp(at=self._clock.now()))

        asyncio.get_running_loop().call_later(seconds, over)

    def _finish(self, line: Line) -> None:
        self._floor.stop_waiting(line.desk, line.call.id)
        self._floor.let_go(line.call.id)
        tell.end(line, self._clock.posix_s())
        self._close(line)

    def _close(self, line: Line) -> None:
        call_id = line.call.id
        self.closing.add(call_id)
        written = self._book.finish(line.call, line.lead, line.campaign)
        written.add_done_callback(lambda _written: self.closing.discard(call_id))

    def hang_up(self, call_id: CallId) -> bool:
        """An agent wants his call ended; False when it is over already."""
        if call_id not in self.up:
            return False
        self.post(call_id, HangupAsked(at=self._clock.now(), by="agent"))
        return True
