"""The real exchange: Asterisk's manager interface. Facts come, and most orders go, over one link; joins have their own.

The manager does one link's actions in turn, and a Bridge takes as long as both legs need to come: behind one that is
slow every other join would wait, and on a busy machine all of them ever longer.
"""

import asyncio
import itertools
import logging
from datetime import UTC, datetime
from functools import partial
from typing import Any

from base.clock import Clock, SystemClock
from dialer.asterisk import encode, vitals
from dialer.asterisk.decode import Decoder, legs
from dialer.asterisk.link import Event, Link
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
HANDS = 4
log = logging.getLogger(__name__)


class AsteriskExchange:
    """One Asterisk. A lost link is made again by itself; LinkDown and LinkUp tell of the one facts come over.

    hands: links for joins alone; while none of them is there, joins go over the one for everything.
    """

    def __init__(
        self, *, host: str, port: int, user: str, secret: str, clock: Clock | None = None, hands: int = HANDS
    ) -> None:
        self.facts: asyncio.Queue[Told] = asyncio.Queue()
        self._address = f"{host}:{port}"
        self._clock = clock or SystemClock()
        self._decoder = Decoder()
        self._tap = Tap()
        self._numbers = itertools.count(1)
        link = partial(Link, host=host, port=port, user=user, secret=secret)
        self._link = link(hear=self._heard, came=self._came, went=self._went)
        self._hands = tuple(link() for _ in range(hands))

    async def start(self) -> None:
        self._link.open()
        try:
            await asyncio.wait_for(self._link.up.wait(), 10)
        except TimeoutError:
            await self.stop()
            raise ExchangeError(
                f"Asterisk's manager does not answer at {self._address}, or refuses the login. Is Asterisk running "
                "(`alo doctor` says), and do ALO_ASTERISK__MANAGER_USER and …_SECRET match its manager.conf?"
            ) from None
        for hand in self._hands:
            hand.open()

    async def stop(self) -> None:
        for link in (self._link, *self._hands):
            link.close()
        await self._tap.stop()

    async def originate(self, order: Originate) -> None:
        await self._act(encode.originate(order))

    async def join(self, *, agent_channel: str, call_id: str) -> None:
        hand = self._free_hand()
        # By its name: of an id Asterisk asks every channel in turn, each under its lock.
        leg = self._decoder.channels.get(CallId(call_id), call_id)
        # The manager answers one link's actions in turn: the mark is set before the bridge is made.
        mark = self._send(encode.mark_joined(leg), over=hand)
        try:
            await self._act(encode.join(agent_channel, leg), over=hand)
        except ExchangeRefusedError:
            # Nobody was joined: the message is owed again.
            self._send(encode.mark_joined(leg, joined=False), over=hand).cancel()
            raise
        finally:
            mark.cancel()

    def _free_hand(self) -> Link:
        """The link for joins with the fewest under way; the one for everything where none is there, or it is not."""
        there = [hand for hand in self._hands if hand.up.is_set()] if self._link.up.is_set() else []
        return min(there, key=lambda hand: hand.unanswered, default=self._link)

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
        action_id = f"legs-{next(self._numbers)}"
        with self._link.gathering(action_id) as events:
            await self._act({"Action": "CoreShowChannels", "ActionID": action_id}, as_list=True)
        return legs(events)

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

    def _send(self, action: encode.Action, *, as_list: bool = False, over: Link | None = None) -> "asyncio.Future[Any]":
        link = over or self._link
        if not link.up.is_set():
            raise ExchangeRefusedError(f"The link to Asterisk at {self._address} is down.")
        future: asyncio.Future[Any] = link.send_action(action, as_list=as_list)
        return future

    async def _act(self, action: encode.Action, *, as_list: bool = False, over: Link | None = None) -> Any:
        name, link = action["Action"], over or self._link
        future = self._send(action, as_list=as_list, over=link)
        link.unanswered += 1
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the answer.
            async with asyncio.timeout(ACTION_TIMEOUT_S):
                answer = await future
        except TimeoutError:
            link.forget(future)
            raise ExchangeError(f"Asterisk did not answer {name} within {ACTION_TIMEOUT_S:g} s.") from None
        finally:
            link.unanswered -= 1
        first = answer[0] if isinstance(answer, list) else answer
        if not first.success:
            raise ExchangeRefusedError(f"Asterisk refused {name}: {first.message}.")
        return answer

    def _heard(self, event: Event) -> None:
        try:
            facts = self._decoder.facts(event)
        except Exception:
            # Raising here would tear the link down and lose the events behind this one.
            log.exception("an event could not be understood", extra={"event": event.get("Event", "")})
            return
        for fact in facts:
            self.facts.put_nowait(Told(at=self._happened_at(event), fact=fact))

    def _happened_at(self, event: Event) -> datetime:
        """Asterisk's own time of the event: a busy moment of ours must not make calls longer or shorter."""
        try:
            return datetime.fromtimestamp(float(event.get("Timestamp", "")), UTC)
        except ValueError:
            return self._clock.now()

    def _tell(self, fact: ExchangeFact) -> None:
        self.facts.put_nowait(Told(at=self._clock.now(), fact=fact))

    def _came(self) -> None:
        # Of what ended meanwhile nobody tells.
        self._decoder.channels.clear()
        self._tell(LinkUp())

    def _went(self) -> None:
        log.warning("the link to Asterisk was lost", extra={"address": self._address})
        self._tell(LinkDown())
