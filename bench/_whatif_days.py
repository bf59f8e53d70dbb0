"""The days pacing/waiting.py is fitted on: floors spread evenly over a box, paced by the predictive law."""

import os
import sys
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context

import numpy as np

from pacing import AgentState, Decision, Mode, Pacer, PacingTarget
from pacing.simulation.calls import Outcomes, Ring
from pacing.simulation.chance import Constant, Gamma, Lognormal, Mixture
from pacing.simulation.staff import Shift
from pacing.simulator import Scenario, simulate

LENGTHS = ((15, 6.0, 1.5), (40, 5.0, 1.0), (1000, 3.5, 1.0))
"""Up to so many agents: hours of the day, and those until the floor has settled. Small floors see few calls an hour."""

DECIDES_ON_EVENTS_TO = 40
"""Agents up to which a decision follows each event, as the dialer does; beyond, one each second is as good."""

DRAWS = 200_000


@dataclass(frozen=True, kw_only=True)
class Floor:
    """One floor of the box and the share it promises."""

    agents: int
    handle_s: float
    human: float
    target: float
    answer_s: float
    time_out_s: float
    quick_share: float
    """Of the calls nobody answers, those that end long before the time-out: busy, failed, refused."""
    wrap_share: float
    talk_cv: float


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What the settled part of a floor's day came to, beside what the floor is truly like."""

    floor: Floor
    answer_s: float
    failed_s: float
    wait_s: float
    """Mean seconds an agent was ready before a call."""
    connected: int
    abandoned: int
    learned: dict[str, float]
    """The Pacer's own estimates at the end of the day."""


def floors(count: int, first: int = 1) -> Iterator[Floor]:
    """Points of the additive recurrence on the generalised golden ratio: evenly spread, any number of them.

    H. Niederreiter, "Random Number Generation and Quasi-Monte Carlo Methods" (1992), section 3, on such sequences.
    """
    size = 9
    ratio = 2.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (size + 1))
    steps = ratio ** -np.arange(1.0, size + 1.0)
    for number in range(first, first + count):
        at = [float(one) for one in (0.5 + number * steps) % 1.0]
        yield Floor(
            agents=round(2.0 * 110.0 ** at[0]),
            handle_s=40.0 * 9.0 ** at[1],
            human=0.06 * 11.0 ** at[2],
            target=0.004 * 20.0 ** at[3],
            answer_s=6.0 + 10.0 * at[4],
            time_out_s=20.0 + 15.0 * at[5],
            quick_share=0.1 + 0.6 * at[6],
            wrap_share=0.5 * at[7],
            talk_cv=0.4 + 0.9 * at[8],
        )


def scenario(floor: Floor, hours: float) -> Scenario:
    other = Mixture(
        weights=(1.0 - floor.quick_share, floor.quick_share),
        laws=(Constant(mean=floor.time_out_s), Gamma(mean=6.0, shape=2.0)),
    )
    return Scenario(
        name="what-if",
        hours=hours,
        staff=(Shift(agents=floor.agents),),
        outcomes=Outcomes(human=floor.human),
        ring=Ring(
            human=Gamma(mean=floor.answer_s, shape=4.0),
            noanswer=other,
            post_dial_delay_s=0.0,
            time_out_s=floor.time_out_s,
        ),
        talk=Lognormal(mean=floor.handle_s * (1.0 - floor.wrap_share), cv=floor.talk_cv),
        wrap=Lognormal(mean=max(floor.handle_s * floor.wrap_share, 1e-3), cv=0.7),
        decide_on_events=floor.agents <= DECIDES_ON_EVENTS_TO,
    )


class Watched(Pacer):
    """A Pacer that counts the seconds its agents are ready and what becomes of live people, once the floor settled."""

    def __init__(self, target: float, from_s: float) -> None:
        super().__init__(Mode.PREDICTIVE, PacingTarget(abandonment=target))
        self._from_s = self._counted_to = from_s
        self.idle_s = 0.0
        self.met = self.lost = 0

    def _count(self, at: float) -> None:
        if at > self._counted_to:
            self.idle_s += self._floor.count(AgentState.READY) * (at - self._counted_to)
            self._counted_to = at

    def agent(self, agent_id: Hashable, state: AgentState | str, at: float) -> None:
        self._count(at)
        super().agent(agent_id, state, at)

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        self._count(at)
        self.met += at >= self._from_s
        super().connected(call_id, agent_id, at)

    def abandoned(self, call_id: Hashable, at: float) -> None:
        self.lost += at >= self._from_s
        super().abandoned(call_id, at)

    def decide(self, at: float) -> Decision:
        self._count(at)
        return super().decide(at)


def settled(floor: Floor, seed: int, scale: float = 1.0) -> Settled:
    """The settled part of a floor's day; `scale` shortens the day."""
    hours, from_hours = next((hours, after) for most, hours, after in LENGTHS if floor.agents <= most)
    one = scenario(floor, hours * scale)
    pacer = Watched(floor.target, from_hours * scale * 3600.0)
    simulate(one, pacer, seed)
    draws = np.random.default_rng(0)
    assert one.ring.noanswer is not None
    answer_s, failed_s = (
        float(np.minimum(law.draw(draws, DRAWS), floor.time_out_s).mean())
        for law in (one.ring.human, one.ring.noanswer)
    )
    return Settled(
        floor=floor,
        answer_s=answer_s,
        failed_s=failed_s,
        wait_s=pacer.idle_s / max(pacer.met, 1),
        connected=pacer.met,
        abandoned=pacer.lost,
        learned=asdict(pacer.estimates()),
    )


Job = tuple[Floor, int, float]
"""A floor, its seed, and the part of its day to simulate."""


def _settled(job: Job) -> Settled:
    return settled(*job)


def settled_days(jobs: Sequence[Job], workers: int) -> Iterator[Settled]:
    """Their days, in order, on so many processes."""
    # Spawned workers read this before numpy does: one thread each, or they fight over the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, day in enumerate(pool.map(_settled, jobs), 1):
            if number % 10 == 0:
                print(f"what-if: {number} of {len(jobs)} simulated days", file=sys.stderr, flush=True)
            yield day
