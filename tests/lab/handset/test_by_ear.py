"""Turn-taking by ear, in virtual time: two sides that hear each other through levels only."""

import asyncio
from dataclasses import dataclass, field

import pytest

from lab.handset import Ear, converse, listen
from lab.handset.conversation import Heard

pytestmark = pytest.mark.looptime
SPEECH, SILENCE = 30, 0


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Side:
    """A call whose other end is another Side, in this process."""

    ear: Ear = field(default_factory=Ear)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    speaking: bool = False
    log: list[tuple[str, float]] = field(default_factory=list)

    async def hear(self, other: "Side") -> None:
        while True:
            self.ear.hear(SPEECH if other.speaking else SILENCE, now())
            await asyncio.sleep(0.02)

    async def say(self, what: str, seconds: float) -> bool:
        self.log.append((what, now()))
        self.speaking = True
        await asyncio.sleep(seconds)
        self.speaking = False
        return not self.ended.is_set()


async def pair() -> tuple[Side, Side, list[asyncio.Task[None]]]:
    one, other = Side(), Side()
    other.log = one.log
    return one, other, [asyncio.create_task(one.hear(other)), asyncio.create_task(other.hear(one))]


async def test_two_sides_take_turns_in_order():
    debtor, agent, wires = await pair()
    turns = [True, False, True, False]

    had = await asyncio.gather(
        converse(debtor, turns, lambda i: debtor.say(f"debtor {i}", 0.5), clock=now),
        converse(agent, [not ours for ours in turns], lambda i: agent.say(f"agent {i}", 9.0), clock=now),
    )

    assert had == [4, 4]
    assert [what for what, _ in debtor.log] == ["debtor 0", "agent 1", "debtor 2", "agent 3"]
    assert debtor.log[1][1] == pytest.approx(1.0, abs=0.1), "half a second of speech, half a second of silence"
    for wire in wires:
        wire.cancel()


async def test_who_hears_nothing_goes_on_after_its_patience():
    alone, _, wires = await pair()

    assert await listen(alone, patience_s=2.5, clock=now) is Heard.NOTHING
    assert now() == pytest.approx(2.5, abs=0.1)
    for wire in wires:
        wire.cancel()


async def test_a_conversation_with_nobody_ends_after_two_silences():
    alone, _, wires = await pair()

    had = await converse(alone, [True, False] * 4, lambda i: alone.say(str(i), 1.0), clock=now)

    assert had == 3
    for wire in wires:
        wire.cancel()


async def test_a_hang_up_right_after_the_last_word_completes_the_conversation():
    debtor, agent, wires = await pair()

    async def speaks_and_leaves() -> None:
        await debtor.say("goodbye", 1.0)
        agent.ended.set()

    leaving = asyncio.create_task(speaks_and_leaves())

    assert await converse(agent, [False], lambda _: agent.say("never", 1.0), clock=now) == 1
    await leaving
    for wire in wires:
        wire.cancel()


def test_a_click_is_no_word():
    ear = Ear()
    for step in range(100):
        ear.hear(SPEECH if step == 10 else SILENCE, step * 0.02)
    assert not ear.heard


def test_a_short_pause_does_not_end_a_turn():
    ear = Ear()
    for step in range(50):
        ear.hear(SPEECH if step < 20 or step > 40 else SILENCE, step * 0.02)
    assert ear.heard
    assert not ear.turn_over(1.0)
    assert ear.turn_over(1.6)


def test_forgetting_keeps_a_turn_that_is_still_going_on():
    ear = Ear()
    for step in range(20):
        ear.hear(SPEECH, step * 0.02)
    ear.forget(0.5)
    assert ear.heard
    ear.forget(5.0)
    assert not ear.heard
