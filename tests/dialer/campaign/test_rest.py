"""A debtor for whom no agent came rests for 72 hours, in every campaign that does not guarantee one."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import Mode, Outcome, WeeklyHours
from crm.tables import campaign, lead
from dialer.campaign.leads import reserve
from tests.dialer.campaign.queue import NOW, a_lead, dial, of, take

NUMBER = "+5511999990001"
HOUR, REST = timedelta(hours=1), timedelta(hours=72)


async def another_campaign(db: AsyncConnection, lead_id: int, mode: Mode) -> int:
    """A campaign with a due lead for the same debtor; its id."""
    values = {
        "name": "outra",
        "creditor_id": 1,
        "status": "running",
        "trunk": "main",
        "caller_id": "+551130000000",
        "hours": WeeklyHours.always().to_json(),
        "mode": mode.value,
    }
    made = (await db.execute(insert(campaign).values(values).returning(campaign.c.id))).scalar_one()
    debtor_id = (await of(db, lead_id)).debtor_id
    await db.execute(insert(lead).values(campaign_id=made, debtor_id=debtor_id, next_at=NOW))
    await db.commit()
    return int(made)


@pytest.mark.parametrize(
    ("mode", "after", "found"),
    [
        (Mode.PROGRESSIVE, HOUR, 0),
        (Mode.PREDICTIVE, REST - HOUR, 0),
        (Mode.PREDICTIVE, REST, 1),
        (Mode.PREVIEW, HOUR, 1),
    ],
)
async def test_another_campaign_waits_too_unless_it_guarantees_an_agent(
    db: AsyncConnection, mode: Mode, after: timedelta, found: int
):
    lead_id = await a_lead(db, NUMBER)
    other = await another_campaign(db, lead_id, mode)
    await dial(db, Outcome.ABANDONED)

    assert len(await reserve(db, other, 1, 30, NOW + after)) == found


async def test_a_campaign_that_guarantees_an_agent_may_dial_again_after_its_own_delay(db: AsyncConnection):
    await a_lead(db, NUMBER)
    await db.execute(update(campaign).values(mode=Mode.PREVIEW.value, recycle_after_s=1800))
    await dial(db, Outcome.ABANDONED)

    assert await take(db, now=NOW + timedelta(seconds=1799)) == []
    assert len(await take(db, now=NOW + timedelta(seconds=1800))) == 1


async def test_nobody_rests_who_was_not_abandoned(db: AsyncConnection):
    lead_id = await a_lead(db, NUMBER)
    other = await another_campaign(db, lead_id, Mode.PREDICTIVE)
    await dial(db, Outcome.HANGUP_EARLY)

    assert len(await reserve(db, other, 1, 30, NOW)) == 1
