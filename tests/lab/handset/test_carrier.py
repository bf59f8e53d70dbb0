"""The simulated carrier and its debtors, rung by a real softphone on the loopback."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.handset import converse
from lab.plan_model import Behaviour, BehaviourKind, Side, Turn, Utterance

if TYPE_CHECKING:
    from conftest import RunCarrier, Telephone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]
MARIA = "+5511987654321"
JOSE = "+5521912345678"


def behaviour(kind: BehaviourKind, **more) -> Behaviour:
    return Behaviour(kind=kind, ring_s=0.1, **more)


async def test_each_number_is_answered_as_the_plan_says(carrier: "RunCarrier", telephone: "Telephone"):
    numbers = {
        "+551100000001": [behaviour(BehaviourKind.BUSY)],
        "+551100000002": [behaviour(BehaviourKind.DEAD)],
    }
    async with carrier(numbers) as running:
        lines = [telephone.dial(number, running) for number in [*numbers, "+551100000009"]]
        for line in lines:
            assert await line.ended_within(5)
        assert [line.status for line in lines] == [486, 404, 404]
    assert running.stats()["by_status"] == {"404": 2, "486": 1}
    assert running.stats()["by_number"]["+551100000001"] == 1


async def test_nobody_answers_until_the_caller_gives_up(carrier: "RunCarrier", telephone: "Telephone"):
    async with carrier({MARIA: [behaviour(BehaviourKind.NO_ANSWER)]}) as running:
        line = telephone.dial(MARIA, running)
        async with asyncio.timeout(5):
            await line.ringing.wait()
        assert not await line.ended_within(0.5)
        line.hang_up()
        assert await line.ended_within(5)
        assert line.status == 487
        await running.all_over(1)
    assert running.stats()["by_status"] == {"487": 1}


async def test_behaviours_follow_each_other_and_the_last_one_stays(carrier: "RunCarrier", telephone: "Telephone"):
    turns = [behaviour(BehaviourKind.BUSY), behaviour(BehaviourKind.HANGS_UP)]
    async with carrier({MARIA: turns}) as running:
        statuses = []
        for _ in range(3):
            line = telephone.dial(MARIA, running)
            assert await line.ended_within(5)
            statuses.append((line.status, line.answered.is_set()))
            await running.all_over(len(statuses))
        assert statuses == [(486, False), (200, True), (200, True)]
    assert [row["behaviour"] for row in running.rows() if row.get("event") == "invite"] == [0, 1, 1]
    assert running.stats()["overlaps"] == {}


async def test_a_number_dialled_twice_at_once_shows_in_the_counts(carrier: "RunCarrier", telephone: "Telephone"):
    async with carrier({MARIA: [behaviour(BehaviourKind.NO_ANSWER)]}) as running:
        lines = [telephone.dial(MARIA, running) for _ in range(2)]
        for line in lines:
            await line.ringing.wait()
            line.hang_up()
            assert await line.ended_within(5)
        await running.all_over(2)
    assert running.stats()["overlaps"] == {MARIA: 1}
    assert running.stats()["most_at_once"] == 2


async def test_voicemail_greets_beeps_and_waits(
    carrier: "RunCarrier", telephone: "Telephone", speech: Callable[[str, float], str]
):
    greeting = Utterance(text="after the beep", audio=speech("greeting", 1.0))
    async with carrier({MARIA: [behaviour(BehaviourKind.VOICEMAIL, greeting=greeting)]}) as running:
        line = telephone.dial(MARIA, running)
        assert await line.answered_within(5)
        assert not await line.ended_within(3.5)
        assert line.ear.heard
        line.hang_up()
        assert await line.ended_within(5)
    assert [(row["text"], row["completed"]) for row in running.said()] == [("after the beep", True)]


async def test_two_sides_talk_by_ear_and_every_turn_is_heard_in_order(
    carrier: "RunCarrier", telephone: "Telephone", dialogue: tuple[Turn, ...]
):
    talks = behaviour(BehaviourKind.TALKS, turns=dialogue, ends=Side.DEBTOR)
    async with carrier({MARIA: [talks], JOSE: [talks]}) as running:

        async def talk(number: str) -> list[int]:
            line = telephone.dial(number, running)
            assert await line.answered_within(5)
            spoken = []

            async def say(index: int) -> bool:
                spoken.append(len([row for row in running.said() if row["number"] == number]))
                return await line.speak(Path(dialogue[index].audio))

            assert await converse(line, [turn.side is Side.AGENT for turn in dialogue], say) == 4
            assert await line.ended_within(5)
            return spoken

        async with asyncio.timeout(20):
            # The first turn of the agent comes after one of the debtor, the second one after two.
            assert await asyncio.gather(talk(MARIA), talk(JOSE)) == [[1, 2], [1, 2]]
    for number in (MARIA, JOSE):
        rows = [row for row in running.said() if row["number"] == number]
        assert [(row["turn"], row["side"], row["completed"]) for row in rows] == [
            (0, "debtor", True),
            (2, "debtor", True),
        ]
        assert rows[0]["ended_at"] < rows[1]["started_at"]


async def test_a_turn_that_a_hang_up_cuts_off_is_marked(
    carrier: "RunCarrier", telephone: "Telephone", speech: Callable[[str, float], str]
):
    long = Turn(side=Side.DEBTOR, text="a long story", audio=speech("long", 5.0))
    async with carrier({MARIA: [behaviour(BehaviourKind.TALKS, turns=(long,))]}) as running:
        line = telephone.dial(MARIA, running)
        assert await line.answered_within(5)
        assert not await line.ended_within(1.2)
        line.hang_up()
        assert await line.ended_within(5)
    assert [(row["turn"], row["completed"]) for row in running.said()] == [(0, False)]


async def test_more_calls_than_one_process_holds_are_all_taken(carrier: "RunCarrier", telephone: "Telephone"):
    """Four calls are all that the library holds; call after call must find its place free again."""
    numbers = {f"+55110000{n:04}": [behaviour(BehaviourKind.HANGS_UP)] for n in range(24)}
    async with carrier(numbers) as running:
        for first in range(0, 24, 4):
            lines = [telephone.dial(number, running) for number in list(numbers)[first : first + 4]]
            for line in lines:
                assert await line.ended_within(5)
                assert line.status == 200
        assert telephone.endpoint.lines == frozenset()
    assert running.stats()["by_status"] == {"200": 24}
