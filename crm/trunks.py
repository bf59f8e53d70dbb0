"""What came of the calls of each trunk and caller id: counted as they end, read by whoever watches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """calls: handed to the carrier, refused ones too. talked_s: seconds from answer to end. causes: calls by Q.850."""

    trunk: str
    caller_id: str | None
    """None: of all caller ids."""
    calls: int
    answered: int
    talked_s: float
    last_at: datetime
    causes: Counter[int]

    @property
    def answer_seizure_ratio(self) -> float:
        """Answered calls of those handed to the carrier, 0 to 1 (ITU-T E.425, 03/2002, 3.2)."""
        return self.answered / self.calls

    @property
    def mean_talk_s(self) -> float | None:
        return self.talked_s / self.answered if self.answered else None


async def count(
    connection: AsyncConnection,
    *,
    day: date,
    trunk: str,
    caller_id: str,
    cause: int,
    at: datetime,
    talked_s: float | None,
) -> None:
    """Count a call that ended at `at`. talked_s: seconds since its answer, None when it was not answered."""
    values = {
        "day": day,
        "trunk": trunk,
        "caller_id": caller_id,
        "cause": cause,
        "answered": int(talked_s is not None),
        "talked_s": talked_s or 0.0,
        "at": at,
    }
    await connection.exec_driver_sql(sql("crm", "trunk_count"), values)


async def by_caller_id(connection: AsyncConnection, day: date) -> list[Figures]:
    """The day's figures of each caller id on each trunk."""
    rows = (await connection.exec_driver_sql(sql("crm", "trunk_figures"), {"day": day})).mappings()
    return [
        Figures(**{**row, "causes": Counter({int(cause): calls for cause, calls in row["causes"].items()})})
        for row in rows
    ]


def by_trunk(figures: Iterable[Figures]) -> dict[str, Figures]:
    """The same of each trunk, over all its caller ids."""
    summed: dict[str, Figures] = {}
    for one in figures:
        so_far = summed.get(one.trunk)
        summed[one.trunk] = Figures(
            trunk=one.trunk,
            caller_id=None,
            calls=one.calls + (so_far.calls if so_far else 0),
            answered=one.answered + (so_far.answered if so_far else 0),
            talked_s=one.talked_s + (so_far.talked_s if so_far else 0.0),
            last_at=max(one.last_at, so_far.last_at) if so_far else one.last_at,
            causes=one.causes + (so_far.causes if so_far else Counter()),
        )
    return summed
