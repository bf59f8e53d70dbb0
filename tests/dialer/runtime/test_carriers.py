"""Calls and short calls by company, carrier and day, on a real database."""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from base.trunk_settings import TrunkSettings
from crm.compliance_tables import carrier_day
from dialer.call.model import Call, CallId, CallState
from dialer.compliance.reading import find_pack
from dialer.compliance.short_calls import Load
from dialer.runtime.carriers import Carriers
from tests.dialer.campaign.test_gate import CAMPAIGN
from tests.virtual_time import EPOCH, LoopClock

NUMBERS = {"host": "127.0.0.1", "caller_ids": ("+551130000000",)}
TRUNKS = {
    "main": TrunkSettings(**NUMBERS, carrier="Operadora", cnpj="11.222.333/0001-81"),
    "second": TrunkSettings(**NUMBERS, carrier="Operadora", cnpj="11.222.333/0002-62"),
    "other": TrunkSettings(**NUMBERS),
}
TODAY = date(2026, 3, 2)
BR = find_pack("br")


def ended(answered_s: float | None, trunk: str = "main") -> Call:
    at: datetime = EPOCH
    answered_at = None if answered_s is None else at - timedelta(seconds=answered_s)
    call = Call(id=CallId(str(uuid4())), state=CallState.ENDED, placed_at=at - timedelta(seconds=60), trunk=trunk)
    return replace(call, answered_at=answered_at, ended_at=at)


@pytest.fixture
def carriers(engine: AsyncEngine) -> Carriers:
    return Carriers(engine=engine, trunks=TRUNKS, clock=LoopClock(), timezone="America/Sao_Paulo")


async def test_trunks_of_one_carrier_and_one_company_are_counted_together(
    engine: AsyncEngine, carriers: Carriers
) -> None:
    async with engine.begin() as connection:
        for trunk, answered_s in (("main", None), ("main", 30), ("second", 5), ("other", None), ("gone", None)):
            await carriers.count(connection, [(ended(answered_s, trunk), CAMPAIGN)])
        await carriers.count(connection, [(ended(30), replace(CAMPAIGN, pack="gone"))])
        rows = (await connection.execute(select(carrier_day).order_by(carrier_day.c.carrier))).all()
    assert [(row.cnpj, row.carrier, row.calls, row.short) for row in rows] == [
        ("11222333", "Operadora", 4, 2),
        ("", "other", 1, 1),
    ]


async def test_a_day_near_the_block_stops_the_carrier_and_is_told_once(
    engine: AsyncEngine, carriers: Carriers, caplog: pytest.LogCaptureFixture
) -> None:
    today = EPOCH.date()
    assert carriers.load("main", BR) is Load.FINE
    async with engine.begin() as connection:
        await connection.execute(
            insert(carrier_day).values(cnpj="11222333", carrier="Operadora", day=today, calls=95_000, short=80_000)
        )
        await connection.execute(
            insert(carrier_day).values(
                cnpj="11222333", carrier="Operadora", day=today.replace(day=1), calls=350_000, short=1
            )
        )
    await carriers.look()
    with caplog.at_level(logging.WARNING):
        assert [carriers.load("second", BR), carriers.load("main", BR)] == [Load.STOP, Load.STOP]
    assert carriers.load("other", BR) is Load.FINE
    assert carriers.load("main", find_pack("us")) is Load.FINE
    assert len([record for record in caplog.records if "short calls" in record.message]) == 1
