"""Every trunk's lines and rate, whose turn it is, and who rests: one call asks, one trunk is taken for it."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from base.trunk_settings import CarrierSettings, TrunkSettings
from dialer.campaign.mix import Mix
from dialer.trunk.call_rate import CallRate
from dialer.trunk.capacity import Capacity
from dialer.trunk.congestion import Congestion
from dialer.trunk.reach import Reach

LATELY_S = 5.0
"""The launches of so many seconds are the pace a back-off is measured by."""


class Bound(StrEnum):
    """Why a route has no trunk for one more call now."""

    UNREACHABLE = "unreachable"
    CONGESTED = "congested"
    LINES = "lines"
    RATE = "rate"
    EXCHANGE = "exchange"
    """The exchange itself is to be spared."""


@dataclass(kw_only=True)
class Standing:
    """One trunk as it is now."""

    settings: TrunkSettings
    carrier: str
    capacity: Capacity
    congestion: Congestion = field(default_factory=Congestion)
    reach: Reach = Reach.UNKNOWN


class Trunks:
    """routes: trunks in order, by the route's name. Who takes a trunk says how it went, or gives it back."""

    def __init__(
        self,
        *,
        trunks: Mapping[str, TrunkSettings],
        carriers: Mapping[str, CarrierSettings],
        routes: Mapping[str, Sequence[str]],
    ) -> None:
        self.routes = {name: tuple(route) for name, route in routes.items()}
        self.limit_per_s: float | None = None
        """Calls per second the exchange may be given over all trunks; None: any number."""
        self.standing = {
            name: Standing(
                settings=trunk,
                carrier=trunk.carrier or name,
                capacity=Capacity(max_calls=trunk.max_calls, rate=CallRate(rate=trunk.calls_per_second)),
            )
            for name, trunk in trunks.items()
        }
        none = CarrierSettings()
        self.carriers = {
            name: Capacity(max_calls=limits.max_calls, rate=_rate(limits.calls_per_second))
            for name in {standing.carrier for standing in self.standing.values()}
            for limits in (carriers.get(name, none),)
        }
        self._turns = {name: Mix({t: trunks[t].weight for t in route}) for name, route in self.routes.items()}
        self._kept: dict[str, str] = {}
        """The trunk whose turn is dealt already, by route."""
        self._pace = CallRate(rate=1.0)
        self._lately: deque[float] = deque()

    def take(self, route: str, now: float, *, without: Collection[str] = ()) -> str | None:
        """The trunk that carries the next call of the route, its line and its part of the rate taken; None: no room.

        Trunks take turns by their weights; one of weight 0 only when no other has room. A trunk whose turn it is keeps
        it while only the spreading of its second's calls is in the way: a burst is shared by weight too.
        """
        if not self._spared(now):
            return None
        full = {
            name
            for name in self.routes[route]
            if name in without or not (self._open(name, now) or self._spreads(name, now))
        }
        chosen = self._kept.pop(route, None)
        if chosen is None or chosen in full:
            chosen = next(iter(self._turns[route].deal(1, full)), None)
        if chosen is None:
            return self._spare(route, now, full)
        if not self._open(chosen, now):
            self._kept[route] = chosen
            return None
        self._taken(chosen, now)
        return chosen

    def give_back(self, trunk: str) -> None:
        """The call this trunk was taken for was not launched."""
        standing = self.standing[trunk]
        standing.capacity.give_back()
        self.carriers[standing.carrier].give_back()
        standing.congestion = standing.congestion.untried()
        if self.limit_per_s:
            self._pace.give_back(1)
        if self._lately:
            self._lately.pop()

    def seize(self, trunk: str) -> None:
        """A call was found up on this trunk; one that is not in the settings any more is nobody's."""
        if trunk in self.standing:
            self.standing[trunk].capacity.up += 1
            self.carriers[self.standing[trunk].carrier].up += 1

    def vacate(self, trunk: str) -> None:
        """A call on this trunk is over."""
        if trunk in self.standing:
            standing = self.standing[trunk]
            standing.capacity.up -= 1
            self.carriers[standing.carrier].up -= 1

    def refused(self, trunk: str, placed_s: float, now: float) -> None:
        """The trunk answered congestion to a call launched at `placed_s`."""
        if trunk in self.standing:
            standing = self.standing[trunk]
            standing.congestion = standing.congestion.refused(placed_s, now)

    def carried(self, trunk: str, placed_s: float) -> None:
        """The trunk took a call launched at `placed_s` to its number, or said something of the number."""
        if trunk in self.standing:
            standing = self.standing[trunk]
            standing.congestion = standing.congestion.carried(placed_s)

    def untold(self, trunk: str) -> None:
        """Nobody knows how a call on this trunk went."""
        if trunk in self.standing:
            self.standing[trunk].congestion = self.standing[trunk].congestion.untried()

    def bound(self, route: str, now: float, *, without: Collection[str] = ()) -> Bound:
        """What keeps the route from taking one more call; of several trunks, what is soonest over."""
        if not self._spared(now):
            return Bound.EXCHANGE
        bounds = {self._bound(name, now) for name in self.routes[route] if name not in without}
        soonest = (Bound.RATE, Bound.LINES, Bound.CONGESTED, Bound.UNREACHABLE)
        return next((bound for bound in soonest if bound in bounds), Bound.UNREACHABLE)

    def wait_s(self, route: str, now: float, *, without: Collection[str] = ()) -> float | None:
        """Seconds until the rate lets the route take one more call; None when something else is in the way."""
        if self.limit_per_s == 0:
            return None
        waits = []
        for name in self.routes[route]:
            standing = self.standing[name]
            carrier = self.carriers[standing.carrier]
            if name in without or self._bound(name, now) not in {None, Bound.RATE}:
                continue
            waits.append(max(standing.capacity.wait_s(now), carrier.wait_s(now)))
        pace_s = 0.0 if self.limit_per_s is None else self._pace.wait_s(now)
        return max(pace_s, min(waits)) if waits else None

    def limits(self, route: str) -> tuple[int, float]:
        """Calls at once and calls per second the route bears when nobody else is on it."""
        calls: Counter[str] = Counter()
        rates: defaultdict[str, float] = defaultdict(float)
        for name in self.routes[route]:
            standing = self.standing[name]
            calls[standing.carrier] += standing.settings.max_calls
            rates[standing.carrier] += standing.settings.calls_per_second
        bearing = [(calls[name], rates[name], self.carriers[name]) for name in calls]
        return (
            sum(min(most, carrier.max_calls or most) for most, _, carrier in bearing),
            sum(min(rate, carrier.rate.rate if carrier.rate else rate) for _, rate, carrier in bearing),
        )

    def spare(self, limit_per_s: float | None) -> None:
        """Give the exchange no more than so many calls per second; None: as many as the trunks bear."""
        self.limit_per_s = limit_per_s
        if limit_per_s:
            self._pace.rate = limit_per_s

    def launched_per_s(self, now: float) -> float:
        """Calls launched lately, per second."""
        while self._lately and self._lately[0] <= now - LATELY_S:
            self._lately.popleft()
        return len(self._lately) / LATELY_S

    def _spare(self, route: str, now: float, full: Collection[str]) -> str | None:
        found = next((name for name in self.routes[route] if name not in full and self._open(name, now)), None)
        if found is not None:
            self._taken(found, now)
        return found

    def _taken(self, name: str, now: float) -> None:
        standing = self.standing[name]
        standing.capacity.take(now)
        self.carriers[standing.carrier].take(now)
        standing.congestion = standing.congestion.taken()
        if self.limit_per_s:
            self._pace.take(1, now)
        self.launched_per_s(now)
        self._lately.append(now)

    def _spared(self, now: float) -> bool:
        return self.limit_per_s is None or (self.limit_per_s > 0 and self._pace.available(now) > 0)

    def _open(self, name: str, now: float) -> bool:
        return self._bound(name, now) is None

    def _spreads(self, name: str, now: float) -> bool:
        """Whether the trunk takes one more call within a moment."""
        if self._bound(name, now) is not Bound.RATE:
            return False
        both = (self.standing[name].capacity, self.carriers[self.standing[name].carrier])
        return all(one.available(now) >= 1 or one.spreads(now) for one in both)

    def _bound(self, name: str, now: float) -> Bound | None:
        standing = self.standing[name]
        carrier = self.carriers[standing.carrier]
        if standing.reach is Reach.UNREACHABLE:
            return Bound.UNREACHABLE
        if min(standing.capacity.lines(), carrier.lines()) < 1:
            return Bound.LINES
        if standing.congestion.room(now) < 1:
            return Bound.CONGESTED
        if min(standing.capacity.available(now), carrier.available(now)) < 1:
            return Bound.RATE
        return None


def _rate(per_s: float | None) -> CallRate | None:
    return None if per_s is None else CallRate(rate=per_s)
