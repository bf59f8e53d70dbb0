"""Holidays: national ones from the pack's rows, states' from the `holidays` package, towns' from the operator's table.

Easter is computed by Oudin's algorithm (1940), as the Explanatory Supplement to the Astronomical Almanac gives it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import holidays as public

from dialer.compliance.pack import Pack, Row, YearlyDay

_PORTUGUESE = {"BR": "pt_BR"}


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A day on which the place rests. source: the law, or who says so."""

    place: str
    day: date
    name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Holidays by day; of each day those of every place."""

    days: Mapping[date, tuple[Holiday, ...]] = field(default_factory=dict)

    def on(self, day: date, places: frozenset[str]) -> Holiday | None:
        """A holiday of one of the places on that day, or None."""
        return next((holiday for holiday in self.days.get(day, ()) if holiday.place in places), None)


def calendar(pack: Pack, years: range, local: Iterable[Holiday] = ()) -> Calendar:
    """The holidays of those years: national, of states, and `local` ones (the operator's)."""
    found: dict[date, tuple[Holiday, ...]] = {}
    national = [holiday for row in pack.holidays for year in years for holiday in _in_year(row, year)]
    states = _of_states(pack.public_days, years) if pack.public_days else ()
    for holiday in (*national, *states, *local):
        found[holiday.day] = (*found.get(holiday.day, ()), holiday)
    return Calendar(days=found)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year."""
    century, golden = year // 100, year % 19
    correction = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = correction - (correction // 28) * (1 - (29 // (correction + 1)) * ((21 - golden) // 11))
    from_moon = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (from_moon + 40) // 44
    return date(year, month, from_moon + 28 - 31 * (month // 4))


def _in_year(row: Row[YearlyDay], year: int) -> Iterable[Holiday]:
    yearly = row.value
    if yearly.easter is not None:
        day = easter(year) + timedelta(days=yearly.easter)
    else:
        assert yearly.month is not None
        assert yearly.day is not None
        day = date(year, yearly.month, yearly.day)
    if row.holds((row.jurisdiction,), day):
        yield Holiday(place=row.jurisdiction, day=day, name=yearly.name, source=row.source)


@lru_cache(maxsize=8)
def _of_states(country: str, years: range) -> tuple[Holiday, ...]:
    """The country's holidays as the package knows them, then those that a state has besides."""
    source = f"python-holidays {version('holidays')}"
    language = _PORTUGUESE.get(country)
    everywhere = public.country_holidays(country, years=years, language=language)
    found = [Holiday(place=country, day=day, name=name, source=source) for day, name in everywhere.items()]
    for state in _states(country):
        there = public.country_holidays(country, subdiv=state, years=years, language=language)
        found += [
            Holiday(place=f"{country}-{state}", day=day, name=name, source=source)
            for day, name in there.items()
            if day not in everywhere
        ]
    return tuple(found)


def _states(country: str) -> tuple[str, ...]:
    """States only: the package also lists capitals, by their names."""
    known = public.list_supported_countries()[country]
    return tuple(part for part in known if part.isalpha() and part.isupper())
