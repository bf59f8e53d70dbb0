"""A floor that takes inbound calls and dials in the gaps: a published model, with its published results to be met.

P. L'Ecuyer and E. Buist, ContactCenters, "Blend call center" (github.com/umontreal-simul/contactcenters, doc/examples;
inputs of Deslauriers et al., Computers & Operations Research 34, 2007). Some agents take inbound calls only, the blend
agents outbound calls first. The policy is asked after each end of a service; dialled people answer, or not, at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, NamedTuple

from pacing.simulation.blend_agents import BlendAgents, Group, Seat
from pacing.simulation.chance import Exponential, Floats, Gamma, Law
from pacing.simulation.checks import within
from pacing.simulation.policy import Policy
from pacing.simulation.world import BLOCK, streams

_BLEND = 3
"""Tells the chance of this floor from that of others with the same seed."""


@dataclass(frozen=True, kw_only=True)
class Blend:
    """The published floor. Times in seconds from the opening; what is given by period has one value for each.

    Raises ValueError where the periods do not agree, a share is none, or dialling begins or ends outside the day.
    """

    period_s: float = 7200.0
    arrivals_per_s: tuple[float, ...] = (68.45 / 1800.0, 72.93 / 1800.0, 71.92 / 1800.0)
    """Rate of inbound calls on an ordinary day."""
    busyness: Law = field(default_factory=lambda: Gamma(mean=1.0, shape=29.7))
    """What a day's rates are multiplied with, drawn once a day."""
    inbound_service: Law = field(default_factory=lambda: Gamma(mean=0.755 * 753.8, shape=0.755))
    inbound_patience: Law = field(default_factory=lambda: Exponential(mean=500.0))
    balks: float = 0.005
    """Share of inbound callers who do not wait at all."""
    queue_capacity: int = 80
    inbound_agents: tuple[int, ...] = (23, 23, 21)
    blend_agents: tuple[int, ...] = (16, 18, 16)
    dials_from_s: float = 3 * 3600.0
    dials_until_s: float = 6 * 3600.0 - 300.0
    reached: tuple[float, ...] = (0.28, 0.29, 0.29)
    """Share of dialled calls a person answers."""
    outbound_service: Law = field(default_factory=lambda: Exponential(mean=440.2))
    outbound_patience_s: float = 5.0
    in_time_s: float = 20.0
    """Inbound callers who wait as long or longer count as late."""

    def __post_init__(self) -> None:
        by_period = (self.inbound_agents, self.blend_agents, self.reached)
        if {len(each) for each in by_period} != {len(self.arrivals_per_s)}:
            raise ValueError(
                "give as many inbound_agents, blend_agents and reached as arrivals_per_s, one for a period"
            )
        for share in (self.balks, *self.reached):
            within("share", share, 0.0, 1.0)
        within("dials_until_s", self.dials_until_s, self.dials_from_s, self.closes_s)
        within("dials_from_s", self.dials_from_s, 0.0, self.closes_s)

    @property
    def closes_s(self) -> float:
        """When arrivals end; who is on the line then is still served."""
        return self.period_s * len(self.arrivals_per_s)

    def seats(self, group: Group) -> frozenset[Seat]:
        """Every agent of a group who works at some time of the day."""
        most = max(self.inbound_agents if group is Group.INBOUND else self.blend_agents)
        return frozenset(Seat(group, number) for number in range(most))


@dataclass(frozen=True, kw_only=True, slots=True)
class BlendDay:
    """Totals of one day; agent-seconds are those until the close, agents who stay for their last call included."""

    dials: int
    reached: int
    mismatched: int
    """Reached without a free blend agent."""
    outbound_abandoned: int
    arrivals: int
    inbound_abandoned: int
    """Balked, lost patience or found the queue full."""
    inbound_late: int
    inbound_busy_s: float
    inbound_staffed_s: float
    blend_busy_s: float
    blend_staffed_s: float


def simulate_blend(floor: Blend, policy: Policy, seed: int) -> BlendDay:
    """One day under a policy, which is told of all agents and of outbound calls; the same three give the same day."""
    return _Day(floor, policy, seed).run()


class _Call(NamedTuple):
    at: float
    service_s: float
    patience_s: float


