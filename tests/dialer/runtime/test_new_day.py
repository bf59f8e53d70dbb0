"""Debts grow older overnight: priorities are reckoned anew on the first look of a day, and on no other."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.runtime.new_day import NewDay

TABLES = """
insert into creditor (name) values ('Banco');
insert into campaign (name, creditor_id, trunk, caller_id, hours, status)
    values ('roda', 1, 'm', '+55', '{}', 'running'), ('parada', 1, 'm', '+55', '{}', 'paused');
insert into debtor (creditor_id, document, name) values (1, '1', 'Ana');
insert into debt (creditor_id, debtor_id, contract, amount_cents, due_on)
    values (1, 1, 'C', 100000, current_date - 10);
insert into lead (campaign_id, debtor_id, priority) values (1, 1, 0), (2, 1, 0);
"""


class Today:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 15, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def posix_s(self) -> float:
        return self.at.timestamp()


@pytest.fixture
async def campaigns(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        for statement in TABLES.split(";")[:-1]:
            await connection.execute(text(statement))
    return engine


async def priorities(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        return list((await connection.scalars(text("select priority from lead order by campaign_id"))).all())


async def say(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def test_once_a_day_the_leads_of_running_campaigns_move(campaigns: AsyncEngine) -> None:
    clock = Today()
    day = NewDay(engine=campaigns, clock=clock, timezone="America/Sao_Paulo")
    await day.look()
    assert await priorities(campaigns) == [76, 0]
    await say(campaigns, "update debt set due_on = due_on - 40")
    await day.look()
    assert await priorities(campaigns) == [76, 0], "it is the same day"
    clock.at += timedelta(hours=11)
    await day.look()
    assert await priorities(campaigns) == [76, 0], "it is 23:00 in São Paulo"
    clock.at += timedelta(hours=1)
    await day.look()
    assert await priorities(campaigns) == [66, 0]


async def test_an_order_that_makes_no_sense_moves_nobody_and_is_said(
    campaigns: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="dialer")
    await say(campaigns, """update campaign set lead_order = '{"amount"\\: 300}'""")
    await NewDay(engine=campaigns, clock=Today(), timezone="America/Sao_Paulo").look()
    assert await priorities(campaigns) == [0, 0]
    (said,) = caplog.records
    assert said.why == "lead_order.amount is 300: give points, a whole number from 0 to 100"
