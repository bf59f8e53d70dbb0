"""How a campaign is to be paced, from words at the command line to the settings the campaign keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from base.errors import SettingsError
from dialer.campaign.pacing import parse_pacing
from pacing import Denominator, window_name

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
FIELDS = {
    "abandonment": "abandonment",
    "soft": "soft",
    "hard": "hard",
    "false-machines": "false_machine_share",
    "answer-to-agent": "answer_to_agent_s",
    "clock-start": "clock_start",
    "window": "windows_s",
    "max-lines": "max_lines",
    "lines-per-agent": "max_lines_per_agent",
    "calls-per-second": "calls_per_second",
}
"""Fields of the target by the option that says them; `ratio` stands beside the target."""


def pacing_settings(
    options: PacingOptions, *, before: Mapping[str, Any] | None = None, reset: Sequence[str] = ()
) -> dict[str, Any]:
    """The `pacing` of a campaign: only what was given, and what was said `before` of the rest.

    reset: options by name that go back to their default.
    Raises SettingsError in a sentence that says what to give.
    """
    settings = dict(before or {})
    kept = settings.pop("target", {})
    # What a hand has written into the database may be anything.
    target = dict(kept) if isinstance(kept, Mapping) else {}
    for option in reset:
        _forget(option, settings, target)
    given = {name: value for name, value in asdict(options).items() if value not in (None, (), [])}
    if "ratio" in given:
        settings["ratio"] = given.pop("ratio")
    if "windows" in given:
        given["windows_s"] = [window_s(window) for window in given.pop("windows")]
    target |= {name: share(name, value) if name in SHARES else value for name, value in given.items()}
    if target.get("false_machine_share"):
        target["denominator"] = Denominator.LIVE_AND_FALSE_MACHINES.value
    if target:
        settings["target"] = target
    try:
        parse_pacing(settings)
    except ValueError as error:
        raise SettingsError(f"The pacing makes no sense: {error}.") from error
    return settings


def pacing_lines(settings: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Each option with its value as it would be written, and whether it was said; what is said in `settings`.

    Raises SettingsError where the settings make no sense.
    """
    try:
        pacing = parse_pacing(settings)
    except ValueError as error:
        raise SettingsError(f"The pacing makes no sense: {error}.") from error
    said = settings.get("target", {})
    lines = [(option, _written(name, getattr(pacing.target, name)), name in said) for option, name in FIELDS.items()]
    return [*lines, ("ratio", f"{pacing.ratio:g}", "ratio" in settings)]


def _forget(option: str, settings: dict[str, Any], target: dict[str, Any]) -> None:
    name = option.removeprefix("--")
    if name == "ratio":
        settings.pop("ratio", None)
    elif name in FIELDS:
        target.pop(FIELDS[name], None)
        if name == "false-machines":
            target.pop("denominator", None)
    else:
        raise SettingsError(f"There is no {option} to reset. Choose of: {', '.join([*FIELDS, 'ratio'])}.")


def _written(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if name in SHARES:
        return f"{100 * value:g}%"
    if name == "windows_s":
        return ", ".join(window_name(length_s) for length_s in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


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
