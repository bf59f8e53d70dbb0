"""One thing that happened is one row, whatever is learnt about it and in whatever order."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from crm.model import Direction
from crm.tables import creditor, debtor, timeline
from crm.timeline import Entry, attempt_key, of_debtor, record, record_many

NOON = datetime(2026, 3, 2, 15, tzinfo=UTC)
KEY = attempt_key("6f2c1a3e-0000-4000-8000-000000000001")


def entry(**changes: Any) -> Entry:
    told: dict[str, Any] = {
        "debtor_id": 1,
        "happened_at": NOON,
        "kind": "call",
        "channel": "phone",
        "direction": Direction.OUTBOUND,
        "actor": "ana",
        "merge_key": KEY,
    }
    return Entry(**told | changes)


@pytest.fixture
async def people(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        await connection.execute(insert(creditor).values(name="Banco Exemplo"))
        await connection.execute(
            insert(debtor), [{"creditor_id": 1, "document": str(i), "name": f"Pessoa {i}"} for i in (1, 2)]
        )
    return engine


async def the_row(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        (row,) = (await connection.execute(select(timeline))).all()
    return {name: value for name, value in row._mapping.items() if name != "id"}


FACTS = (
    entry(summary="Falou com o devedor", payload={"outcome": "connected"}, links={"call": "c"}),
    entry(happened_at=NOON + timedelta(seconds=80), links={"recording": "r"}, payload={"seconds": 61.5}),
    entry(happened_at=NOON + timedelta(seconds=95), links={"transcript": "t"}, payload={"words": 120}),
)


async def test_facts_in_any_order_make_the_same_row(people: AsyncEngine) -> None:
    seen = []
    for order in permutations(FACTS):
        async with people.begin() as connection:
            await connection.execute(timeline.delete())
            for fact in order:
                await record(connection, fact)
        seen.append(await the_row(people))
        async with people.begin() as connection:
            await connection.execute(timeline.delete())
            await record_many(connection, order)
        seen.append(await the_row(people))
    assert all(row == seen[0] for row in seen)
    assert seen[0]["happened_at"] == NOON
    assert seen[0]["summary"] == "Falou com o devedor"
    assert seen[0]["links"] == {"call": "c", "recording": "r", "transcript": "t"}
    assert seen[0]["payload"] == {"outcome": "connected", "seconds": 61.5, "words": 120}


async def test_a_new_summary_replaces_and_kind_stays(people: AsyncEngine) -> None:
    async with people.begin() as connection:
        await record(connection, entry(summary="Chamada em andamento"))
        await record(connection, entry(summary="Promessa de pagamento", kind="note", actor="system"))
    row = await the_row(people)
    assert (row["summary"], row["kind"], row["actor"]) == ("Promessa de pagamento", "call", "ana")


async def test_many_writers_at_once_leave_exactly_one_row(people: AsyncEngine) -> None:
    async def tell(number: int) -> None:
        async with people.begin() as connection:
            await record(connection, entry(payload={f"fact{number}": number}))

    await asyncio.gather(*(tell(number) for number in range(20)))
    assert (await the_row(people))["payload"] == {f"fact{number}": number for number in range(20)}


async def test_writers_of_the_same_rows_in_opposite_order_do_not_deadlock(people: AsyncEngine) -> None:
    entries = [entry(merge_key=f"attempt:{number}") for number in range(200)]

    async def tell(them: list[Entry]) -> None:
        async with people.begin() as connection:
            await record_many(connection, them)

    await asyncio.gather(*(tell(entries if turn % 2 else entries[::-1]) for turn in range(10)))
    async with people.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(timeline))).scalar_one() == 200


async def test_a_debtors_timeline_is_read_newest_first_page_by_page(people: AsyncEngine) -> None:
    async with people.begin() as connection:
        # Several at the same instant: pages must neither repeat nor lose them.
        await record_many(
            connection,
            [entry(merge_key=f"k{n}", happened_at=NOON + timedelta(seconds=n // 3), summary=str(n)) for n in range(9)]
            + [entry(merge_key="other", debtor_id=2)],
        )
        pages, before = [], None
        while rows := await of_debtor(connection, 1, limit=2, before=before):
            pages.append(rows)
            before = rows[-1].id
    shown = [row.summary for page in pages for row in page]
    assert len(shown) == 9
    assert sorted(shown) == sorted(map(str, range(9)))
    assert [row.happened_at for page in pages for row in page] == sorted(
        (row.happened_at for page in pages for row in page), reverse=True
    )


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        entry(happened_at=datetime(2026, 3, 2, 15))  # noqa: DTZ001
