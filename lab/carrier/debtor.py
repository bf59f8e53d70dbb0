"""What a debtor does with a call: one function per behaviour of the plan."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from lab.handset import Line, converse
from lab.handset.journal import Journal, now_iso
from lab.plan_model import Behaviour, BehaviourKind, Side, Utterance

BREATH_S = 0.4  # between picking up, or having heard the last word, and what comes next
HANGS_UP_AFTER_S = 0.3
VOICEMAIL_RECORDS_S = 20.0
RINGS_AT_MOST_S = 180.0
WAITS_FOR_GOODBYE_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Household:
    """What every call needs: where to write what was said, and the voicemail's beep."""

    said: Journal
    beep: Path


async def behave(line: Line, behaviour: Behaviour, home: Household) -> None:
    """Live through one call; the line is free afterwards."""
    try:
        match behaviour.kind:
            case BehaviourKind.BUSY:
                line.hang_up(486)
            case BehaviourKind.DEAD:
                line.hang_up(404)
            case BehaviourKind.NO_ANSWER:
                line.ring()
                if not await line.ended_within(RINGS_AT_MOST_S):
                    line.hang_up(480)
            case BehaviourKind.HANGS_UP:
                if await _picks_up(line, behaviour):
                    await line.ended_within(HANGS_UP_AFTER_S)
            case BehaviourKind.VOICEMAIL:
                if await _picks_up(line, behaviour) and not await line.ended_within(BREATH_S):
                    await _records(line, behaviour, home)
            case BehaviourKind.TALKS:
                if await _picks_up(line, behaviour) and not await line.ended_within(BREATH_S):
                    await _talks(line, behaviour, home)
    finally:
        line.hang_up()
        await line.ended_within(5)


async def _picks_up(line: Line, behaviour: Behaviour) -> bool:
    line.ring()
    if await line.ended_within(behaviour.ring_s):
        return False
    line.answer()
    return await line.answered_within(5)


async def _records(line: Line, behaviour: Behaviour, home: Household) -> None:
    if behaviour.greeting is not None and not await _says(line, 0, behaviour.greeting, home):
        return
    if await line.speak(home.beep):
        await line.ended_within(VOICEMAIL_RECORDS_S)


async def _talks(line: Line, behaviour: Behaviour, home: Household) -> None:
    async def say(index: int) -> bool:
        return await _says(line, index, behaviour.turns[index], home)

    had = await converse(line, [turn.side is Side.DEBTOR for turn in behaviour.turns], say)
    if had == len(behaviour.turns):
        await line.ended_within(BREATH_S if behaviour.ends is Side.DEBTOR else WAITS_FOR_GOODBYE_S)


async def _says(line: Line, index: int, words: Utterance, home: Household) -> bool:
    started_at = now_iso()
    completed = False
    try:
        completed = await line.speak(Path(words.audio))
    finally:
        home.said.write(
            {
                "number": line.dialled,
                "side": Side.DEBTOR.value,
                "turn": index,
                "text": words.text,
                "started_at": started_at,
                "ended_at": now_iso(),
                "completed": completed,
            }
        )
    return completed


def spawn(tasks: set[asyncio.Task[None]], line: Line, behaviour: Behaviour, home: Household) -> asyncio.Task[None]:
    """Let a debtor live in a task that is kept referenced until it has ended."""
    task = asyncio.create_task(behave(line, behaviour, home))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
