"""The ends of calls: those of one moment together, each of another debtor, and none held back by a bad one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm.model import CampaignId, ContactPointId, DebtorId, LeadId
from dialer.call.model import Call, CallId, CallState
from dialer.campaign.leads import ReservedLead
from dialer.runtime.ends import End, Ends
from dialer.runtime.writer import Writer
from tests.dialer.campaign.test_gate import CAMPAIGN
from tests.virtual_time import EPOCH

LEAD = ReservedLead(
    lead_id=LeadId(1),
    campaign_id=CampaignId(1),
    debtor_id=DebtorId(1),
    debtor_name="Ana Souza",
    state="SP",
    contact_point_id=ContactPointId(1),
    number="+5511900000000",
    phone_type=None,
    attempts=0,
    number_attempts_today=0,
    debtor_attempts_today=0,
    reserved_until=EPOCH + timedelta(minutes=1),
)
BAD = DebtorId(13)


def end(debtor: int) -> End:
    call = Call(id=CallId(str(uuid4())), state=CallState.ENDED, placed_at=EPOCH, ended_at=EPOCH)
    return End(call=call, lead=replace(LEAD, debtor_id=DebtorId(debtor)), campaign=CAMPAIGN)


class Pen:
    """Keeps what it was to write, debtor by debtor; refuses debtor 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def write(self, _connection: AsyncConnection, ends: Sequence[End]) -> None:
        self.batches.append([end.lead.debtor_id for end in ends])
        if BAD in self.batches[-1]:
            raise ValueError("nobody's debtor")


@pytest.fixture
def pen() -> Pen:
    return Pen()


async def test_ends_of_one_moment_are_one_write(engine: AsyncEngine, pen: Pen):
    writer = Writer(engine)
    ends = Ends(writer, pen.write)
    told = [end(n) for n in range(5)]
    for one in told:
        ends.add(one)
    writer.start()
    await asyncio.gather(*(one.done for one in told))
    assert pen.batches == [[0, 1, 2, 3, 4]]
    await writer.stop()


async def test_two_ends_of_one_debtor_are_not_one_write(engine: AsyncEngine, pen: Pen):
    writer = Writer(engine)
    ends = Ends(writer, pen.write)
    told = [end(1), end(1), end(2), end(1)]
    for one in told:
        ends.add(one)
    writer.start()
    await asyncio.gather(*(one.done for one in told))
    assert pen.batches == [[1, 2], [1], [1]]
    await writer.stop()


async def test_an_end_that_is_refused_holds_no_other_back_and_is_told(engine: AsyncEngine, pen: Pen):
    writer = Writer(engine)
    ends = Ends(writer, pen.write)
    told = [end(1), end(BAD), end(2)]
    for one in told:
        ends.add(one)
    writer.start()
    results = await asyncio.gather(*(one.done for one in told), return_exceptions=True)
    assert [isinstance(result, ValueError) for result in results] == [False, True, False]
    assert sorted(pen.batches[-3:]) == [[1], [2], [13]]
    await writer.stop()


async def test_a_writer_that_stops_writes_also_the_ends_that_come_meanwhile(engine: AsyncEngine, pen: Pen):
    writer = Writer(engine)
    ends = Ends(writer, pen.write)
    told = [end(1) for _ in range(4)]
    for one in told:
        ends.add(one)
    writer.start()
    await writer.stop()
    assert all(one.done.done() for one in told)
    assert pen.batches == [[1]] * 4
