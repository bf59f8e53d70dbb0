"""Packs from TOML: those shipped with the program, by name."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from crm.model import WEEKDAYS, WeeklyHours
from dialer.compliance.pack import Consent, Limit, MonthLimits, OnHoliday, Pack, Row, ShortCallLimits, YearlyDay

T = TypeVar("T")

_HEADER = ("title", "jurisdiction", "public_days")
_ROW = ("jurisdiction", "from", "to", "value", "source")
_OTHER_RULES = ("calling_hours", "holiday_hours", "holiday", "consent", "short_calls", "calls_per_month")
DEFAULT_PACK = "br"


def pack_names() -> tuple[str, ...]:
    """The packs that are shipped."""
    folder = files("dialer.compliance") / "packs"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def find_pack(name: str) -> Pack:
    """The shipped pack of that name. Raises ValueError naming those there are."""
    if name not in pack_names():
        raise ValueError(f"there is no policy pack {name}: name one of {', '.join(pack_names())}")
    return parse_pack(name, (files("dialer.compliance") / "packs" / f"{name}.toml").read_text(encoding="utf-8"))


def parse_pack(name: str, text: str) -> Pack:
    """The pack written in `text`. Raises ValueError that names the row and says what it should be."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"policy pack {name} is not TOML: {error}") from None
    try:
        return _pack(name, written)
    except ValueError as error:
        raise ValueError(f"policy pack {name}: {error}") from None


def _pack(name: str, written: dict[str, Any]) -> Pack:
    _only("the pack", written, (*_HEADER, *_OTHER_RULES, *Limit))
    title, jurisdiction = (_text("the pack", written, key) for key in ("title", "jurisdiction"))

    def rows(rule: str, value: Callable[[Any], T]) -> tuple[Row[T], ...]:
        return tuple(_rows(rule, written.get(rule, []), jurisdiction, value))

    return Pack(
        name=name,
        title=title,
        jurisdiction=jurisdiction,
        public_days=_text("the pack", written, "public_days") if "public_days" in written else None,
        hours=rows("calling_hours", _hours),
        holiday_hours=rows("holiday_hours", OnHoliday),
        holidays=rows("holiday", _yearly_day),
        limits={limit: rows(limit.value, _number) for limit in Limit if limit.value in written},
        consent=rows("consent", Consent),
        short_calls=rows("short_calls", _short_calls),
        calls_per_month=rows("calls_per_month", _month_limits),
    )


def _rows(rule: str, written: Any, country: str, value: Callable[[Any], T]) -> list[Row[T]]:
    if not isinstance(written, list) or not all(isinstance(row, dict) for row in written):
        raise ValueError(f"write each row of {rule} under [[{rule}]]")
    found = []
    for number, row in enumerate(written, start=1):
        where = f"{rule}, row {number}"
        _only(where, row, _ROW)
        if "value" not in row:
            raise ValueError(f"{where} has no value")
        jurisdiction = _text(where, row, "jurisdiction")
        if jurisdiction != country and not jurisdiction.startswith(f"{country}-"):
            raise ValueError(f"{where} is of {jurisdiction}: give {country} or a part of it, as {country}-XX")
        since, until = _day(where, row, "from"), _day(where, row, "to") if "to" in row else None
        if until is not None and until < since:
            raise ValueError(f"{where} ends ({until}) before it begins ({since})")
        try:
            meant = value(row["value"])
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where}: its value makes no sense, {error}") from None
        found.append(
            Row(
                rule=rule,
                jurisdiction=jurisdiction,
                since=since,
                until=until,
                value=meant,
                source=_text(where, row, "source"),
            )
        )
    return found


def _only(where: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"{where} has {', '.join(unknown)}: it may hold {', '.join(known)}")


def _text(where: str, given: Mapping[str, Any], key: str) -> str:
    text = given.get(key)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{where} has no {key}: write it as text")
    return text.strip()


def _day(where: str, row: Mapping[str, Any], key: str) -> date:
    day = row.get(key)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{where}: write {key} as a date, like 2014-05-23")  # noqa: TRY004 — bad data, not a bad call
    return day


def _hours(written: Any) -> WeeklyHours:
    if not isinstance(written, dict):
        raise ValueError('write { weekdays = "08:00-20:00", saturday = "08:00-14:00" }')  # noqa: TRY004 — bad data
    _only("it", written, ("weekdays", *WEEKDAYS))
    named = {day: written["weekdays"] for day in WEEKDAYS[:5] if "weekdays" in written}
    named |= {day: spans for day, spans in written.items() if day != "weekdays"}
    return WeeklyHours.from_json({day: _spans(spans) for day, spans in named.items()})


def _spans(written: Any) -> list[list[str]]:
    texts = [written] if isinstance(written, str) else written
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.count("-") == 1 for text in texts):
        raise ValueError('write hours as "08:00-20:00", or a list of such')
    return [[part.strip() for part in text.split("-")] for text in texts]


def _number(written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or written < 0:
        raise ValueError("write a number, 0 or more")
    return written


def _yearly_day(written: Any) -> YearlyDay:
    if not isinstance(written, dict):
        raise ValueError('write { name = "…", month = 1, day = 1 } or { name = "…", easter = -2 }')  # noqa: TRY004 — bad data
    _only("it", written, tuple(field.name for field in fields(YearlyDay)))
    numbers = {key: number for key, number in written.items() if key != "name"}
    if set(numbers) not in ({"month", "day"}, {"easter"}) or not all(type(n) is int for n in numbers.values()):
        raise ValueError("give month and day, or easter, as whole numbers")
    if "easter" not in numbers:
        date(2000, numbers["month"], numbers["day"])
    return YearlyDay(name=_text("it", written, "name"), **numbers)


def _short_calls(written: Any) -> ShortCallLimits:
    return ShortCallLimits(**_numbers(written))


def _month_limits(written: Any) -> MonthLimits:
    return MonthLimits(**_numbers(written))


def _numbers(written: Any) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise ValueError("write its numbers in braces")  # noqa: TRY004 — bad data, not a bad call
    return {key: _number(number) for key, number in written.items()}
