"""How an attempt ends: the rest of its lead, its number, its disposition."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import AttemptId, Outcome
from crm.tables import attempt, contact_point
from dialer.campaign.leads import Callback, Finish, dispose, finish_many, release
from dialer.campaign.recycle import RULES
from tests.dialer.campaign.queue import NOW, a_lead, dial, of, take


@pytest.mark.parametrize(
    ("outcome", "after", "consumed"),
    [
        (Outcome.BUSY, timedelta(minutes=10), 1),
        (Outcome.NOANSWER, timedelta(seconds=3600), 1),
        (Outcome.MACHINE, timedelta(hours=4), 1),
        (Outcome.ABANDONED, timedelta(hours=72), 1),
        (Outcome.CONGESTION, timedelta(seconds=60), 0),
        (Outcome.DEAD_NUMBER, timedelta(seconds=60), 1),
        (Outcome.CONNECTED, timedelta(hours=24), 1),
    ],
)
async def test_each_outcome_has_its_own_rest(
    db: AsyncConnection, outcome: Outcome, after: timedelta, consumed: int
) -> None:
    one = await a_lead(db, "+5511900000001")
    await dial(db, outcome, hangup_cause=16)
    row = await of(db, one)
    assert (row.status, row.next_at, row.attempts) == ("open", NOW + after, consumed)
    assert (await db.execute(select(attempt.c.outcome, attempt.c.hangup_cause))).one() == (outcome, 16)


async def test_finishing_twice_is_finishing_once(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    done = await dial(db, Outcome.BUSY)
    again = Finish(attempt_id=done, outcome=Outcome.NOANSWER, ended_at=NOW + timedelta(hours=9))
    assert await finish_many(db, [again, again]) == frozenset()
    row = await of(db, one)
    assert (row.attempts, row.next_at) == (1, NOW + timedelta(minutes=10))


async def test_a_dead_number_is_not_dialled_again_and_the_next_one_is(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001", "+5511900000002")
    await dial(db, Outcome.DEAD_NUMBER)
    (taken,) = await take(db, now=NOW + timedelta(minutes=1))
    assert taken.number == "+5511900000002"
    await release(db, taken, NOW)
    await dial(db, Outcome.DEAD_NUMBER)
    assert await take(db, now=NOW + timedelta(hours=1)) == []
    assert (await of(db, one)).closed_reason == "no_active_phone"


async def test_a_lead_is_closed_when_its_attempts_are_used_up(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await dial(db, Outcome.CONGESTION)
    for hour in range(1, 4):
        await dial(db, Outcome.BUSY, now=NOW + timedelta(hours=hour))
    row = await of(db, one)
    assert (row.status, row.closed_reason, row.attempts) == ("closed", "attempts_used_up", 3)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("code", "status", "reason", "after", "number_status"),
    [
        ("promise", "closed", "promise", 0, "active"),
        ("extension", "open", None, 259200, "active"),
        ("wrong_person", "open", None, 60, "wrong_person"),
    ],
)
async def test_a_connected_lead_follows_its_disposition_said_at_once_or_later(
    db: AsyncConnection, code: str, status: str, reason: str | None, after: int, number_status: str, later: bool
) -> None:
    one = await a_lead(db, "+5511900000001")
    if later:
        done = await dial(db, Outcome.CONNECTED)
        assert await dispose(db, done, code)
        assert await dispose(db, done, code)
    else:
        await dial(db, Outcome.CONNECTED, disposition=code)
    row = await of(db, one)
    assert (row.status, row.closed_reason, row.attempts) == (status, reason, 1)
    assert row.next_at == NOW + timedelta(seconds=after)
    assert (await db.execute(select(contact_point.c.status))).scalar_one() == number_status


async def test_a_callback_is_at_the_time_agreed(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    done = await dial(db, Outcome.CONNECTED)
    agreed = NOW + timedelta(days=2)
    assert await dispose(db, done, "callback", Callback(at=agreed))
    assert (await of(db, one)).next_at == agreed
    assert not await dispose(db, done, "no such code")
    assert not await dispose(db, AttemptId(uuid4()), "callback")


async def test_every_outcome_has_a_rule() -> None:
    assert set(RULES) == set(Outcome)
