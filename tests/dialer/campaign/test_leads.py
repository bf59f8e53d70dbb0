"""The queue of leads on a real PostgreSQL: order, leases, numbers, intent before act."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm.model import Outcome
from crm.tables import attempt, contact_point, lead
from dialer.campaign.leads import (
    Finish,
    close,
    finish,
    lease,
    place,
    place_many,
    release,
    reserve,
)
from tests.dialer.campaign.queue import NOW, a_lead, dial, intent, of, take


async def test_highest_priority_first_then_longest_due_then_oldest(db: AsyncConnection) -> None:
    third = await a_lead(db, "+5511900000003", priority=5)
    fourth = await a_lead(db, "+5511900000004", priority=5)
    second = await a_lead(db, "+5511900000002", priority=5, next_at=NOW - timedelta(hours=1))
    first = await a_lead(db, "+5511900000001", priority=9)
    await a_lead(db, "+5511900000005", priority=99, next_at=NOW + timedelta(seconds=1))
    taken = await take(db, 10)
    assert [one.lead_id for one in taken] == [first, second, third, fourth]
    assert taken[0].number == "+5511900000001"
    assert taken[0].reserved_until == NOW + timedelta(seconds=30)


async def test_many_dialers_at_once_never_get_the_same_lead(db: AsyncConnection, engine: AsyncEngine) -> None:
    for number in range(60):
        await a_lead(db, f"+55119000{number:05d}")

    async def work() -> list[int]:
        async with engine.begin() as connection:
            return [int(one.lead_id) for one in await reserve(connection, 1, 10, 30, NOW)]

    taken = [one for them in await asyncio.gather(*(work() for _ in range(8))) for one in them]
    assert len(taken) == len(set(taken)) == 60


async def test_a_lease_is_a_reservation_already_committed(db: AsyncConnection, engine: AsyncEngine) -> None:
    one = await a_lead(db, "+5511900000001")
    (mine,) = await lease(engine, 1, 5, 30, NOW)
    assert (await of(db, one)).status == "reserved"
    assert await lease(engine, 1, 5, 30, NOW) == []
    assert await place(db, intent(mine))


async def test_leads_of_another_campaign_are_left_alone(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001")
    assert await reserve(db, 2, 5, 30, NOW) == []


async def test_a_number_somebody_blocked_is_never_chosen(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001", "+5511900000002")
    await db.execute(update(contact_point).where(contact_point.c.position == 0).values(status="blocked"))
    assert [one.number for one in await take(db, 1)] == ["+5511900000002"]


async def test_an_expired_lease_is_an_open_lead_and_its_old_holder_may_not_dial(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001")
    (mine,) = await take(db)
    assert await take(db, now=NOW + timedelta(seconds=30)) == []
    (yours,) = await take(db, now=NOW + timedelta(seconds=31))
    assert yours.lead_id == mine.lead_id
    assert not await place(db, intent(mine))
    assert not await release(db, mine, NOW)
    assert not await close(db, mine, "mistake")
    assert await place(db, intent(yours))


async def test_the_number_tried_least_today_comes_next_then_by_position(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001", "+5511900000002")
    numbers = []
    for hour in range(3):
        at = NOW + timedelta(hours=hour)
        (taken,) = await take(db, now=at)
        numbers.append((taken.number[-1], taken.number_attempts_today, taken.debtor_attempts_today, taken.attempts))
        placed = intent(taken, at)
        await place(db, placed)
        await finish(db, Finish(attempt_id=placed.id, outcome=Outcome.BUSY, ended_at=at))
    assert numbers == [("1", 0, 0, 0), ("2", 0, 1, 1), ("1", 1, 2, 2)]


async def test_a_number_two_debtors_share_is_counted_once_for_all(db: AsyncConnection) -> None:
    await a_lead(db, "+5511900000001", priority=1)
    await a_lead(db, "+5511900000001")
    await dial(db, Outcome.NOANSWER)
    (other,) = await take(db)
    assert (other.number_attempts_today, other.debtor_attempts_today) == (1, 0)


@pytest.mark.parametrize(
    ("number", "state", "counted"),
    [
        # 02:30 UTC is 23:30 of the day before in São Paulo, 22:30 in Manaus; the attempts were at 03:30 UTC.
        ("+5511900000001", "SP", 0),
        ("+5592900000001", "AM", 1),
        ("+5511900000001", "AM", 1),
        ("+5592900000001", None, 1),
        ("+12125550100", None, 0),
    ],
)
async def test_today_begins_at_midnight_where_the_debtor_lives(
    db: AsyncConnection, number: str, state: str | None, counted: int
) -> None:
    await a_lead(db, number, state=state)
    await dial(db, Outcome.BUSY, now=datetime(2026, 3, 3, 2, 30, tzinfo=UTC))
    # At 03:30 UTC a new day has begun in São Paulo, not in Manaus.
    await db.execute(update(lead).values(next_at=NOW))
    (taken,) = await take(db, now=datetime(2026, 3, 3, 3, 30, tzinfo=UTC))
    assert taken.number_attempts_today == counted


async def test_a_lead_without_an_active_phone_is_closed_and_others_are_taken_instead(db: AsyncConnection) -> None:
    silent = [await a_lead(db, priority=9) for _ in range(5)]
    wanted = await a_lead(db, "+5511900000001")
    assert [one.lead_id for one in await take(db, 2)] == [wanted]
    assert {((await of(db, one)).status, (await of(db, one)).closed_reason) for one in silent} == {
        ("closed", "no_active_phone")
    }


async def test_intent_is_written_in_batches_before_anything_rings(db: AsyncConnection) -> None:
    for number in range(3):
        await a_lead(db, f"+551190000000{number}")
    taken = await take(db, 3)
    await release(db, taken[2], NOW + timedelta(hours=1))
    placed = [intent(one) for one in taken]
    assert await place_many(db, placed) == {placed[0].id, placed[1].id}
    rows = (await db.execute(select(attempt))).all()
    assert {row.id for row in rows} == {placed[0].id, placed[1].id}
    assert {row.outcome for row in rows} == {None}
    assert (await of(db, taken[0].lead_id)).status == "dialling"
    assert await place_many(db, []) == frozenset()


async def test_the_queue_is_read_by_its_index_past_resting_leads(db: AsyncConnection) -> None:
    await db.execute(
        text(
            "insert into debtor (creditor_id, document, name) "
            "select 1, cast(n as text), 'x' from generate_series(1, 20000) as n"
        )
    )
    await db.execute(
        text(
            "insert into lead (campaign_id, debtor_id, priority, next_at) select 1, id, mod(id, 10), cast(:now as "
            "timestamptz) + case when mod(id, 10) > 4 then interval '1 hour' else interval '0' end from debtor"
        ),
        {"now": NOW},
    )
    await db.commit()
    await db.execute(text("analyze lead"))
    queue = (
        "explain (analyze, buffers) select id from lead where campaign_id = 1 and list = 0 and status = 'open' "
        "and callback_at is null and next_at <= :now "
        "order by priority desc, next_at, id limit 10 for update skip locked"
    )
    plan = "\n".join((await db.execute(text(queue), {"now": NOW})).scalars())
    assert "ix_lead_queue" in plan
    assert "Sort" not in plan
    read = int(plan.split("Buffers: shared hit=")[1].split()[0])
    assert read < 100, plan
