"""Names beside what they name, without covering one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

BEHIND = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
"""Of words that lie on lines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What is to be named: its place, and half of its interval each way, in the units of the axes."""

    x: float
    y: float
    x_half: float
    y_half: float
    name: str
    colour: str


def spread(places: Sequence[float], *, gap: float) -> list[float]:
    """The places in the same order, moved apart until neighbours are at least `gap` apart, about their middle."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(places[index])
        while len(groups) > 1 and _first(centres[-1], groups[-1], gap) < _last(centres[-2], groups[-2], gap) + gap:
            joined = groups.pop(-2) + groups.pop()
            del centres[-2:]
            groups.append(joined)
            centres.append(sum(places[member] for member in joined) / len(joined))
    moved = list(places)
    for group, centre in zip(groups, centres, strict=True):
        for rank, index in enumerate(group):
            moved[index] = _first(centre, group, gap) + rank * gap
    return moved


def label_points(axes: Axes, points: Sequence[Point], *, taken: Sequence[Artist] = ()) -> None:
    """A name in its colour beside each point, at the nearest place that covers no point, no other name, nothing taken.

    The limits and the layout of the figure must be settled before.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    unit = figure.dpi / 72
    boxes = [_around(axes, point).padded(5 * unit) for point in points]
    full = [artist.get_window_extent() for artist in taken] + boxes
    for point, around in zip(points, boxes, strict=True):
        text = axes.annotate(
            point.name, (point.x, point.y), xytext=(0, 0), textcoords="offset points",
            ha="center", va="center", color=point.colour, fontweight="bold", bbox=BEHIND,
        )  # fmt: skip
        text.set_in_layout(False)
        own = text.get_window_extent()
        for right, up in _offsets((own.width + around.width) / 2 / unit, (own.height + around.height) / 2 / unit):
            box = own.translated(right * unit, up * unit)
            if not box.count_overlaps(full) and frame.count_contains(box.get_points()) == 2:
                break
        text.set_position((right, up))
        full.append(box)


def _around(axes: Axes, point: Point) -> Bbox:
    """The point with its intervals, in pixels."""
    corners = ((point.x - point.x_half, point.y - point.y_half), (point.x + point.x_half, point.y + point.y_half))
    return Bbox(axes.transData.transform(corners))


def _offsets(touching: float, stacked: float) -> Iterator[tuple[float, float]]:
    """Places of a name's centre relative to its point, nearest first: beside, above, below, ever further."""
    for ring in range(8):
        beside, above = touching + 2 + 8 * ring, stacked + 8 * ring
        yield from ((beside, 0.0), (-beside, 0.0), (0.0, above), (0.0, -above))
        yield from ((beside / 2, above), (-beside / 2, above), (beside / 2, -above), (-beside / 2, -above))
        yield from ((beside, above), (-beside, above), (beside, -above), (-beside, -above))


def _first(centre: float, group: Sequence[int], gap: float) -> float:
    return centre - gap * (len(group) - 1) / 2


def _last(centre: float, group: Sequence[int], gap: float) -> float:
    return centre + gap * (len(group) - 1) / 2
