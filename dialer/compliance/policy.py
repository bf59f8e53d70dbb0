"""A campaign's policy: its pack, and what it says for itself, which may only be stricter."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crm.model import WEEKDAYS, WeeklyHours
from dialer.compliance.calendar import Holiday, calendar
from dialer.compliance.model import Policy
from dialer.compliance.pack import Limit, Pack, holding, strictness
from dialer.compliance.reading import find_pack

YEARS_AHEAD = 2


def policy_of(
    *,
    pack: str,
    hours: WeeklyHours,
    limits: Mapping[str, Any],
    today: date,
    local: Iterable[Holiday] = (),
) -> Policy:
    """What binds a campaign from today on. limits: by name, those of `Limit`; None where it says nothing.

    Raises ValueError in a sentence when the pack is not there or a limit makes no sense. A limit looser than the pack's
    has no effect.
    """
    found = find_pack(pack)
    days = calendar(found, range(today.year - 1, today.year + YEARS_AHEAD + 1), local)
    return Policy(pack=found, hours=hours, limits=own_limits(limits), calendar=days)


def own_limits(written: Mapping[str, Any]) -> dict[Limit, float]:
    """The limits a campaign names. Raises ValueError naming the one that is unknown or no number."""
    if unknown := sorted(set(written) - set(Limit)):
        raise ValueError(f"there is no limit {', '.join(unknown)}: there are {', '.join(Limit)}")
    for name, value in written.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise ValueError(f"{name} is {value}: give a number, 0 or more")
    return {Limit(name): value for name, value in written.items() if value is not None}


def looser(policy: Policy, today: date) -> list[str]:
    """What the campaign wants beyond its pack, in words; empty when it is as strict everywhere.

    Compared with the rows of the whole country; those of states bind by themselves. A campaign that declares every hour
    of the week is a demonstration and has no hours to compare.
    """
    country = (policy.pack.jurisdiction,)
    found = []
    if not policy.hours.is_always:
        for row in holding(policy.pack.hours, country, today):
            found += [f"{day} is outside {row.source}" for day in _beyond(policy.hours, row.value)]
    for limit, own in policy.limits.items():
        bound = policy.pack.limit(limit, country, today)
        if bound is not None and strictness(limit, own) > strictness(limit, bound.value):
            found.append(f"{limit} is {own:g}, {bound.value:g} is set by {bound.source}")
    return found


def ring_timeout_s(policy: Policy, own: int, today: date) -> int:
    """How long a campaign lets ring: its own seconds, but not less than the pack's minimum in any jurisdiction."""
    return max(own, *(int(value) for value in _values(policy.pack, Limit.MINIMUM_RING_S, today)), 0)


def message_within_s(policy: Policy, today: date) -> float | None:
    """Within how many seconds of the answer the abandonment message must begin; None where nothing says so."""
    values = _values(policy.pack, Limit.ABANDONMENT_MESSAGE_WITHIN_S, today)
    own = policy.limits.get(Limit.ABANDONMENT_MESSAGE_WITHIN_S)
    return min([*values, *([] if own is None else [own])], default=None)


def _values(pack: Pack, limit: Limit, today: date) -> list[float]:
    rows = pack.limits.get(limit, ())
    return [row.value for row in rows if row.holds((row.jurisdiction,), today)]


def _beyond(own: WeeklyHours, allowed: WeeklyHours) -> list[str]:
    """The spans of the week that are not inside the allowed ones."""
    return [
        f"{name} {span}"
        for name, spans, within in zip(WEEKDAYS, own.days, allowed.days, strict=True)
        for span in spans
        if not any(outer.start <= span.start and span.end <= outer.end for outer in within)
    ]
