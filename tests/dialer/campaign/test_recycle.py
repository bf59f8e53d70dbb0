"""Recycling as a campaign says it: own delays and maximum per outcome and per disposition; the rest after a drop."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.model import Outcome
from crm.tables import call, campaign, debtor, disposition, lead
from dialer.campaign.leads import Callback, Finish, dispose, finish, place, reserve_callback
from dialer.campaign.recycle import (
    DROP_LOCK_OUT_S,
    LONGEST_S,
    MOST_TIMES,
    NAMED_CAUSES,
    OUTCOME_NAMES,
    check_recycling,
    default_of,
    rule_of,
)
from tests.dialer.campaign.queue import NOW, a_lead, dial, intent, of, take

CODES = ("promise", "refusal", "callback")
RULE = st.fixed_dictionaries(
    {},
    optional={"after_s": st.integers(DROP_LOCK_OUT_S, LONGEST_S), "most": st.integers(1, MOST_TIMES)},
)
OWN = [name for name in OUTCOME_NAMES if name != "congestion"]


async def says(db: AsyncConnection, **recycling: Any) -> None:
    """The campaign recycles so from now on."""
    await db.execute(update(campaign).values(recycling=recycling, attempts_per_lead=50))
    await db.commit()


@given(outcomes=st.dictionaries(st.sampled_from(OWN), RULE), codes=st.dictionaries(st.sampled_from(("refusal",)), RULE))
def test_whatever_is_within_bounds_is_taken(outcomes: dict[str, Any], codes: dict[str, Any]) -> None:
    check_recycling({"outcomes": outcomes, "dispositions": codes}, CODES, ("promise",))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"outcome": {}}, "recycling has no outcome: it may hold outcomes, dispositions"),
        ({"outcomes": {"buzy": {}}}, "recycling.outcomes has no buzy: it may hold abandoned, hangup_early, machine"),
        ({"outcomes": {"connected": {}}}, "recycling.outcomes has no connected"),
        ({"outcomes": 7}, "recycling.outcomes is 7: give an object"),
        ({"outcomes": {"busy": 600}}, "recycling.outcomes.busy is 600: give an object"),
        ({"outcomes": {"busy": {"after": 1}}}, "recycling.outcomes.busy has no after: it may hold after_s, most"),
        ({"outcomes": {"busy": {"after_s": -1}}}, "busy.after_s is -1: give a whole number from 0 to 31622400"),
        ({"outcomes": {"busy": {"most": 0}}}, "busy.most is 0: give a whole number from 1 to 100"),
        ({"outcomes": {"busy": {"most": True}}}, "busy.most is True: give a whole number"),
        ({"outcomes": {"abandoned": {"after_s": 3600}}}, "a debtor who heard nobody rests 72 hours or more"),
        ({"outcomes": {"congestion": {"most": 3}}}, "congestion is our own trunk's trouble and closes no lead"),
        ({"outcomes": {"congestion": {"after_s": 0}}}, "give a full trunk a second at least"),
        ({"dispositions": {"shrug": {}}}, "recycling.dispositions has no shrug: it may hold promise, refusal"),
        ({"dispositions": {"promise": {"most": 2}}}, "promise closes the lead, so there is nothing to recycle"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        check_recycling(settings, CODES, ("promise",))


def test_a_telephone_that_is_off_and_one_that_was_refused_have_rules_of_their_own() -> None:
    assert {cause: rule_of(of, cause)[0] for cause, (_, of, _) in NAMED_CAUSES.items()} == {
        20: "absent",
        21: "rejected",
    }
    assert rule_of(Outcome.BUSY, 17)[0] == "busy"
    assert rule_of(Outcome.NOANSWER, None)[0] == "noanswer"
    assert rule_of(Outcome.CONNECTED, 21)[0] == "connected"
    assert all(default_of(name) for name in OUTCOME_NAMES)


async def test_the_campaigns_own_delay_holds_for_that_outcome_alone(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await says(db, outcomes={"busy": {"after_s": 900}, "rejected": {"after_s": 7200}})
    for outcome, cause, after_s in (
        (Outcome.BUSY, 17, 900),
        (Outcome.BUSY, 21, 7200),
        (Outcome.NOANSWER, 19, 3600),
        (Outcome.NOANSWER, 20, 7200),
    ):
        await db.execute(update(lead).values(next_at=NOW))
        await dial(db, outcome, hangup_cause=cause)
        assert (await of(db, one)).next_at == NOW + timedelta(seconds=after_s)


async def test_after_its_maximum_of_one_outcome_the_lead_is_closed_and_says_which(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await says(db, outcomes={"busy": {"most": 2}, "machine": {"most": 3}})
    ends = [(Outcome.BUSY, 17), (Outcome.MACHINE, None), (Outcome.BUSY, 21), (Outcome.NOANSWER, 19)]
    for outcome, cause in ends:
        await db.execute(update(lead).values(next_at=NOW))
        await dial(db, outcome, hangup_cause=cause)
    assert (await of(db, one)).status == "open", "a refused call is not a busy one"
    await db.execute(update(lead).values(next_at=NOW))
    await dial(db, Outcome.BUSY, hangup_cause=17)
    row = await of(db, one)
    assert (row.status, row.closed_reason, row.attempts) == ("closed", "busy_used_up", 5)


async def test_dispositions_have_their_own_delay_and_maximum(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await says(db, dispositions={"refusal": {"after_s": 7 * 3600, "most": 2}, "none": {"after_s": 60, "most": 1}})
    closed = []
    for _ in range(2):
        await db.execute(update(lead).values(next_at=NOW))
        done = await dial(db, Outcome.CONNECTED)
        assert (await of(db, one)).status == "open", "what the agent says is still to come"
        assert (await of(db, one)).next_at == NOW + timedelta(seconds=60)
        await db.execute(insert(call).values(id=done, answered_at=NOW))
        for _ in range(2):
            assert await dispose(db, done, "refusal")
            await db.execute(update(call).where(call.c.id == done).values(disposition="refusal"))
        row = await of(db, one)
        assert row.next_at == NOW + timedelta(hours=7)
        closed.append((row.status, row.closed_reason))
    assert closed == [("open", None), ("closed", "refusal_used_up")]


async def test_every_disposition_of_the_house_may_be_recycled_or_closes(db: AsyncConnection) -> None:
    rows = (await db.execute(select(disposition.c.code, disposition.c.closes_lead))).all()
    closing = {row.code for row in rows if row.closes_lead}
    open_ = {row.code: {"most": 1} for row in rows if not row.closes_lead}
    check_recycling({"dispositions": open_}, [row.code for row in rows], closing)


async def test_a_dropped_call_locks_the_debtor_out_of_every_campaign_for_72_hours(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await dial(db, Outcome.ABANDONED)
    row: Any = (await db.execute(select(debtor))).one()
    assert row.rests_until == NOW + timedelta(hours=72)
    assert (await of(db, one)).next_at == NOW + timedelta(hours=72)
    # As another campaign, or a later import, would have it.
    await db.execute(update(lead).values(next_at=NOW))
    await db.commit()
    assert await take(db, now=NOW + timedelta(hours=71)) == []
    assert (await of(db, one)).next_at == NOW + timedelta(hours=72)
    assert (await of(db, one)).status == "open"
    assert len(await take(db, now=NOW + timedelta(hours=72))) == 1


async def test_a_callback_has_an_agent_guaranteed_and_may_be_dialled_within_the_rest(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001", "+5511900000002")
    agreed = NOW + timedelta(hours=5)
    done = await dial(db, Outcome.CONNECTED)
    await db.execute(update(debtor).values(rests_until=NOW + timedelta(hours=72)))
    assert await dispose(db, done, "callback", Callback(at=agreed))
    assert await take(db, now=agreed) == [], "a callback is nothing for the queue"
    assert await reserve_callback(db, 1, one, 30, agreed - timedelta(seconds=1)) is None
    taken = await reserve_callback(db, 1, one, 30, agreed)
    assert taken is not None
    assert taken.number == "+5511900000001", "where the debtor asked to be called, not the one tried least"
    assert await reserve_callback(db, 1, one, 30, agreed) is None
    assert await reserve_callback(db, 1, one, 30, agreed + timedelta(seconds=31)) is not None


async def test_a_callback_agreed_on_the_last_attempt_is_kept(db: AsyncConnection) -> None:
    one = await a_lead(db, "+5511900000001")
    await db.execute(update(campaign).values(attempts_per_lead=1))
    done = await dial(db, Outcome.CONNECTED)
    assert (await of(db, one)).closed_reason == "attempts_used_up"
    assert await dispose(db, done, "callback", Callback(at=NOW))
    assert await reserve_callback(db, 1, one, 30, NOW) is not None


@pytest.mark.parametrize(("outcome", "kept"), [(Outcome.CONGESTION, NOW), (Outcome.BUSY, None)])
async def test_congestion_keeps_a_callback_and_an_attempt_uses_it_up(
    db: AsyncConnection, outcome: Outcome, kept: object
) -> None:
    one = await a_lead(db, "+5511900000001")
    await db.execute(update(lead).values(callback_at=NOW))
    taken = await reserve_callback(db, 1, one, 30, NOW)
    assert taken is not None
    placed = intent(taken)
    assert await place(db, placed)
    assert await finish(db, Finish(attempt_id=placed.id, outcome=outcome, ended_at=NOW))
    assert (await of(db, one)).callback_at == kept
