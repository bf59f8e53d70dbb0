"""How a campaign is paced, in words: why it dials or does not, and what it promised beside what it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.format import duration, number, percent, seconds
from web.i18n import TEXTS, Language, translate

DAY_S = 86_400.0
BRAKES = frozenset({"abandonment_limit", "trunk_failing"})
GAUGE_LIMIT = 60.0
"""Where the gauge, 100 wide, has its limit."""


@dataclass(frozen=True, kw_only=True)
class WindowShare:
    """Abandonment of one rolling window; None where nobody's call was settled in it."""

    length_s: float
    live: float
    abandonment: float | None

    def name(self, language: Language) -> str:
        """`24 horas` or `30 dias`."""
        days, hours = self.length_s / DAY_S, self.length_s / 3600.0
        if days > 1 and days.is_integer():
            return translate(language, "window.days", count=number(days, language))
        return translate(language, "window.hours", count=number(hours, language, digits=0 if hours.is_integer() else 1))


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was promised of abandonment, shares from 0 to 1, and each window's share; the first is shown largest."""

    target: float
    limit: float
    windows: tuple[WindowShare, ...]

    @property
    def over(self) -> bool:
        """Some window is above the limit."""
        return any((window.abandonment or 0.0) > self.limit for window in self.windows)

    def gauge(self, share: float | None) -> float:
        """How much of the gauge is filled, 0 to 100."""
        if not share:
            return 0.0
        return min(100.0, share / self.limit * GAUGE_LIMIT) if self.limit else 100.0


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """The last decision: `reason` and `hold` are the dialer's words, `numbers` what it gave with them."""

    reason: str
    hold: str | None
    numbers: Mapping[str, float]

    @property
    def leaving(self) -> int:
        """Agents at work who will not take another call."""
        return int(self.numbers.get("leaving", 0))

    @property
    def alarming(self) -> bool:
        """Somebody should look: dialling is held back, or braked."""
        return self.hold is not None or self.reason in BRAKES

    def behind(self, language: Language) -> tuple[str, ...]:
        """What predictive mode has seen and expects, in a few words each; nothing in other modes."""
        numbers, told = self.numbers, []
        if "evidence_calls" in numbers:
            told.append(translate(language, "pacing.evidence").format_map(_Shown(numbers, language, self.reason)))
        if "answer_probability" in numbers:
            chance = percent(numbers["answer_probability"], language, digits=0)
            delay = seconds(numbers.get("answer_delay_s"), language)
            told.append(translate(language, "pacing.expected.chance", share=chance, delay=delay))
        if "handle_s" in numbers:
            told.append(translate(language, "pacing.expected.handle", duration=duration(numbers["handle_s"])))
        return tuple(told)

    def words(self, language: Language) -> str:
        """One sentence: why nothing is dialled, or how it is paced. What holds dialling back comes first."""
        key = f"pacing.hold.{self.hold}" if self.hold else f"pacing.reason.{self.reason}"
        texts = TEXTS[language]
        # A dialer one version newer may have a reason this page has no words for.
        text = texts.get(key, texts["pacing.reason.unknown"])
        return text.format_map(_Shown(self.numbers, language, self.hold or self.reason))


class _Shown(dict[str, str]):
    """The numbers as people read them; one the dialer did not give is a dash."""

    def __init__(self, numbers: Mapping[str, float], language: Language, reason: str) -> None:
        super().__init__({name: _shown(name, value, language) for name, value in numbers.items()}, reason=reason)

    def __missing__(self, name: str) -> str:
        return "–"


def parse_promise(told: Any) -> Promise | None:
    """Read a snapshot's `promise`; None where the dialer told none."""
    if not isinstance(told, Mapping) or not isinstance(told.get("abandonment"), int | float):
        return None
    windows = [
        WindowShare(length_s=float(w["length_s"]), live=w.get("live", 0), abandonment=w.get("abandonment"))
        for w in told.get("windows", ())
    ]
    target, hard = told["abandonment"], told.get("hard")
    return Promise(target=target, limit=target if hard is None else hard, windows=tuple(windows))


def parse_pacing(told: Any) -> Pacing | None:
    """Read a snapshot's `pacing`; None before the first decision."""
    if not isinstance(told, Mapping) or not told.get("reason"):
        return None
    numbers = {n: v for n, v in told.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    return Pacing(reason=str(told["reason"]), hold=told.get("hold"), numbers=numbers)


def share(value: float, language: Language) -> str:
    """A share that was chosen, as it was written: `3 %` or `2,5 %`."""
    return percent(value, language, digits=0 if round(value * 100, 6).is_integer() else 1)


def _shown(name: str, value: float, language: Language) -> str:
    if name.startswith("abandonment"):
        return percent(value, language)
    return number(value, language, digits=0 if float(value).is_integer() else 1)
