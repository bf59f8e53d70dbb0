"""The real exchange: Asterisk's manager interface through panoramisk, and nowhere else.

panoramisk 1.4 has habits this file keeps in hand: an exception in a callback tears its link down and loses the events
behind it (ours only puts into a queue); unanswered actions are sent again after a reconnect (everything is declared
forgettable, every action has a time-out); an action that timed out still swallows the event that carries its id (it is
forgotten here); a closed manager whose link was just lost connects again (ours does not); a missing header reads as ''.
"""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

from panoramisk import Manager

from base.clock import Clock, SystemClock
from dialer.asterisk import encode, vitals
from dialer.asterisk.decode import Decoder, legs
from dialer.asterisk.port import (
    ExchangeError,
    ExchangeFact,
    ExchangeRefusedError,
    Leg,
    LinkDown,
    LinkUp,
    Originate,
    Told,
    Vitals,
)
from dialer.asterisk.tap import SoundQueue, Tap
from dialer.call.model import CallId

ACTION_TIMEOUT_S = 5.0
log = logging.getLogger(__name__)


class _Everything:
    """No action is ever sent a second time."""

    def __contains__(self, _name: object) -> bool:
        return True


class _Link(Manager):  # type: ignore[misc]
    """A manager that stays closed once it is closed."""

    closing = False

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        return None if self.closing else super().connect(*args, **kwargs)

    def connection_made(self, attempt: "asyncio.Future[Any]") -> None:
        super().connection_made(attempt)
        if self.closing:
            self.close()

    def close(self) -> None:
        self.closing = True
        super().close()

    def forget(self, future: "asyncio.Future[Any]") -> None:
        """Wait for the answer of this action no longer."""
        known = self.protocol.responses
        for key in [key for key, action in known.items() if action.future is future]:
            del known[key]


class AsteriskExchange:
    """One link to one Asterisk. The link is made again by itself when it is lost; LinkDown and LinkUp tell."""

    def __init__(self, *, host: str, port: int, user: str, secret: str, clock: Clock | None = None) -> None:
        self.facts: asyncio.Queue[Told] = asyncio.Queue()
        self._address = f"{host}:{port}"
        self._clock = clock or SystemClock()
        self._decoder = Decoder()
        self._up = asyncio.Event()
        self._tap = Tap()
        self._manager = _Link(
            host=host,
            port=port,
            username=user,
            secret=secret,
            events="call,user",
            ping_delay=5,
            ping_interval=5,
            reconnect_timeout=1,
            forgetable_actions=_Everything(),
            on_login=self._logged_in,
            on_disconnect=self._disconnected,
        )
        self._manager.register_event("*", self._heard)

    async def start(self) -> None:
        self._manager.loop = asyncio.get_running_loop()
        self._manager.connect()
        try:
            await asyncio.wait_for(self._up.wait(), 10)
        except TimeoutError:
            await self.stop()
            raise ExchangeError(
                f"Asterisk's manager does not answer at {self._address}, or refuses the login. Is Asterisk running "
                "(`alo doctor` says), and do ALO_ASTERISK__MANAGER_USER and …_SECRET match its manager.conf?"
            ) from None

    async def stop(self) -> None:
        self._manager.close()
        await self._tap.stop()

    async def originate(self, order: Originate) -> None:
        await self._act(encode.originate(order))

    async def join(self, *, agent_channel: str, call_id: str) -> None:
        # The manager answers one session's actions in turn: the mark is set before the bridge is made.
        mark = self._send(encode.mark_joined(call_id))
        try:
            await self._act(encode.join(agent_channel, call_id))
        except ExchangeRefusedError:
            # Nobody was joined: the message is owed again.
            self._send(encode.mark_joined(call_id, joined=False)).cancel()
            raise
        finally:
            mark.cancel()

    async def listen(self, call_id: CallId) -> SoundQueue:
        address, sound = await self._tap.open(call_id)
        try:
            await self._act(encode.listen(call_id, address))
        except ExchangeError:
            self._tap.close(call_id)
            raise
        return sound

    def stop_listening(self, call_id: CallId) -> None:
        self._tap.close(call_id)

    async def hang_up(self, call_id: str) -> None:
        await self._hang_up(encode.hang_up(call_id))

    async def hang_up_leg(self, channel: str) -> None:
        await self._hang_up(encode.hang_up_leg(channel))

    async def legs(self) -> tuple[Leg, ...]:
        events = await self._act({"Action": "CoreShowChannels"}, as_list=True)
        return legs(dict(event) for event in events)

    async def vitals(self) -> Vitals:
        told = [await self._console(asked) for asked in (vitals.TASKPROCESSORS, vitals.CONTACTS, vitals.REGISTRATIONS)]
        return Vitals(queues=vitals.queues(told[0]), trunks=vitals.reaches(told[1], told[2]))

    async def reload_agents(self) -> None:
        await self._act({"Action": "Reload", "Module": "res_pjsip.so"})

    async def _console(self, command: str) -> list[str]:
        answer = await self._act({"Action": "Command", "Command": command})
        # One line is given as it is, several as a list, none not at all.
        output = dict(answer).get("Output", [])
        return [output] if isinstance(output, str) else list(output)

    async def _hang_up(self, action: encode.Action) -> None:
        try:
            await self._act(action)
        except ExchangeRefusedError as error:
            # It went by itself between our looking and our asking.
            if "no such channel" not in str(error).lower():
                raise

    def _send(self, action: encode.Action, *, as_list: bool = False) -> "asyncio.Future[Any]":
        if not self._up.is_set():
            raise ExchangeRefusedError(f"The link to Asterisk at {self._address} is down.")
        future: asyncio.Future[Any] = self._manager.send_action(action, as_list=as_list)
        return future

    async def _act(self, action: encode.Action, *, as_list: bool = False) -> Any:
        name = action["Action"]
        future = self._send(action, as_list=as_list)
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the answer.
            async with asyncio.timeout(ACTION_TIMEOUT_S):
                answer = await future
        except TimeoutError:
            self._manager.forget(future)
            raise ExchangeError(f"Asterisk did not answer {name} within {ACTION_TIMEOUT_S:g} s.") from None
        first = answer[0] if isinstance(answer, list) else answer
        if not first.success:
            raise ExchangeRefusedError(f"Asterisk refused {name}: {first.message}.")
        return answer

    def _heard(self, _manager: Manager, event: Any) -> None:
        try:
            facts = self._decoder.facts(event)
        except Exception:
            # Raising here would tear the link down and lose the events behind this one.
            log.exception("an event could not be understood", extra={"event": event.event})
            return
        for fact in facts:
            self.facts.put_nowait(Told(at=self._happened_at(event), fact=fact))

    def _happened_at(self, event: Any) -> datetime:
        """Asterisk's own time of the event: a busy moment of ours must not make calls longer or shorter."""
        try:
            return datetime.fromtimestamp(float(event.timestamp), UTC)
        except ValueError:
            return self._clock.now()

    def _tell(self, fact: ExchangeFact) -> None:
        self.facts.put_nowait(Told(at=self._clock.now(), fact=fact))

    def _logged_in(self, _manager: Manager) -> None:
        self._up.set()
        self._tell(LinkUp())

    def _disconnected(self, _manager: Manager, _error: Exception | None) -> None:
        if self._up.is_set() and not self._manager.closing:
            log.warning("the link to Asterisk was lost", extra={"address": self._address})
            self._up.clear()
            self._tell(LinkDown())
