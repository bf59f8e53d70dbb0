"""The pacing benchmark's own reckoning, on made-up days."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest

from bench import pacing as benchmark
from bench._pacing_bars import bars
from bench._pacing_choice import FAMILIES, Known, choose
from bench._pacing_days import TARGET, Figures, Job
from bench._pacing_kept import Days, key
from bench._pacing_promise import clopper_pearson, told
from bench._pacing_report import best_peer, report
from pacing.simulator import Scenario, Shift

WORLD = Scenario(name="made-up", staff=(Shift(agents=20),))
SEEDS = range(1, 5)
RATIO, HARD = FAMILIES[0], FAMILIES[1]


def day(*, utilisation: float = 0.8, abandonment: float = 0.02, worst_hour: float | None = 0.04) -> Figures:
    return Figures(
        utilisation=utilisation,
        abandonment=abandonment,
        worst_hour=worst_hour,
        live=1000,
        decisions=10,
        processor_s=1.0,
    )


def losing(shares: Mapping[str, float], *, later: float = 0.0) -> Known:
    """Days by policy; those not named lose nobody. From the third seed on they lose `later` more."""

    def known(policy: str, seed: int) -> Figures:
        lost = shares.get(policy, 0.0)
        return day(utilisation=0.6 + lost, abandonment=lost + (later if seed > 2 else 0.0))

    return known


def ratios(step: float) -> dict[str, float]:
    return {policy: step * place for place, policy in enumerate(RATIO.policies())}


def test_of_a_rising_family_the_boldest_that_keeps_the_promise_is_chosen():
    chosen, wanted = choose(RATIO, losing(ratios(0.002)), seeds=SEEDS, first=2, target=TARGET)
    assert (chosen, wanted) == (RATIO.policies()[15], [])


def test_where_the_first_days_flatter_a_more_careful_one_stands_in():
    chosen, _ = choose(RATIO, losing(ratios(0.002), later=0.007), seeds=SEEDS, first=2, target=TARGET)
    assert chosen == RATIO.policies()[13]


def test_where_every_setting_breaks_the_promise_none_is_chosen():
    everybody = dict.fromkeys(HARD.policies(), 0.2)
    assert choose(HARD, losing(everybody), seeds=SEEDS, first=2, target=TARGET) == (None, [])


def test_days_not_simulated_yet_are_asked_for():
    chosen, wanted = choose(HARD, lambda policy, seed: None, seeds=SEEDS, first=2, target=TARGET)
    assert chosen is None
    assert wanted == [(policy, seed) for policy in HARD.policies() for seed in (1, 2)]


@pytest.mark.parametrize(
    ("hits", "days", "low", "high"), [(0, 10, 0.0, 0.3085), (5, 100, 0.0164, 0.1128), (3, 3, 0.2924, 1.0)]
)
def test_the_exact_interval_of_a_share(hits, days, low, high):
    assert clopper_pearson(hits, days) == pytest.approx((low, high), abs=5e-5)


def test_days_above_the_promise_and_bad_hours_are_counted():
    days = [day(), day(abandonment=0.031), day(worst_hour=None), day(worst_hour=0.061)]
    figures = told(days, days, agents=20)
    assert (figures["days_over"], figures["days_counted"]) == (1, 4)
    assert (figures["hours_over"], figures["days_with_hours"]) == (1, 3)


def test_a_peer_that_breaks_the_promise_is_not_the_best():
    figures = report(WORLD, losing({"issabel": 0.2, "impact": 0.02}), seeds=SEEDS, first=2)
    assert figures["policies"]["issabel"]["utilisation"] > figures["policies"]["impact"]["utilisation"]
    assert figures["best_peer"] != "issabel"
    assert best_peer(figures["policies"], among=["issabel"]) is None


def test_a_floor_behind_the_oracle_is_named_with_its_points():
    figures = report(WORLD, losing({"oracle": 0.03, "predictive": 0.015}), seeds=SEEDS, first=2)
    behind = bars([("made-up", figures)], {})[0]
    assert not behind.met
    assert behind.measured == "0 of 1 floors; short on made-up (-1.5 ± 0.0); furthest made-up (-1.50 ± 0.00)"


def test_a_floor_with_a_longer_run_is_held_against_the_oracle_by_that():
    short = report(WORLD, losing({"oracle": 0.03, "predictive": 0.015}), seeds=SEEDS, first=2)
    days = [day(), day()]
    long = told(days, days, agents=short["agents"])
    behind = bars([("made-up", short)], {"promise": {"made-up": long}})[0]
    assert behind.met
    assert behind.measured == "1 of 1 floors; furthest made-up (+0.00 ± 0.00)"


def test_kept_days_are_found_again_and_a_line_cut_off_is_not_one(tmp_path):
    path, job = tmp_path / "days.jsonl", Job(scenario=WORLD, policy="issabel", seed=1)
    Days(path).keep(job, day())
    with path.open("a", encoding="utf-8") as lines:
        lines.write('{"key": "cut o')
    assert Days(path).get(job) == day()
    assert Days(path).get(Job(scenario=WORLD, policy="issabel", seed=2)) is None


def test_each_policy_is_kept_by_its_own_code():
    codes = {
        policy: key(Job(scenario=WORLD, policy=policy, seed=1)).rpartition("-")[2]
        for policy in (
            "issabel",
            "issabel-overcommit",
            "vicidial-hard",
            "oracle",
            "progressive",
            "ratio:2",
            "predictive",
        )
    }
    assert codes["issabel"] == codes["issabel-overcommit"]
    assert codes["progressive"] == codes["ratio:2"]
    assert len(set(codes.values())) == 5


def test_tables_and_picture_go_into_the_page_between_its_marks(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "PAGES", tmp_path)
    page = tmp_path / "pacing.md"
    page.write_text(f"before\n{benchmark.BEGIN}\nstale figures\n{benchmark.END}\nafter\n", encoding="utf-8")
    figures = {"made-up": report(WORLD, losing({"oracle": 0.03}), seeds=SEEDS, first=2)}
    for _ in range(2):
        benchmark.write(figures, {"cores": 1, "system": "any", "python": "3"})
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "stale figures" not in text
    assert text.count("### What was asked, line by line") == 1
    assert ET.parse(tmp_path / "pacing.svg").getroot().tag.endswith("svg")
