"""What came of each trunk's calls is counted as they end, and read as answer-seizure ratio and causes."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from crm import trunks

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
SAO_PAULO, RIO = "+551130000000", "+552130000000"


async def counted(engine: AsyncEngine, *calls: tuple[str, str, int, float | None], day: date = DAY) -> None:
    async with engine.begin() as connection:
        for n, (trunk, caller_id, cause, talked_s) in enumerate(calls):
            at = AT + timedelta(seconds=n)
            await trunks.count(
                connection, day=day, trunk=trunk, caller_id=caller_id, cause=cause, at=at, talked_s=talked_s
            )


async def read(engine: AsyncEngine) -> list[trunks.Figures]:
    async with engine.connect() as connection:
        return await trunks.by_caller_id(connection, DAY)


async def test_answers_of_all_calls_handed_to_the_carrier(engine: AsyncEngine) -> None:
    await counted(
        engine,
        ("main", SAO_PAULO, 16, 30.0),
        ("main", SAO_PAULO, 16, 50.0),
        ("main", SAO_PAULO, 17, None),
        ("main", SAO_PAULO, 34, None),
        ("main", RIO, 0, None),
        ("backup", RIO, 16, 10.0),
    )
    first, *_ = [one for one in await read(engine) if (one.trunk, one.caller_id) == ("main", SAO_PAULO)]
    assert (first.calls, first.answered, first.answer_seizure_ratio) == (4, 2, 0.5)
    assert first.mean_talk_s == pytest.approx(40.0)
    assert first.causes == Counter({16: 2, 17: 1, 34: 1})
    assert first.last_at == AT + timedelta(seconds=3)


async def test_a_trunk_over_all_its_caller_ids(engine: AsyncEngine) -> None:
    await counted(engine, ("main", SAO_PAULO, 16, 30.0), ("main", RIO, 0, None), ("backup", RIO, 34, None))
    by_trunk = trunks.by_trunk(await read(engine))
    assert by_trunk["main"].causes == Counter({16: 1, 0: 1})
    assert by_trunk["main"].answer_seizure_ratio == 0.5
    assert by_trunk["backup"].mean_talk_s is None


async def test_another_day_is_another_count(engine: AsyncEngine) -> None:
    await counted(engine, ("main", SAO_PAULO, 16, 30.0), day=DAY - timedelta(days=1))
    assert await read(engine) == []
