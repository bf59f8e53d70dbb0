"""The figure of a comparison."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from alo.simulate.labels import Point, label_points, spread
from alo.simulate.plot import draw, save
from pacing.simulation.measures import compare
from pacing.simulator import Day
from tests.simulated_days import made_up_day, made_up_days

Days = dict[str, list[Day]]


def few() -> Days:
    return {
        "predictive": made_up_days("predictive", busy=0.87, lost=0.02),
        "progressive": made_up_days("progressive", busy=0.67, lost=0.0),
    }


def saved(path: Path, days: Days) -> bytes:
    save(path, compare(days, target=0.03), days, title="the finding", world="the world", target=0.03)
    return path.read_bytes()


def words(days: Days) -> list[str]:
    figure = draw(compare(days, target=0.03), days, title="the finding", world="the world", target=0.03)
    return [text.get_text() for text in figure.findobj(match=lambda artist: hasattr(artist, "get_text"))]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_figure_is_written_as_svg_and_as_png(tmp_path):
    assert ET.fromstring(saved(tmp_path / "figure.svg", few())).tag.endswith("svg")
    assert saved(tmp_path / "figure.PNG", few()).startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_same_days_give_the_same_file(tmp_path):
    assert saved(tmp_path / "one.svg", few()) == saved(tmp_path / "other.svg", few())


def test_it_says_the_finding_and_names_every_policy_in_every_panel():
    seen = words(few())
    assert {"the finding", "the world", "promise 3 %", "20 s  predictive", "20 s  progressive"} <= set(seen)
    assert seen.count("predictive") == 2
    assert seen.count("progressive") == 2


@pytest.mark.slow
def test_more_policies_than_colours_are_drawn_in_other_dashes(tmp_path):
    days = {f"policy-{number}": made_up_days("one", busy=0.7, lost=0.001 * number, days=2) for number in range(16)}
    assert saved(tmp_path / "figure.png", days).startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("staffed_s", [0.0, 1000.0])
def test_a_day_without_calls_is_drawn_too(tmp_path, staffed_s):
    days = {"silent": [made_up_day(live=0, waits_s=(), staffed_s=staffed_s)]}
    assert saved(tmp_path / "figure.svg", days)
    assert "no call  silent" in words(days)


def test_names_cover_neither_one_another_nor_the_points():
    axes = Figure(figsize=(5, 5)).add_subplot()
    axes.set(xlim=(0, 10), ylim=(0, 10))
    points = [
        Point(x=x, y=y, x_half=0.5, y_half=0.2, name=name, colour="black")
        for x, y, name in [(5, 5, "one"), (5.1, 5.1, "another"), (9.9, 5, "at the right"), (0.1, 9.9, "in the corner")]
    ]
    label_points(axes, points)
    boxes = [text.get_window_extent() for text in axes.texts]
    places = axes.transData.transform([(point.x, point.y) for point in points])
    assert not any(box.count_overlaps(boxes[:number]) for number, box in enumerate(boxes))
    assert not any(box.count_contains(places) for box in boxes)


@given(st.lists(st.floats(-100, 100), max_size=12))
def test_labels_are_spread_in_order_about_where_they_belong(places):
    moved = spread(places, gap=2.0)
    order = sorted(range(len(places)), key=lambda index: places[index])
    assert all(moved[above] - moved[below] >= 2.0 - 1e-9 for below, above in pairwise(order))
    assert sum(moved) == pytest.approx(sum(places), abs=1e-6)


def test_labels_with_room_stay_where_they_are():
    assert spread([5.0, 1.0, 9.0], gap=2.0) == [5.0, 1.0, 9.0]
