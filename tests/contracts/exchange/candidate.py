"""Who takes the exam, and the ear that listens to it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import uuid4

from crm.model import AnswerDetection
from dialer.asterisk.port import (
    DebtorHungUp,
    Exchange,
    ExchangeFact,
    Originate,
    Told,
)
from dialer.call.model import CallId


class Candidate(Protocol):
    """An exchange under examination with the world around it. A number's last digits say how its far end behaves."""

    exchange: Exchange
    agent: str
    """The login of the agent who can park."""
    recording_folder: str
    message: str
    """The path, without ending, of the message for those nobody joins."""

    def number(self, kind: str) -> str:
        """A number that `answers` and stays, is `busy`, `rings_out` or is `dead`.

        Who answers says nothing; a `person` says hello and waits; a `machine` talks on.
        """
        ...

    def parked(self) -> AbstractAsyncContextManager[None]:
        """The agent's softphone is parked; at the end its leg is lost."""
        ...

    async def debtor_hangs_up(self, call_id: CallId) -> None: ...

    async def lose_link(self) -> None:
        """The link is lost; it comes back by itself, or with `regain_link`."""
        ...

    async def regain_link(self) -> None: ...

    async def dials_seen(self, call_id: CallId) -> int:
        """How often the exchange has been asked to dial this call."""
        ...


class Ear:
    """Takes facts off the exchange's queue."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def next_of(self, *kinds: type[ExchangeFact], seconds: float = 30) -> Told:
        """The next fact of one of these kinds, passing over others."""
        async with asyncio.timeout(seconds):
            while True:
                told = await self._exchange.facts.get()
                if isinstance(told.fact, kinds):
                    return told

    async def story_of(self, call_id: CallId, seconds: float = 40) -> list[ExchangeFact]:
        """Everything told of one call, to its hang-up and what comes with it."""
        story: list[ExchangeFact] = []
        async with asyncio.timeout(seconds):
            while not any(isinstance(fact, DebtorHungUp) for fact in story):
                fact = (await self._exchange.facts.get()).fact
                if getattr(fact, "call_id", None) == call_id:
                    story.append(fact)
        return story


def order(
    candidate: Candidate,
    kind: str,
    *,
    ring_timeout_s: int = 20,
    detection: AnswerDetection = AnswerDetection.OFF,
) -> Originate:
    call_id = CallId(str(uuid4()))
    return Originate(
        call_id=call_id,
        number=candidate.number(kind),
        trunk="main",
        caller_id="+551140000000",
        ring_timeout_s=ring_timeout_s,
        recording_base=f"{candidate.recording_folder}/{call_id}",
        message=candidate.message,
        detection=detection,
    )
