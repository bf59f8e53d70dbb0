"""When agents come, pause, vanish and go: drawn for each agent before the day, from a stream of their own."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

import numpy as np

from pacing.simulation.chance import Law
from pacing.simulation.scenario import Scenario
from pacing.simulation.staff import Shift
from pacing.simulation.world import streams

_STAFF = 1


class Move(Enum):
    """What an agent is about to do."""

    COME = auto()
    PAUSE = auto()
    VANISH = auto()
    GO = auto()


class Planned(NamedTuple):
    """One entry of the timetable. Times in seconds from the start of the day."""

    at: float
    agent: int
    move: Move
    length_s: float
    """Of a pause or absence."""
    announced: bool


def timetable(scenario: Scenario, seed: int) -> list[Planned]:
    """All that is planned within the day; agents are numbered from 0 through the shifts in their order."""
    planned: list[Planned] = []
    numbers = [shift for shift in scenario.staff for _ in range(shift.agents)]
    for agent, (shift, source) in enumerate(zip(numbers, streams(seed, _STAFF, len(numbers)), strict=True)):
        planned += _day(scenario, shift, agent, source)
    return planned


def _day(scenario: Scenario, shift: Shift, agent: int, source: np.random.Generator) -> Iterator[Planned]:
    end = scenario.start_hour + scenario.hours
    begins = max(0.0, scenario.second(scenario.start_hour if shift.from_hour is None else shift.from_hour))
    ends = scenario.second(end if shift.to_hour is None else shift.to_hour)
    if begins >= min(ends, scenario.duration_s):
        return
    yield Planned(begins, agent, Move.COME, 0.0, shift.announced)
    if shift.lunch is not None:
        hour = source.uniform(shift.lunch.from_hour, shift.lunch.to_hour)
        yield Planned(scenario.second(hour), agent, Move.PAUSE, shift.lunch.minutes * 60.0, shift.announced)
    spells: list[tuple[Move, float, Law]] = []
    if shift.pauses is not None:
        spells.append((Move.PAUSE, shift.pauses.per_hour, shift.pauses.length))
    if shift.vanishing is not None:
        spells.append((Move.VANISH, shift.vanishing.per_hour, shift.vanishing.away))
    for move, per_hour, law in spells:
        moments = source.uniform(begins, ends, source.poisson(per_hour * (ends - begins) / 3600.0))
        for at, length in zip(moments.tolist(), law.draw(source, len(moments)).tolist(), strict=True):
            yield Planned(at, agent, move, length, shift.announced)
    yield Planned(ends, agent, Move.GO, 0.0, shift.announced)
