"""How a campaign is to be paced, from words at the command line to the settings the campaign keeps."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from base.errors import SettingsError
from dialer.campaign.pacing import parse_pacing
from pacing import Denominator

WINDOW_UNITS_S = {"h": 3600.0, "d": 86_400.0}


@dataclass(frozen=True, kw_only=True)
class PacingOptions:
    """What was given of the pacing; None: not given. Shares are written `3%`, `2,5%` or `0.03`."""

    abandonment: str | None = None
    soft: str | None = None
    hard: str | None = None
    false_machine_share: str | None = None
    answer_to_agent_s: float | None = None
    clock_start: str | None = None
    windows: Sequence[str] = ()
    max_lines: int | None = None
    max_lines_per_agent: float | None = None
    calls_per_second: float | None = None
    ratio: float | None = None


SHARES = ("abandonment", "soft", "hard", "false_machine_share")


def pacing_settings(options: PacingOptions) -> dict[str, Any]:
    """The `pacing` of a campaign, only what was given. Raises SettingsError in a sentence that says what to give."""
    given = {name: value for name, value in asdict(options).items() if value not in (None, (), [])}
    settings: dict[str, Any] = {"ratio": given.pop("ratio")} if "ratio" in given else {}
    if "windows" in given:
        given["windows_s"] = [window_s(window) for window in given.pop("windows")]
    target = {name: share(name, value) if name in SHARES else value for name, value in given.items()}
    if target.get("false_machine_share"):
        target["denominator"] = Denominator.LIVE_AND_FALSE_MACHINES.value
    if target:
        settings["target"] = target
    try:
        parse_pacing(settings)
    except ValueError as error:
        raise SettingsError(f"The pacing makes no sense: {error}.") from error
    return settings


def share(name: str, text: str) -> float:
    """`3%`, `2,5 %` or `0.03` as 0.03, 0.025 and 0.03. Raises SettingsError for anything else."""
    plain = text.strip().replace(",", ".")
    try:
        return round(float(plain[:-1]) / 100, 12) if plain.endswith("%") else float(plain)
    except ValueError:
        raise SettingsError(f"{name} is {text}: write a share as 3% or 0.03.") from None


def window_s(text: str) -> float:
    """`24h` or `30d` in seconds. Raises SettingsError for anything else."""
    number, unit = text.strip()[:-1], text.strip()[-1:]
    if not number.isdecimal() or unit not in WINDOW_UNITS_S:
        raise SettingsError(f"A window of {text} cannot be kept: write its length as 24h or 30d.")
    return int(number) * WINDOW_UNITS_S[unit]
