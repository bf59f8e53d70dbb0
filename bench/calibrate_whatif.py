"""Simulate the days pacing/whatif.py is fitted on."""

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pacing import Mode, Pacer, PacingTarget
from pacing.simulation.calls import Outcomes, Ring
from pacing.simulation.chance import Constant, Gamma, Lognormal, Mixture
from pacing.simulation.staff import Shift
from pacing.simulator import Scenario, simulate

DAYS = 120


@dataclass(frozen=True, kw_only=True)
class Point:
    agents: int
    handle_s: float
    wrap_share: float
    talk_cv: float
    human: float
    answer_s: float
    time_out_s: float
    target: float


def points(count: int, first: int = 1) -> Iterator[Point]:
    """Spread evenly over the box: Roberts' sequence, the golden ratio in eight dimensions."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / 9.0)
    steps = root ** -np.arange(1.0, 9.0)
    for number in range(first, first + count):
        at = (0.5 + number * steps) % 1.0
        yield Point(
            agents=round(2.0 * 110.0 ** float(at[0])),
            handle_s=45.0 * 7.0 ** float(at[1]),
            human=0.07 * 9.0 ** float(at[2]),
            target=0.004 * 20.0 ** float(at[3]),
            answer_s=6.0 + 10.0 * float(at[4]),
            time_out_s=20.0 + 15.0 * float(at[5]),
            wrap_share=0.5 * float(at[6]),
            talk_cv=0.5 + 0.8 * float(at[7]),
        )


def scenario(point: Point) -> Scenario:
    other = Mixture(weights=(0.65, 0.35), laws=(Constant(mean=point.time_out_s), Gamma(mean=8.0, shape=2.0)))
    return Scenario(
        name="calibration",
        hours=8.0 if point.agents <= 20 else 6.0 if point.agents <= 60 else 4.0,
        staff=(Shift(agents=point.agents),),
        outcomes=Outcomes(human=point.human),
        ring=Ring(
            human=Gamma(mean=point.answer_s, shape=4.0),
            noanswer=other,
            post_dial_delay_s=0.0,
            time_out_s=point.time_out_s,
        ),
        talk=Lognormal(mean=point.handle_s * (1.0 - point.wrap_share), cv=point.talk_cv),
        wrap=Lognormal(mean=max(point.handle_s * point.wrap_share, 1e-3), cv=0.7),
    )


class Settled(Pacer):
    """Counts what happens after the floor has settled: idle agents at each tick, connects, live answers."""

    def __init__(self, target: float, from_s: float) -> None:
        super().__init__(Mode.PREDICTIVE, PacingTarget(abandonment=target))
        self.from_s = from_s
        self.idle = self.work = self.ended = self.lost = 0.0

    def decide(self, at):
        decision = super().decide(at)
        if at >= self.from_s:
            self.idle += decision.numbers["ready"]
            self.work += decision.numbers["talking"] + decision.numbers["wrapup"]
        return decision

    def connected(self, call_id, agent_id, at):
        super().connected(call_id, agent_id, at)
        self.ended += at >= self.from_s

    def abandoned(self, call_id, at):
        super().abandoned(call_id, at)
        self.lost += at >= self.from_s


def main() -> None:
    out = Path(sys.argv[1])
    for number, point in enumerate(points(DAYS), 1):
        one = scenario(point)
        pacer = Settled(point.target, 7200.0 if point.agents <= 60 else 5400.0)
        day = simulate(one, pacer, number)
        draws = np.random.default_rng(0)
        ring = np.minimum(one.ring.human.draw(draws, 200_000), point.time_out_s).mean()
        fails = np.minimum(one.ring.noanswer.draw(draws, 200_000), point.time_out_s).mean()
        row = {
            **point.__dict__,
            "R": ring,
            "Rf": fails,
            "connected": pacer.ended,
            "idle": pacer.idle,
            "work": pacer.work,
            "lost": pacer.lost,
            "day": [day.connected, day.idle_s, day.abandonment, day.utilisation, day.dials],
            "allowed": pacer.state()["law"]["predictive"]["promise"]["learned"],
            "state": pacer.state()["law"],
        }
        with out.open("a") as file:
            file.write(json.dumps(row) + "\n")


main()
