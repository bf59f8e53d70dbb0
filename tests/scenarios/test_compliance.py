"""Compliance end to end: each dial has its decision, lists are kept, and a carrier near the block is left alone."""

from sqlalchemy import insert, select

from crm.compliance_tables import carrier_day, compliance_decision, do_not_call
from crm.model import WeeklyHours
from crm.tables import attempt, campaign
from dialer.asterisk.fake import FarEnd
from dialer.runtime.holds import Hold
from tests.scenarios.house import TALKS, House
from tests.virtual_time import EPOCH


async def test_every_dial_has_the_decision_that_allowed_it_and_who_is_on_a_list_is_not_dialled(house: House):
    await house.furnish(agents=2, far_ends=[TALKS, FarEnd(kind="busy"), TALKS], ring_timeout_s=5)
    async with house.engine.begin() as connection:
        await connection.execute(insert(do_not_call).values(number="+5511900000003", kind="internal", source="Procon"))
    await house.open()
    await house.until_dialled()
    async with house.engine.connect() as connection:
        dialled = set((await connection.scalars(select(attempt.c.id))).all())
        decisions = (await connection.execute(select(compliance_decision))).all()
        counted = (await connection.execute(select(carrier_day))).one()
    assert {row.attempt_id for row in decisions if row.allowed} == dialled
    assert [(row.rule, row.source) for row in decisions if not row.allowed] == [("do_not_call", "the do-not-call list")]
    assert all(row.rule == "any_hour_declared" for row in decisions if row.allowed)
    assert (counted.carrier, counted.calls, counted.short) == ("main", 3 - 1, 1)
    await house.check_the_books()


async def test_nothing_is_dialled_through_a_carrier_that_is_about_to_block_the_company(house: House):
    await house.furnish(agents=2, far_ends=[TALKS])
    async with house.engine.begin() as connection:
        full = {"cnpj": "", "carrier": "main", "day": EPOCH.date(), "calls": 99_000, "short": 90_000}
        await connection.execute(insert(carrier_day).values(full))
    await house.open()
    dialling = house.dialer.diallings[1]
    await house.until(lambda: dialling.hold is Hold.SHORT_CALLS)
    assert not await house.outcomes()


async def test_a_campaign_that_cannot_be_lawful_is_not_dialled_and_the_others_are(house: House):
    await house.furnish(agents=1, far_ends=[TALKS])
    values = {
        "creditor_id": 1,
        "status": "running",
        "trunk": "main",
        "caller_id": "+551130000000",
        "hours": WeeklyHours.always().to_json(),
    }
    wrong = (
        {"name": "Sem pacote", "pack": "mars"},
        {"name": "Sem sentido", "compliance": {"rings": 3}},
        {"name": "Mensagem tardia", "compliance": {"abandonment_message_within_s": 1}},
        {"name": "Bina alheia", "caller_id": "+551199999999"},
    )
    async with house.engine.begin() as connection:
        for settings in wrong:
            await connection.execute(insert(campaign).values(values | settings))
    await house.open()
    assert set(house.dialer.diallings) == {1}
    await house.until_dialled()
    assert await house.outcomes() == {"connected": 1}
