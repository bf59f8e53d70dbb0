"""What the sample debtors owe: from a real ledger when one is given, else from a law fitted to it.

The ledger is IBM's accounts-receivable sample: 2,466 invoices of 100 customers, January 2012 to December 2013. Fitted
to it: amounts are close to normal, mean 59.90, standard deviation 20.43, from 5.26 to 128.28 (median 60.56); 35.6 % of
invoices were settled late, 9.7 days on average, median 8, at most 45, and how often is a habit of the customer (a
tenth of them never late, a tenth nearly always). Twelve times an amount is a plausible retail instalment in reais.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from base.errors import AloError

_REAIS_PER_UNIT = 12
_MEAN, _DEVIATION, _LEAST, _MOST = 59.90, 20.43, 5.26, 128.28
_OLDEST_DAYS = 540
_BETWEEN_DAYS = 30
_INSTALMENTS = (1, 1, 1, 2, 2, 3)
_COLUMNS = ("customerID", "DueDate", "InvoiceAmount")


class LedgerError(AloError):
    """A ledger file cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """One instalment."""

    amount_cents: int
    due_on: date


def debts(count: int, today: date, chance: random.Random, source: Path | None = None) -> list[list[Due]]:
    """The instalments of `count` debtors, one to three each; the first of each is overdue, later ones may not be.

    source: IBM's CSV file; its dates are shifted so that `today` falls inside. Raises LedgerError.
    """
    if source is None:
        return [_by_law(today, chance) for _ in range(count)]
    return _from_file(source, count, today, chance)


def _by_law(today: date, chance: random.Random) -> list[Due]:
    # Fresh debts are more common than old ones, and are what a collections team calls about first.
    first = today - timedelta(days=1 + int(_OLDEST_DAYS * chance.random() ** 2))
    dues = []
    for index in range(chance.choice(_INSTALMENTS)):
        amount = min(max(chance.gauss(_MEAN, _DEVIATION), _LEAST), _MOST)
        due_on = first + timedelta(days=_BETWEEN_DAYS * index)
        dues.append(Due(amount_cents=round(amount * _REAIS_PER_UNIT * 100), due_on=due_on))
    return dues


def _from_file(source: Path, count: int, today: date, chance: random.Random) -> list[list[Due]]:
    customers = _customers(source)
    days = sorted(due.due_on for dues in customers for due in dues)
    # Today lies where three quarters of the file's instalments have fallen due.
    shift = today - days[len(days) * 3 // 4]
    order = [customers[index % len(customers)] for index in chance.sample(range(count), count)]
    found = []
    for dues in order:
        shifted = [Due(amount_cents=due.amount_cents, due_on=due.due_on + shift) for due in dues]
        overdue = sum(due.due_on < today for due in shifted)
        start = chance.randrange(max(1, overdue))
        found.append(shifted[start : start + chance.choice(_INSTALMENTS)])
    return found


def _customers(source: Path) -> list[list[Due]]:
    """The instalments of each customer in order of their dates."""
    by_customer: dict[str, list[Due]] = {}
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                customer, due_on, amount = (row[column] for column in _COLUMNS)
                cents = round(float(amount) * _REAIS_PER_UNIT * 100)
                day = datetime.strptime(due_on, "%m/%d/%Y").date()  # noqa: DTZ007 - a day without a time
                by_customer.setdefault(customer, []).append(Due(amount_cents=cents, due_on=day))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LedgerError(f"{source} is not the accounts-receivable sample ({error}); leave it out.") from error
    if not by_customer:
        raise LedgerError(f"{source} holds no invoices; leave it out.")
    return [sorted(dues, key=lambda due: due.due_on) for _, dues in sorted(by_customer.items())]
