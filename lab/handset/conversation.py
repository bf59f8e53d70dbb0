"""Taking turns by ear: speak when the other side has spoken and been silent, never wait for ever."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Protocol

from lab.handset.ear import Ear

PATIENCE_S = 6.0  # silence of the other side, after which one goes on regardless
LONGEST_TURN_S = 40.0
LOOK_S = 0.02


class Party(Protocol):
    """What a conversation needs of a call."""

    ear: Ear
    ended: asyncio.Event


class Heard(Enum):
    """How waiting for the other side's turn came out."""

    TURN = "turn"
    NOTHING = "nothing"
    HUNG_UP = "hung up"


async def listen(party: Party, *, patience_s: float = PATIENCE_S, clock: Callable[[], float] = time.monotonic) -> Heard:
    """Wait until the other side has spoken and finished, stayed silent for `patience_s`, or hung up."""
    began = clock()
    while not party.ended.is_set():
        at = clock()
        if party.ear.turn_over(at):
            return Heard.TURN
        if at - began > (LONGEST_TURN_S if party.ear.speaking(at) else patience_s):
            return Heard.NOTHING
        await asyncio.sleep(LOOK_S)
    return Heard.HUNG_UP


async def converse(
    party: Party,
    turns: Sequence[bool],
    say: Callable[[int], Awaitable[bool]],
    *,
    first_patience_s: float = PATIENCE_S,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Hold a conversation of `turns`, True where the turn is ours; how many turns were spoken or heard.

    `say(i)` speaks turn i and answers whether it was spoken in full. The other side's silence in two of its turns one
    after the other ends the conversation: nobody is there.
    """
    unheard = 0
    for index, ours in enumerate(turns):
        if ours:
            if not await say(index):
                return index
            party.ear.forget(clock())
            continue
        heard = await listen(party, patience_s=PATIENCE_S if index else first_patience_s, clock=clock)
        if heard is Heard.HUNG_UP:
            # Who hangs up right after the last word has had the turn.
            return index + 1 if party.ear.heard else index
        unheard = 0 if heard is Heard.TURN else unheard + 1
        if unheard == 2:
            return index
    return len(turns)