class _Day:
    def __init__(self, floor: Blend, policy: Policy, seed: int) -> None:
        self.floor, self.policy = floor, policy
        self.events: list[tuple[float, int, Callable[[float, Any], None], Any]] = []
        self.pushed = 0
        self.inbound = BlendAgents(Group.INBOUND, policy, floor.closes_s)
        self.blend = BlendAgents(Group.BLEND, policy, floor.closes_s)
        self.calling: OrderedDict[int, _Call] = OrderedDict()
        """Inbound callers in the queue, longest waiting first."""
        self.mismatches: OrderedDict[int, _Call] = OrderedDict()
        """People reached and still without an agent."""
        self.dialling = False
        self.dials = self.reached = self.mismatched = self.outbound_abandoned = 0
        self.arrivals = self.inbound_abandoned = self.inbound_late = 0
        busyness, arrivals, service, balk, patience, reach, outbound = streams(seed, _BLEND, 7)
        self.reach = _endless(reach.random)
        self.outbound_service = _endless(lambda size: floor.outbound_service.draw(outbound, size))
        busy = float(floor.busyness.draw(busyness, 1)[0])
        for period, rate in enumerate(floor.arrivals_per_s):
            begins = period * floor.period_s
            self._later(begins, self._plans, period)
            # Given their number, the arrivals of a Poisson stream fall anywhere alike.
            number = int(arrivals.poisson(busy * rate * floor.period_s))
            times = begins + floor.period_s * arrivals.random(number)
            services, patiences = (
                floor.inbound_service.draw(service, number),
                floor.inbound_patience.draw(patience, number),
            )
            patiences[balk.random(number) < floor.balks] = 0.0
            for call in map(_Call, times.tolist(), services.tolist(), patiences.tolist()):
                self._later(call.at, self._calls_in, call)
        self._later(floor.dials_from_s, self._switches, True)
        self._later(floor.dials_until_s, self._switches, False)

    def run(self) -> BlendDay:
        """Live through the day, to the end of the last service."""
        while self.events:
            at, _, handle, what = heappop(self.events)
            handle(at, what)
        self.inbound.close()
        self.blend.close()
        return BlendDay(
            dials=self.dials,
            reached=self.reached,
            mismatched=self.mismatched,
            outbound_abandoned=self.outbound_abandoned,
            arrivals=self.arrivals,
            inbound_abandoned=self.inbound_abandoned,
            inbound_late=self.inbound_late,
            inbound_busy_s=self.inbound.busy_s,
            inbound_staffed_s=self.inbound.staffed_s,
            blend_busy_s=self.blend.busy_s,
            blend_staffed_s=self.blend.staffed_s,
        )

    def _later(self, at: float, handle: Callable[[float, Any], None], what: Any) -> None:
        self.pushed += 1
        heappush(self.events, (at, self.pushed, handle, what))

    def _plans(self, at: float, period: int) -> None:
        self.inbound.plan(at, self.floor.inbound_agents[period])
        self._serve_queues(at, self.inbound)
        self.blend.plan(at, self.floor.blend_agents[period])
        self._serve_queues(at, self.blend)

    def _switches(self, at: float, on: bool) -> None:
        self.dialling = on
        self._decide(at)

    def _calls_in(self, at: float, call: _Call) -> None:
        number = self.arrivals
        self.arrivals += 1
        if self.inbound.free:
            self._serve_inbound(at, self.inbound, call)
        elif self.blend.free:
            self._serve_inbound(at, self.blend, call)
        elif self._queue_is_full() or not call.patience_s:
            self.inbound_abandoned += 1
        else:
            self.calling[number] = call
            self._later(at + call.patience_s, self._hangs_up, number)

    def _hangs_up(self, at: float, number: int) -> None:
        if (call := self.calling.pop(number, None)) is not None:
            self.inbound_abandoned += 1
            self.inbound_late += at - call.at >= self.floor.in_time_s

    def _serve_inbound(self, at: float, agents: BlendAgents, call: _Call) -> None:
        self.inbound_late += at - call.at >= self.floor.in_time_s
        seat = agents.take(at)
        self.policy.agent(seat, "talking", at)
        self._later(at + call.service_s, self._ends, (agents, seat))

    def _serve_outbound(self, at: float, number: int, call: _Call) -> None:
        seat = self.blend.take(at)
        self.policy.connected(number, seat, at)
        self._later(at + call.service_s, self._ends, (self.blend, seat))

    def _ends(self, at: float, who: tuple[BlendAgents, Seat]) -> None:
        agents, seat = who
        agents.release(at, seat)
        self._serve_queues(at, agents)
        self._decide(at)

    def _serve_queues(self, at: float, agents: BlendAgents) -> None:
        while agents is self.blend and agents.free and self.mismatches:
            self._serve_outbound(at, *self.mismatches.popitem(last=False))
        while agents.free and self.calling:
            self._serve_inbound(at, agents, self.calling.popitem(last=False)[1])

    def _decide(self, at: float) -> None:
        if self.dialling:
            for _ in range(self.policy.decide(at).launch):
                self._dials(at)

    def _dials(self, at: float) -> None:
        number = self.dials
        self.dials += 1
        self.policy.placed(number, at)
        if next(self.reach) >= self.floor.reached[int(at // self.floor.period_s)]:
            self.policy.rang_out(number, at, "noanswer")
            return
        self.reached += 1
        self.policy.answered(number, at)
        call = _Call(at, next(self.outbound_service), self.floor.outbound_patience_s)
        if self.blend.free:
            self._serve_outbound(at, number, call)
            return
        self.mismatched += 1
        if self._queue_is_full():
            self._abandons(at, number)
            return
        self.mismatches[number] = call
        self._later(at + call.patience_s, self._gives_up, number)

    def _gives_up(self, at: float, number: int) -> None:
        if self.mismatches.pop(number, None) is not None:
            self._abandons(at, number)

    def _abandons(self, at: float, number: int) -> None:
        self.outbound_abandoned += 1
        self.policy.abandoned(number, at)

    def _queue_is_full(self) -> bool:
        return len(self.calling) + len(self.mismatches) >= self.floor.queue_capacity


def _endless(draw: Callable[[int], Floats]) -> Iterator[float]:
    while True:
        yield from draw(BLOCK).tolist()
