"""In which order are debtors dialled? By amount, age and strategic weight, as a campaign weighs them. Pure.

A lead's priority is a whole number, 0 to 100, kept with the lead and reckoned anew when something is written: few
distinct values, because the queue steps from one to the next. sql/lead_worth.sql reckons the same; a test holds the two
together.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from math import floor
from typing import Any

MOST_POINTS = 100
LARGEST_TENFOLDS = 5
"""R$ 100.000 have all the points of the amount, each tenfold a fifth of them, R$ 1 none."""
DAYS_LATE = (1, 31, 61, 91, 181)
YOUNG_FIRST = (Decimal(0), Decimal(1), Decimal("0.75"), Decimal("0.5"), Decimal("0.25"), Decimal(0))
"""Share of the age's points before the first of DAYS_LATE, and from each on: young debts are paid more often."""
OLD_FIRST = (Decimal(0), Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))
SHUFFLE, CARDS = 7919, 997
"""Two primes: debtors who came one after the other stand far apart."""
KINDS = ("amount", "age", "strategic", "random")


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadOrder:
    """Points each thing is worth at most, together 100 or fewer.

    amount: of all open debts. age: of the oldest, `old_first` the other way round. strategic: debtor.strategic_weight.
    random: a shuffle that stays. per_attempt: points lost with each attempt, so that new leads come first.
    """

    amount: int = 60
    age: int = 40
    strategic: int = 0
    random: int = 0
    per_attempt: int = 0
    old_first: bool = False

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """Of the age's points, by bucket of DAYS_LATE."""
        return OLD_FIRST if self.old_first else YOUNG_FIRST

    def priority(self, *, cents: int, days_late: int, strategic: int, debtor_id: int, attempts: int = 0) -> int:
        """The priority of a lead whose debtor owes so much for so long."""
        tenfolds = max(Decimal(1), Decimal(cents) / 100).log10()
        worth = (
            floor(self.amount * min(Decimal(1), tenfolds / LARGEST_TENFOLDS))
            + floor(self.age * self.shares[bisect_right(DAYS_LATE, days_late)])
            + self.strategic * strategic // MOST_POINTS
            + self.random * (debtor_id * SHUFFLE % CARDS) // CARDS
        )
        return max(0, worth - self.per_attempt * attempts)


def parse_order(settings: Mapping[str, Any]) -> LeadOrder:
    """A campaign's `lead_order`. Raises ValueError in a sentence that names the field and what it may be."""
    known = tuple(field.name for field in fields(LeadOrder))
    unknown = sorted(settings.keys() - set(known))
    if unknown:
        raise ValueError(f"lead_order has no {', '.join(unknown)}: it may hold {', '.join(known)}")
    for name, value in settings.items():
        if name == "old_first":
            if not isinstance(value, bool):
                raise ValueError(f"lead_order.old_first is {value}: give true or false")
        elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_POINTS:
            raise ValueError(f"lead_order.{name} is {value}: give points, a whole number from 0 to {MOST_POINTS}")
    order = LeadOrder(**settings)
    points = sum(getattr(order, kind) for kind in KINDS)
    if points > MOST_POINTS:
        raise ValueError(
            f"lead_order gives {points} points: {', '.join(f'{kind} {getattr(order, kind)}' for kind in KINDS)}; "
            f"give {MOST_POINTS} or fewer together"
        )
    return order


def parameters(order: LeadOrder) -> dict[str, Any]:
    """The order as sql/lead_worth.sql takes it."""
    return {
        **{name: getattr(order, name) for name in (*KINDS, "per_attempt")},
        "days_late": list(DAYS_LATE),
        "shares": list(order.shares),
    }
