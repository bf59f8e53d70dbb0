"""One trunk for each call: by weight, within lines and rates, past those that rest or are not there."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from base.trunk_settings import CarrierSettings, TrunkSettings
from dialer.trunk.reach import Reach
from dialer.trunk.trunks import Bound, Trunks


def trunk(**settings: object) -> TrunkSettings:
    values = {"host": "127.0.0.1", "caller_ids": ["+551130000000"], "calls_per_second": 1000, "max_calls": 1000}
    return TrunkSettings.model_validate(values | settings)


def trunks(carriers: dict[str, CarrierSettings] | None = None, **by_name: TrunkSettings) -> Trunks:
    return Trunks(trunks=by_name, carriers=carriers or {}, routes={"all": tuple(by_name)})


def dialled(of: Trunks, calls: int, *, every_s: float = 0.01) -> Counter[str | None]:
    return Counter(of.take("all", 100.0 + n * every_s) for n in range(calls))


def test_calls_are_shared_by_weight() -> None:
    of = trunks(big=trunk(weight=3), small=trunk(weight=1))
    assert dialled(of, 400) == {"big": 300, "small": 100}


def test_a_burst_is_shared_by_weight_too() -> None:
    of = trunks(big=trunk(weight=3, calls_per_second=20), small=trunk(weight=1, calls_per_second=20))
    got = [of.take("all", n * 0.05) for n in range(40) for _ in range(5)]
    begun = Counter(got[:25])
    assert begun["big"] == pytest.approx(3 * begun["small"], abs=3)
    assert begun["big"] > 4


def test_a_trunk_whose_second_is_used_leaves_its_turns_to_the_others() -> None:
    of = trunks(big=trunk(weight=3, calls_per_second=10), small=trunk(weight=1, calls_per_second=100))
    taken = Counter(of.take("all", n * 0.01) for n in range(400))
    assert taken["big"] == pytest.approx(40, abs=2)
    assert taken["small"] > 300


def test_a_trunk_without_weight_is_taken_when_the_others_are_full() -> None:
    of = trunks(main=trunk(max_calls=5), spare=trunk(weight=0))
    assert dialled(of, 8) == {"main": 5, "spare": 3}


def test_the_lines_of_a_trunk_are_never_more_than_it_has() -> None:
    of = trunks(main=trunk(max_calls=2))
    assert dialled(of, 5) == {"main": 2, None: 3}
    assert of.bound("all", 101.0) is Bound.LINES
    of.vacate("main")
    assert of.take("all", 101.0) == "main"


def test_the_rate_of_a_trunk_is_kept_in_every_second() -> None:
    of = trunks(main=trunk(calls_per_second=10))
    times = [n * 0.01 for n in range(500) if of.take("all", n * 0.01)]
    assert all(sum(at <= other < at + 1.0 for other in times) <= 10 for at in times)
    assert len(times) >= 49
    of.take("all", 5.0)
    assert of.bound("all", 5.0) is Bound.RATE
    wait_s = of.wait_s("all", 5.0)
    assert wait_s is not None
    assert of.take("all", 5.0 + wait_s + 1e-6) == "main"


def test_a_carrier_bears_so_many_calls_over_all_its_trunks() -> None:
    together = CarrierSettings(max_calls=3)
    of = trunks({"operadora": together}, a=trunk(carrier="operadora"), b=trunk(carrier="operadora"))
    assert dialled(of, 5) == {"a": 2, "b": 1, None: 2}


def test_a_carrier_takes_so_many_calls_a_second_over_all_its_trunks() -> None:
    together = CarrierSettings(calls_per_second=10)
    of = trunks({"operadora": together}, a=trunk(carrier="operadora"), b=trunk(carrier="operadora"))
    times = [n * 0.01 for n in range(300) if of.take("all", n * 0.01)]
    assert all(sum(at <= other < at + 1.0 for other in times) <= 10 for at in times)


def test_a_congested_trunk_is_passed_over_until_one_call_got_through() -> None:
    of = trunks(a=trunk(), b=trunk())
    assert of.take("all", 100.0) == "a"
    of.refused("a", 100.0, 100.1)
    assert {of.take("all", 100.2) for _ in range(4)} == {"b"}
    assert Counter(of.take("all", 101.0) for _ in range(10)) == {"a": 1, "b": 9}
    of.carried("a", 101.0)
    assert Counter(of.take("all", 102.0) for _ in range(10)) == {"a": 5, "b": 5}


def test_when_all_are_congested_it_is_said() -> None:
    of = trunks(a=trunk())
    of.take("all", 100.0)
    of.refused("a", 100.0, 100.1)
    assert of.take("all", 100.2) is None
    assert of.bound("all", 100.2) is Bound.CONGESTED
    assert of.wait_s("all", 100.2) is None


def test_a_trunk_that_does_not_answer_is_not_dialled() -> None:
    of = trunks(a=trunk(), b=trunk())
    of.standing["a"].reach = Reach.UNREACHABLE
    assert dialled(of, 6) == {"b": 6}
    of.standing["b"].reach = Reach.UNREACHABLE
    assert of.bound("all", 200.0) is Bound.UNREACHABLE


def test_the_trunks_a_call_was_refused_on_are_left_out() -> None:
    of = trunks(a=trunk(), b=trunk())
    assert of.take("all", 100.0, without={"a"}) == "b"
    assert of.take("all", 100.0, without={"a", "b"}) is None


def test_an_exchange_to_be_spared_is_given_no_more_than_its_limit_over_all_trunks() -> None:
    of = trunks(a=trunk(), b=trunk())
    of.spare(5.0)
    times = [n * 0.01 for n in range(300) if of.take("all", n * 0.01)]
    assert all(sum(at <= other < at + 1.0 for other in times) <= 5 for at in times)
    while of.take("all", 3.0):
        pass
    assert of.bound("all", 3.0) is Bound.EXCHANGE
    of.spare(0.0)
    assert of.take("all", 60.0) is None
    assert of.wait_s("all", 60.0) is None
    of.spare(None)
    assert of.take("all", 60.0) is not None


def test_a_pacer_is_told_what_the_route_bears() -> None:
    carriers = {"op": CarrierSettings(max_calls=50, calls_per_second=6)}
    of = trunks(
        carriers,
        a=trunk(carrier="op", max_calls=40, calls_per_second=4),
        b=trunk(carrier="op", max_calls=40, calls_per_second=4),
        c=trunk(max_calls=10, calls_per_second=2),
    )
    assert of.limits("all") == (60, 8.0)


def test_a_call_on_a_trunk_that_is_gone_from_the_settings_is_nobodys() -> None:
    of = trunks(a=trunk())
    of.seize("gone")
    of.refused("gone", 1.0, 2.0)
    of.carried("gone", 1.0)
    of.vacate("gone")
    assert of.standing["a"].capacity.up == 0


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 200))
def test_no_trunk_is_ever_a_turn_ahead_of_its_share(weights: list[int], calls: int) -> None:
    by_name = {f"t{n}": trunk(weight=weight) for n, weight in enumerate(weights)}
    of = Trunks(trunks=by_name, carriers={}, routes={"all": tuple(by_name)})
    got = dialled(of, calls, every_s=0.05)
    for n, weight in enumerate(weights):
        share = calls * weight / sum(weights)
        assert share - len(weights) < got[f"t{n}"] < share + 1


class AnyOrder(RuleBasedStateMachine):
    """Whatever comes, no cap is passed and every line comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.up: list[tuple[str, float]] = []
        self.of = trunks(
            {"op": CarrierSettings(max_calls=6, calls_per_second=5)},
            a=trunk(carrier="op", max_calls=4, calls_per_second=3, weight=2),
            b=trunk(carrier="op", max_calls=4, calls_per_second=3),
            c=trunk(max_calls=2, calls_per_second=1, weight=0),
        )
        self.launches: list[tuple[str, float]] = []

    @rule(seconds=st.floats(0, 3))
    def time_goes_on(self, seconds: float) -> None:
        self.now += seconds

    @rule(without=st.sets(st.sampled_from("abc")))
    def a_call_is_dialled(self, without: set[str]) -> None:
        taken = self.of.take("all", self.now, without=without)
        if taken is not None:
            assert taken not in without
            self.up.append((taken, self.now))
            self.launches.append((taken, self.now))

    @precondition(lambda self: self.up)
    @rule(end=st.sampled_from(["carried", "refused", "untold"]), data=st.data())
    def a_call_ends(self, end: str, data: st.DataObject) -> None:
        name, placed = self.up.pop(data.draw(st.integers(0, len(self.up) - 1)))
        match end:
            case "carried":
                self.of.carried(name, placed)
            case "refused":
                self.of.refused(name, placed, self.now)
            case _:
                self.of.untold(name)
        self.of.vacate(name)

    @rule(limit=st.none() | st.sampled_from([0.0, 1.0, 2.0]))
    def the_exchange_is_spared(self, limit: float | None) -> None:
        self.of.spare(limit)

    @invariant()
    def lines_and_rates_are_kept(self) -> None:
        ups = Counter(name for name, _ in self.up)
        assert all(self.of.standing[name].capacity.up == ups[name] for name in "abc")
        assert ups["a"] <= 4
        assert ups["b"] <= 4
        assert ups["c"] <= 2
        assert ups["a"] + ups["b"] <= 6
        for names, most in (("a", 3), ("b", 3), ("ab", 5), ("c", 1)):
            lately = [at for name, at in self.launches if name in names and at > self.now - 1.0]
            assert len(lately) <= most


TestAnyOrder = AnyOrder.TestCase


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_call_not_launched_costs_nothing(name: str) -> None:
    of = trunks(a=trunk(calls_per_second=1, max_calls=1), b=trunk(calls_per_second=1, max_calls=1))
    assert {of.take("all", 100.0), of.take("all", 100.0)} == {"a", "b"}
    of.give_back(name)
    assert of.take("all", 100.0) == name
