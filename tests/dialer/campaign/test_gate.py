"""The gate on a real database: history is found, the first number that may ring is taken, the answer is written."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.compliance_tables import compliance_decision, consent, do_not_call
from crm.model import CampaignStatus, Mode, Outcome, WeeklyHours
from crm.tables import call, campaign, contact_point, creditor, debtor, lead
from dialer.campaign import gate
from dialer.campaign.gate import Held, Passed
from dialer.campaign.leads import dispose, place
from dialer.campaign.model import Campaign
from dialer.campaign.policy import policy_for
from dialer.compliance import Limit, Rule
from tests.dialer.campaign.queue import NOW, a_lead, dial, intent, of, take

CAMPAIGN = Campaign(
    id=1,
    name="Carteira",
    status=CampaignStatus.RUNNING,
    mode=Mode.PROGRESSIVE,
    trunk="main",
    caller_id="+551130000000",
    hours=WeeklyHours.from_json({"monday": [["08:00", "20:00"]], "tuesday": [["08:00", "20:00"]]}),
    attempts_per_number_per_day=3,
    attempts_per_debtor_per_day=6,
    attempts_per_lead=10,
    ring_timeout_s=25,
    wrapup_timeout_s=30,
    recycle_after_s=3600,
)
LATER = timedelta(hours=2)


async def asked(
    db: AsyncConnection, now: datetime = NOW, of_campaign: Campaign = CAMPAIGN, n: int = 1
) -> tuple[list[Passed], list[Held]]:
    reserved = await take(db, n, now)
    assert reserved
    policy = policy_for(of_campaign, (), now.date())
    passed, held = await gate.ask(db, reserved, of_campaign, policy, now)
    await gate.hold(db, held, of_campaign, policy, now)
    await db.commit()
    return passed, held


async def refused(db: AsyncConnection, now: datetime = NOW, of_campaign: Campaign = CAMPAIGN) -> Held:
    passed, (held,) = await asked(db, now, of_campaign)
    assert passed == []
    return held


async def decisions(db: AsyncConnection) -> list[Any]:
    return list(await db.execute(select(compliance_decision).order_by(compliance_decision.c.id)))


async def spoken_to(db: AsyncConnection, code: str, now: datetime = NOW) -> None:
    """A connected call with this disposition."""
    attempt_id = await dial(db, Outcome.CONNECTED, now)
    await db.execute(insert(call).values(id=attempt_id, answered_at=now, joined_at=now, ended_at=now, disposition=code))
    assert await dispose(db, attempt_id, code)
    await db.execute(update(lead).where(lead.c.status == "open").values(next_at=now))
    await db.commit()


async def again_for_another_creditor(db: AsyncConnection, number: str) -> int:
    """The first debtor owes another creditor too, and is in another campaign."""
    document = await db.scalar(select(debtor.c.document).order_by(debtor.c.id).limit(1))
    await db.execute(insert(creditor).values(name="Outro Banco"))
    await db.execute(
        insert(campaign).values(name="Outra", creditor_id=2, trunk="main", caller_id="+551130000000", hours={})
    )
    debtor_id = await db.scalar(
        insert(debtor).values(creditor_id=2, document=document, name="Fulana", state="SP").returning(debtor.c.id)
    )
    await db.execute(insert(contact_point).values(debtor_id=debtor_id, kind="phone", value=number))
    await db.execute(update(lead).values(status="closed"))
    lead_id: int = (
        await db.execute(insert(lead).values(campaign_id=1, debtor_id=debtor_id, next_at=NOW).returning(lead.c.id))
    ).scalar_one()
    await db.commit()
    return lead_id


async def test_a_dial_that_is_allowed_is_written_with_its_rows_and_their_sources(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    (passed,), held = await asked(db)
    assert held == []
    placed = replace(intent(passed.lead), rule=passed.answer.rule)
    assert await place(db, placed)
    await gate.record(db, [(placed, passed.answer)], CAMPAIGN, policy_for(CAMPAIGN, (), NOW.date()), NOW)
    await db.commit()
    (row,) = await decisions(db)
    assert (row.allowed, row.rule, row.attempt_id, row.pack) == (True, "calling_hours", placed.id, "br")
    assert "calling_hours BR-SP 2014-05-23; attempts_per_number_per_day BR 1990-09-11" in row.pack_row
    assert "Lei estadual 15.426/2014 (SP)" in row.source
    assert row.reason.startswith("calling_hours: monday 08:00-20:00 America/Sao_Paulo; number 1 of 3")


async def test_a_refused_lead_goes_back_until_it_may_be_asked_about_and_says_why_once_a_day(
    db: AsyncConnection,
) -> None:
    night = NOW.replace(hour=2)
    lead_id = await a_lead(db, "+5511987654321", next_at=night)
    held = await refused(db, night)
    assert held.answer.rule is Rule.CALLING_HOURS
    assert (await of(db, lead_id)).next_at == held.until == NOW.replace(hour=11)
    await db.execute(update(lead).values(next_at=night))
    await refused(db, night + timedelta(minutes=5))
    (row,) = await decisions(db)
    assert (row.allowed, row.rule, row.attempt_id, row.until) == (False, "calling_hours", None, NOW.replace(hour=11))


async def test_attempts_are_counted_by_number_by_person_and_by_debt(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    for hours in range(2):
        await dial(db, Outcome.BUSY, NOW + timedelta(hours=hours))
    lead_id = await again_for_another_creditor(db, "+5511900000000")
    (passed,), _held = await asked(db, NOW + LATER)
    assert passed.lead.lead_id == lead_id
    assert "number 1 of 3, debtor 3 of 3, debt 1 of 3 today" in passed.answer.rule


async def test_a_persons_third_dial_today_is_the_last_whoever_the_creditor_is(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    for hours in range(3):
        await dial(db, Outcome.BUSY, NOW + timedelta(hours=hours))
    await again_for_another_creditor(db, "+5511900000000")
    assert (await refused(db, NOW + 2 * LATER)).answer.rule is Limit.ATTEMPTS_PER_DEBTOR_PER_DAY


async def test_a_call_our_own_trunk_refused_is_no_attempt(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    for minutes in range(4):
        await dial(db, Outcome.CONGESTION, NOW + timedelta(minutes=2 * minutes))
    (passed,), _held = await asked(db, NOW + LATER)
    assert "number 1 of 3" in passed.answer.rule


async def test_another_number_of_the_debtor_is_dialled_where_the_first_may_not_ring(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321", "+5511912345678")
    await db.execute(insert(do_not_call).values(number="+5511987654321", kind="internal", source="Procon"))
    await db.commit()
    (passed,), held = await asked(db)
    assert (passed.lead.number, held) == ("+5511912345678", [])
    assert passed.lead.contact_point_id == 2


async def test_of_the_other_numbers_the_most_successful_comes_first_and_the_least_tried_today(
    db: AsyncConnection,
) -> None:
    await a_lead(db, *(f"+551198765432{n}" for n in range(4)))
    # The reserved one: the best.
    for n, successes in enumerate((4, 0, 1, 3)):
        number = contact_point.c.value == f"+551198765432{n}"
        await db.execute(update(contact_point).where(number).values(tries=5, successes=successes, scored_at=NOW))
    await db.execute(insert(do_not_call).values(number="+5511987654320", kind="internal", source="Procon"))
    chosen = []
    for hours in range(3):
        (passed,), _held = await asked(db, NOW + timedelta(hours=hours))
        chosen.append(passed.lead.number[-1])
        placed = intent(passed.lead, NOW + timedelta(hours=hours))
        assert await place(db, placed)
        await db.execute(update(lead).values(status="open", next_at=NOW, reserved_until=None))
        await db.commit()
    assert chosen == ["3", "2", "1"]


async def test_who_is_on_a_list_for_good_is_not_dialled_and_the_lead_is_closed(db: AsyncConnection) -> None:
    lead_id = await a_lead(db, "+5511987654321")
    await db.execute(insert(do_not_call).values(number="+5511987654321", kind="imported", source="Procon SP"))
    await db.commit()
    held = await refused(db)
    assert (held.answer.rule, held.answer.reason) == (Rule.DO_NOT_CALL, "imported: Procon SP")
    row = await of(db, lead_id)
    assert (row.status, row.closed_reason) == ("closed", "do_not_call")


async def test_a_list_of_another_creditor_or_one_that_has_ended_holds_nobody_back(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    await db.execute(insert(creditor).values(name="Outro Banco"))
    entry = {"number": "+5511987654321", "source": "x"}
    await db.execute(insert(do_not_call).values(creditor_id=2, kind="internal", **entry))
    await db.execute(insert(do_not_call).values(kind="imported", expires_at=NOW, **entry))
    await db.commit()
    passed, held = await asked(db)
    assert (len(passed), held) == (1, [])


async def test_who_opted_out_by_document_is_not_dialled_on_any_number(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321", "+5511912345678")
    document = await db.scalar(select(debtor.c.document))
    await db.execute(insert(do_not_call).values(document=document, kind="opt_out", source="e-mail"))
    await db.commit()
    assert (await refused(db)).answer.reason == "opt_out: e-mail"


async def test_who_asks_an_agent_not_to_be_called_is_on_that_creditors_list_at_once(db: AsyncConnection) -> None:
    lead_id = await a_lead(db, "+5511987654321")
    await spoken_to(db, "opt_out")
    row = await of(db, lead_id)
    assert (row.status, row.closed_reason) == ("closed", "opt_out")
    (entry,) = (await db.execute(select(do_not_call))).all()
    assert (entry.number, entry.kind, entry.creditor_id, entry.source) == (None, "opt_out", 1, "said on the telephone")
    await again_for_another_creditor(db, "+5511987654321")
    passed, _held = await asked(db, NOW + LATER)
    assert len(passed) == 1
    await db.execute(update(lead).values(status="open", reserved_until=None, next_at=NOW))
    await db.execute(update(lead).where(lead.c.id != lead_id).values(status="closed"))
    await db.commit()
    assert (await refused(db, NOW + 2 * LATER)).answer.rule is Rule.DO_NOT_CALL


async def test_a_wrong_persons_number_is_silent_at_once_for_that_person_with_every_creditor(
    db: AsyncConnection,
) -> None:
    for code, status in (("wrong_person", "wrong_person"), ("third_party", "third_party")):
        number = f"+55119876543{len(code)}"
        await a_lead(db, number)
        await spoken_to(db, code)
        assert await db.scalar(select(contact_point.c.status).where(contact_point.c.value == number)) == status
        await db.execute(update(lead).values(status="closed"))
    lead_id = await again_for_another_creditor(db, f"+55119876543{len('wrong_person')}")
    held = await refused(db)
    assert (held.lead.lead_id, held.answer.rule) == (lead_id, Rule.SILENCED)
    assert (await of(db, lead_id)).closed_reason == "silenced"


async def test_after_a_conversation_the_day_is_quiet_and_after_a_message_it_is_not(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    await spoken_to(db, "callback")
    passed, _held = await asked(db, NOW + timedelta(hours=1))
    assert len(passed) == 1
    await db.execute(update(lead).values(status="open", reserved_until=None))
    await db.commit()
    await spoken_to(db, "refusal", NOW + timedelta(hours=1))
    held = await refused(db, NOW + LATER)
    assert held.answer.rule is Limit.DAYS_AFTER_CONVERSATION
    assert held.until == (NOW + timedelta(days=1)).replace(hour=11)


async def test_an_abandoned_number_rests_three_days_in_every_campaign(db: AsyncConnection) -> None:
    await a_lead(db, "+5511987654321")
    await dial(db, Outcome.ABANDONED)
    await again_for_another_creditor(db, "+5511987654321")
    tuesday = NOW + timedelta(days=1)
    assert (await refused(db, tuesday)).answer.rule is Limit.HOURS_AFTER_ABANDONED
    await db.execute(update(lead).values(next_at=NOW))
    await db.commit()
    by_hand = replace(CAMPAIGN, mode=Mode.PREVIEW)
    passed, _held = await asked(db, tuesday + timedelta(hours=1), by_hand)
    assert len(passed) == 1


async def test_where_consent_is_needed_it_is_found_and_without_it_the_lead_waits_a_week(db: AsyncConnection) -> None:
    lead_id = await a_lead(db, "+5511987654321")
    american = replace(CAMPAIGN, pack="us")
    assert (await refused(db, NOW, american)).answer.rule is Rule.CONSENT
    assert (await of(db, lead_id)).next_at == NOW + gate.CONSENT_MAY_COME
    document = await db.scalar(select(debtor.c.document))
    await db.execute(insert(consent).values(document=document, given_at=NOW, source="contract, clause 12"))
    await db.execute(update(lead).values(next_at=NOW))
    await db.commit()
    passed, _held = await asked(db, NOW, american)
    assert len(passed) == 1


async def test_nothing_reserved_is_nothing_asked(db: AsyncConnection) -> None:
    assert await gate.ask(db, [], CAMPAIGN, policy_for(CAMPAIGN, (), NOW.date()), NOW) == ([], [])
