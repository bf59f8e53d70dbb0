"""How a campaign is to be paced, as it stands in its `pacing` column: `{"target": {…}, "ratio": 2.5}`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pacing import PacingTarget

TARGET_FIELDS = tuple(field.name for field in fields(PacingTarget))
SETTINGS = ("target", "ratio")
MOST_PER_S = 10_000.0
"""The most calls per second a PacingTarget takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pacing:
    """What a campaign promises and bears; `ratio`: calls for each ready agent, of mode "ratio" alone."""

    target: PacingTarget
    ratio: float


def parse_pacing(settings: Mapping[str, Any]) -> Pacing:
    """The pacing settings of a campaign. Raises ValueError in a sentence that names the field and what it may be."""
    _only("pacing", settings, SETTINGS)
    target = settings.get("target", {})
    if not isinstance(target, Mapping):  # wrong words in a file, not a wrong program
        raise ValueError(f"pacing.target is {target}: give an object with some of {', '.join(TARGET_FIELDS)}")  # noqa: TRY004
    _only("pacing.target", target, TARGET_FIELDS)
    ratio = settings.get("ratio", 1.0)
    if isinstance(ratio, bool) or not isinstance(ratio, int | float):
        raise ValueError(f"pacing.ratio is {ratio}: give calls for each ready agent, 1 or more")  # noqa: TRY004
    return Pacing(target=PacingTarget(**target), ratio=float(ratio))


def within(target: PacingTarget, max_calls: int, calls_per_second: float) -> PacingTarget:
    """The target with the limits of the trunks where they are narrower: what cannot be dialled is not asked for."""
    return replace(
        target,
        max_lines=min(target.max_lines or max_calls, max_calls),
        calls_per_second=min(target.calls_per_second or calls_per_second, calls_per_second, MOST_PER_S),
    )


def _only(name: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise ValueError(f"{name} has no {', '.join(unknown)}: it may hold {', '.join(known)}")
