"""How soon busy agents become ready is learned from the stages of their work."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.floor import Floor
from pacing.model import Heard, Observation
from pacing.predict import handling
from pacing.predict.handling import BINS, EDGES, REFRESH_S, Handling, Stage
from pacing.predict.overflow import LEVELS

NONE = np.zeros(0)


def stage(lengths, *, lasting=(), supposed_s=120.0) -> Stage:
    learned = Stage(supposed_s=supposed_s)
    for length in lengths:
        learned.end(float(length))
    learned.refresh(np.array(lasting, dtype=float))
    return learned


def ended(heard, seconds, *, wraps_up=False) -> Observation:
    return Observation(heard=heard, at=0.0, seconds=seconds, wraps_up=wraps_up)


def floor(*, talking=(), wrapping=(), now=1000.0) -> Floor:
    """Agents who talk or wrap up since so many seconds, in the order of the clock."""
    started = [(now - age, f"talks {n}", "talking") for n, age in enumerate(talking)]
    started += [(now - age, f"wraps {n}", "wrapup") for n, age in enumerate(wrapping)]
    made = Floor(lost_after_s=1e6, hear=lambda _: None)
    for at, agent, state in sorted(started):
        made.advance(at)
        made.agent(agent, state)
    made.advance(now)
    return made


def expected_free(learned: Handling, on: Floor, horizon_s: float = 12.0) -> float:
    return float(learned.weights(on, horizon_s) @ (np.arange(LEVELS + 1) / LEVELS))


def test_before_anything_was_seen_the_supposed_length_holds():
    supposed = stage([], supposed_s=90.0)
    assert supposed.mean_s == pytest.approx(90.0)
    assert supposed.rates == pytest.approx(np.full(BINS, 1 / 90.0))


def test_lengths_without_memory_keep_an_even_rate():
    lengths = np.random.default_rng(1).exponential(100.0, 6000)
    learned = stage(lengths)
    often = (EDGES[:-1] > 5.0) & (EDGES[1:] < 250.0)
    assert learned.mean_s == pytest.approx(100.0, rel=0.08)
    assert learned.rates[often] == pytest.approx(np.full(often.sum(), 0.01), rel=0.35)
    assert learned.rates[often].mean() == pytest.approx(0.01, rel=0.06)


def test_calls_of_even_length_are_foreseen():
    learned = stage(np.random.default_rng(1).normal(60.0, 3.0, 2000))
    early, due = np.searchsorted(EDGES, [20.0, 60.0]) - 1
    assert learned.rates[early] < 1 / 200.0
    assert learned.rates[due] > 1 / 15.0


def test_stages_that_last_now_count_as_far_as_they_have_come():
    """Of 1000 talks 100 ended at 10 s; the others last since 100 s."""
    hasty, patient = stage([10.0] * 100), stage([10.0] * 100, lasting=[100.0] * 900)
    assert hasty.mean_s == pytest.approx(10.0, rel=0.4)
    assert patient.mean_s == pytest.approx((900 * 100.0 + 100 * 10.0) / 100, rel=0.1)
    assert patient.rates[7] < hasty.rates[7] / 4.0


def test_what_was_long_ago_fades():
    learned = stage([20.0] * 3000 + [200.0] * 6000)
    assert learned.mean_s == pytest.approx(200.0, rel=0.05)


def test_weights_that_grew_too_heavy_are_made_light_without_a_trace(monkeypatch):
    lengths = [number % 97 for number in range(4000)]
    plain = stage(lengths, lasting=[4.0, 50.0])
    monkeypatch.setattr(handling, "_HEAVIEST", 1.5)
    light = stage(lengths, lasting=[4.0, 50.0])
    assert light.state()["weight"] <= 1.5 < plain.state()["weight"]
    assert light.rates == pytest.approx(plain.rates)
    assert light.mean_s == pytest.approx(plain.mean_s)


@given(length=st.floats(0.0, 1e7))
def test_a_stage_of_any_length_has_its_bin(length):
    learned = stage([length])
    place = int(np.argmax(learned.state()["ended"]))
    assert EDGES[place] <= length * (1 + 1e-9)
    assert length <= EDGES[place + 1] * (1 + 1e-9) or place == BINS - 1
    assert (learned.rates > 0.0).all()
    assert math.isfinite(learned.mean_s)


def test_handling_is_talk_and_the_wrap_ups_there_are():
    learned = Handling()
    assert (learned.talk_s, learned.handle_s) == pytest.approx((120.0, 140.0))
    for number in range(900):
        learned.hear(ended(Heard.TALK_ENDED, 60.0, wraps_up=number % 2 == 0))
        learned.hear(ended(Heard.WRAPUP_ENDED, 30.0))
    expected_free(learned, floor())
    assert learned.talk_s == pytest.approx(60.0, rel=0.05)
    assert learned.handle_s == pytest.approx(60.0 + 0.5 * 30.0, rel=0.05)


def test_other_facts_and_stages_of_unknown_length_teach_nothing():
    learned = Handling()
    before = learned.state()
    learned.hear(ended(Heard.TALK_ENDED, None, wraps_up=True))
    learned.hear(ended(Heard.RANG_OUT, 20.0))
    assert learned.state() == before


def taught(*, talk_s=100.0, wrap_s=20.0, wraps_up=True) -> Handling:
    draw, learned = np.random.default_rng(2), Handling()
    for talk, wrap in zip(draw.exponential(talk_s, 3000), draw.exponential(wrap_s, 3000), strict=True):
        learned.hear(ended(Heard.TALK_ENDED, talk, wraps_up=wraps_up))
        if wraps_up:
            learned.hear(ended(Heard.WRAPUP_ENDED, wrap))
    return learned


def test_so_many_busy_agents_are_expected_free_as_the_lengths_say():
    wrapping = expected_free(taught(), floor(wrapping=[10.0] * 50))
    assert wrapping / 50 == pytest.approx(-math.expm1(-12.0 / 20.0), rel=0.1)
    straight = expected_free(taught(wraps_up=False), floor(talking=[40.0] * 50))
    assert straight / 50 == pytest.approx(-math.expm1(-12.0 / 100.0), rel=0.12)
    # Who ends the talk must still wrap up in what is left of the 12 s, a quarter of them on average.
    both = expected_free(taught(), floor(talking=[40.0] * 50))
    assert both / straight == pytest.approx(1 - 20.0 / 12.0 * -math.expm1(-12.0 / 20.0), rel=0.1)


def test_nobody_busy_is_nobody_free_and_who_leaves_does_not_count():
    learned = taught()
    assert expected_free(learned, floor()) == 0.0
    busy = floor(talking=[30.0, 50.0], wrapping=[5.0])
    before = expected_free(learned, busy)
    busy.leaving_told("wraps 0", leaving=True)
    assert expected_free(learned, busy) < 0.5 * before


def test_a_longer_horizon_frees_more():
    learned, busy = taught(), floor(talking=[5.0, 60.0, 400.0], wrapping=[2.0, 90.0])
    free = [expected_free(learned, busy, horizon_s) for horizon_s in (0.5, 3.0, 12.0, 60.0, 600.0)]
    assert free == sorted(free)
    assert 4.8 < free[-1] <= 5.0


def test_tables_are_made_anew_when_some_seconds_have_passed_or_the_clock_is_another():
    learned, busy = Handling(), floor()
    expected_free(learned, busy)
    for _ in range(100):
        learned.hear(ended(Heard.TALK_ENDED, 10.0))
    busy.advance(busy.now + 0.9 * REFRESH_S)
    expected_free(learned, busy)
    assert learned.talk_s == pytest.approx(120.0)
    busy.advance(busy.now + 0.2 * REFRESH_S)
    expected_free(learned, busy)
    assert learned.talk_s < 20.0
    for _ in range(1000):
        learned.hear(ended(Heard.TALK_ENDED, 50.0))
    expected_free(learned, floor(now=5.0))
    assert learned.talk_s > 40.0


@pytest.mark.parametrize("asked", [True, False])
def test_what_was_learned_survives_as_json_to_the_bit(asked):
    learned, busy = taught(), floor(talking=[30.0, 50.0], wrapping=[5.0])
    if asked:
        learned.weights(busy, 12.0)
    restored = Handling()
    restored.restore(json.loads(json.dumps(learned.state())))
    assert restored.state() == learned.state()
    for seconds in (0.0, 3.0, 30.0):
        busy.advance(busy.now + seconds)
        assert (restored.weights(busy, 12.0) == learned.weights(busy, 12.0)).all()
        assert restored.handle_s == learned.handle_s


@pytest.mark.parametrize(
    ("name", "value"),
    [("talk", {}), ("wrap", None), ("wrapped_share", -0.1), ("wrapped_share", math.nan), ("at", math.inf)],
)
def test_what_is_no_state_is_refused_and_changes_nothing(name, value):
    learned = taught()
    before = learned.state()
    with pytest.raises((KeyError, TypeError, ValueError)):
        learned.restore({**before, name: value})
    assert learned.state() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ended", [1.0]), ("rest_s", [-1.0] * BINS), ("rates", [math.nan] * BINS), ("mean_s", 0.0), ("weight", 0.0),
        ("seen", "many"),
    ],
)  # fmt: skip
def test_what_is_no_state_of_a_stage_is_refused_and_changes_nothing(name, value):
    learned = stage([10.0] * 10)
    before = learned.state()
    with pytest.raises((TypeError, ValueError)):
        learned.restore({**before, name: value})
    assert learned.state() == before
