"""An exchange short of breath is given fewer calls at once, more step by step, never flaps, and always recovers."""

from hypothesis import given
from hypothesis import strategies as st

from dialer.trunk.health import CALM_AT, CALM_S, SETTLE_S, SLOW_AT, SLOWEST_PER_S, STOP_AT, Breath, Health, Sample

EVERY_S = 2.0


def looked(pressures: list[float], *, launched_per_s: float = 20.0, since: Health | None = None) -> list[Health]:
    """The health after each look, one every two seconds."""
    health, seen = since or Health(), []
    for n, pressure in enumerate(pressures):
        given_ = launched_per_s if health.limit_per_s is None else min(launched_per_s, health.limit_per_s)
        health = health.after(Sample(at_s=100.0 + n * EVERY_S, pressure=pressure, launched_per_s=given_))
        seen.append(health)
    return seen


def test_while_it_breathes_easily_there_is_no_limit() -> None:
    assert {h.limit_per_s for h in looked([0.0, 0.1, 0.3, 0.39])} == {None}


def test_pressure_halves_what_it_was_given() -> None:
    assert looked([0.5])[0].limit_per_s == 10.0
    assert looked([0.5])[0].breath is Breath.SLOWED


def test_a_second_cut_waits_for_the_first_to_show() -> None:
    assert [h.limit_per_s for h in looked([0.5, 0.5, 0.5])] == [10.0, 10.0, 5.0]


def test_near_the_mark_nothing_is_given_at_all() -> None:
    assert looked([0.9])[0].breath is Breath.STOPPED


def test_calm_lets_it_rise_step_by_step_until_it_is_free() -> None:
    limits = [h.limit_per_s for h in looked([0.9] + [0.0] * 30)]
    steps = [limit for n, limit in enumerate(limits) if n == 0 or limit != limits[n - 1]]
    assert steps == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, None]


def test_a_pressure_in_between_changes_nothing() -> None:
    first = looked([0.5])[0]
    assert {h.limit_per_s for h in looked([0.39, 0.16] * 20, since=first)} == {10.0}


def test_a_stopped_one_is_tried_again_as_soon_as_the_pressure_is_off() -> None:
    assert looked([0.9] + [0.3] * 10)[-1].limit_per_s == SLOWEST_PER_S


pressures = st.lists(st.floats(0, 2), max_size=80)
paces = st.floats(0, 500)


@given(pressures, paces)
def test_it_never_rises_but_in_the_calm_and_never_faster_than_the_calm_lasts(
    pressures: list[float], pace: float
) -> None:
    before, last_rise_s = Health(), -1e9
    for n, health in enumerate(looked(pressures, launched_per_s=pace)):
        now = 100.0 + n * EVERY_S
        was, limit = before.limit_per_s, health.limit_per_s
        if was is not None and (limit is None or limit > was):
            assert pressures[n] <= (SLOW_AT if was == 0.0 else CALM_AT)
            assert now - last_rise_s >= CALM_S
            last_rise_s = now
        if pressures[n] >= STOP_AT:
            assert limit == 0.0
        if limit is not None and was is not None and limit < was and pressures[n] < STOP_AT:
            assert health.cut_s == now
            assert before.cut_s is None or now - before.cut_s >= SETTLE_S
        assert limit is None or limit == 0.0 or limit >= SLOWEST_PER_S
        before = health


@given(pressures, paces)
def test_calm_for_long_enough_it_is_always_free_again(pressures: list[float], pace: float) -> None:
    health = looked(pressures, launched_per_s=pace)[-1] if pressures else Health()
    seen = looked([0.0] * 60, launched_per_s=pace, since=health)
    assert seen[-1].breath is Breath.FREE
