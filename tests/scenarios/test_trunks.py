"""Several trunks on the whole dialer: shares, caps, rates, congestion, caller ids, and an exchange short of breath."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from base.trunk_settings import CarrierSettings, TrunkSettings
from crm import trunks
from crm.tables import attempt, call_fact, lead
from dialer.asterisk.fake import FakeExchange
from dialer.asterisk.far_end import FarEnd
from dialer.asterisk.port import Originate, Vitals
from dialer.call.model import CallState
from dialer.trunk.pressure import Queue
from tests.scenarios.house import TALKS, House
from tests.virtual_time import EPOCH

BUSY = FarEnd(kind="busy")
RINGS_LONG = FarEnd(ring_s=15, talk_s=20)
SAO_PAULO, RIO, CAMPINAS = "+551130000000", "+552130000000", "+551930000000"
CONGESTED = 34


class Watched(FakeExchange):
    """Remembers when each trunk was dialled on, and how many calls it had up at most."""

    def watch(self) -> None:
        self.times: list[tuple[str, float]] = []
        self.most_up: Counter[str] = Counter()
        self.most = 0
        self.dialled: Callable[[], None] = lambda: None

    async def originate(self, order: Originate) -> None:
        await super().originate(order)
        self.times.append((order.trunk, asyncio.get_running_loop().time()))
        up = Counter(leg.channel.split("-")[1] for leg in await self.legs() if leg.call_id)
        self.most_up |= up
        self.most = max(self.most, up.total())
        self.dialled()


def trunk(**settings: object) -> TrunkSettings:
    values = {"host": "127.0.0.1", "caller_ids": [SAO_PAULO], "calls_per_second": 20}
    return TrunkSettings.model_validate(values | settings)


@pytest.fixture
async def two(house: House) -> House:
    """A house with trunks `big` and `small`, three to one, and a route `both`."""
    house.trunks = {"big": trunk(weight=3), "small": trunk(weight=1)}
    house.routes = {"both": ("big", "small")}
    house.exchange.__class__ = Watched
    house.exchange.watch()
    return house


def by_trunk(house: House) -> Counter[str]:
    return Counter(order.trunk for order in house.exchange.originated)


async def test_hundreds_of_calls_are_shared_by_weight(two: House):
    two.trunks = {"big": trunk(weight=3, calls_per_second=60), "small": trunk(weight=1, calls_per_second=60)}
    await two.furnish(agents=4, far_ends=[BUSY] * 320, trunk="both", mode="ratio", pacing={"ratio": 3})
    await two.open()
    await two.until_dialled(600)
    assert by_trunk(two) == {"big": 240, "small": 80}
    kept = await two.rows(select(attempt.c.trunk, func.count()).group_by(attempt.c.trunk))
    assert dict(tuple(row) for row in kept) == {"big": 240, "small": 80}
    await two.check_the_books()


async def test_a_refused_call_goes_out_on_the_other_trunk_and_consumes_no_attempt(two: House):
    two.exchange.refusing["big"] = CONGESTED
    await two.furnish(agents=4, far_ends=[TALKS] * 12, trunk="both")
    await two.open()
    await two.until_dialled()
    assert await two.outcomes() == {"connected": 12}, "one attempt each, none lost to the congestion"
    assert {row.attempts for row in await two.rows(select(lead.c.attempts))} == {1}
    assert {row.trunk for row in await two.rows(select(attempt.c.trunk))} == {"small"}
    hops = [order for order in two.exchange.originated if order.trunk == "big"]
    assert 1 <= len(hops) <= 6, "a congested trunk rests instead of being tried each time"
    for first in hops:
        again = [order for order in two.exchange.originated if order.call_id == first.call_id]
        assert [(order.trunk, order.hop) for order in again] == [("big", 0), ("small", 1)]
    refused = await two.rows(select(func.count()).where(call_fact.c.kind == "TrunkRefused"))
    assert refused[0][0] == len(hops)
    async with two.engine.connect() as connection:
        figures = trunks.by_trunk(await trunks.by_caller_id(connection, EPOCH.date()))
    assert figures["big"].causes == Counter({CONGESTED: len(hops)})
    assert (figures["small"].calls, figures["small"].answer_seizure_ratio) == (12, 1.0)
    assert figures["small"].mean_talk_s == pytest.approx(20, abs=1)
    await two.check_the_books()
    two.check_the_picture()


async def test_when_every_trunk_refuses_the_lead_comes_back_with_its_attempts(two: House):
    two.exchange.refusing |= {"big": CONGESTED, "small": 42}
    await two.furnish(agents=2, far_ends=[TALKS] * 3, trunk="both")
    await two.open()
    await two.until(lambda: two.dialer.diallings[1].hold == "trunk_congested")
    await asyncio.sleep(2)
    assert (await two.picture("campaign:1"))["trunks"] == {"big": "congested", "small": "congested"}
    assert {row.attempts for row in await two.rows(select(lead.c.attempts))} == {0}
    two.exchange.refusing.clear()
    await asyncio.sleep(100)
    await two.until_dialled()
    outcomes = await two.outcomes()
    assert outcomes.pop("congestion") >= 1
    assert outcomes == {"connected": 3}
    assert {row.attempts for row in await two.rows(select(lead.c.attempts))} == {1}
    assert (await two.picture("campaign:1"))["trunks"] == {"big": "free", "small": "free"}
    await two.until(lambda: not any(standing.capacity.up for standing in two.dialer.trunks.standing.values()))


async def test_a_telephone_that_rang_is_not_rung_again_at_once(two: House):
    """Busy, unknown and rung numbers say something of the number, not of the trunk."""
    await two.furnish(agents=2, far_ends=[BUSY, FarEnd(kind="dead"), FarEnd(kind="rings_out")], trunk="both")
    await two.open()
    await two.until_dialled()
    assert len(two.exchange.originated) == 3
    assert {order.hop for order in two.exchange.originated} == {0}


async def test_lines_of_trunks_and_of_their_carrier_are_never_passed(two: House):
    two.trunks = {"big": trunk(weight=3, max_calls=4, carrier="op"), "small": trunk(max_calls=3, carrier="op")}
    two.carriers = {"op": CarrierSettings(max_calls=6)}
    await two.furnish(agents=8, far_ends=[RINGS_LONG] * 40, trunk="both", mode="ratio", pacing={"ratio": 3})
    await two.open()
    await two.until_dialled(900)
    assert two.exchange.most_up["big"] == 4
    assert two.exchange.most_up["small"] <= 3
    assert two.exchange.most == 6
    assert len(two.exchange.originated) == 40
    # A look at the empty list takes lines for a moment.
    await two.until(lambda: two.dialer.trunks.carriers["op"].up == 0)
    assert {standing.capacity.up for standing in two.dialer.trunks.standing.values()} == {0}


async def test_calls_per_second_of_each_trunk_and_of_the_carrier_are_kept(two: House):
    two.trunks = {"big": trunk(calls_per_second=4, carrier="op"), "small": trunk(calls_per_second=4, carrier="op")}
    two.carriers = {"op": CarrierSettings(calls_per_second=6)}
    await two.furnish(agents=9, far_ends=[BUSY] * 120, trunk="both", mode="ratio", pacing={"ratio": 4})
    await two.open()
    await two.until_dialled(600)
    times = two.exchange.times
    for names, most in (({"big"}, 4), ({"small"}, 4), ({"big", "small"}, 6)):
        at = [second for name, second in times if name in names]
        # Between taking a line and dialling lies the commit, which moves a dial by a moment.
        assert all(sum(begin <= other < begin + 0.9 for other in at) <= most for begin in at)
    assert len(times) == 120
    assert times[-1][1] - times[0][1] < 40, "and not much slower than that"


async def test_numbers_of_the_callees_area_code_are_shown_then_of_its_state_then_the_campaigns(house: House):
    house.trunks = {"main": trunk(caller_ids=[RIO, CAMPINAS, SAO_PAULO, "+551130000001"])}
    # The house's debtors live in area code 11.
    await house.furnish(agents=2, far_ends=[BUSY] * 6, caller_id=RIO, local_presence=True)
    await house.open()
    await house.until_dialled()
    shown = Counter(order.caller_id for order in house.exchange.originated)
    assert shown == {SAO_PAULO: 3, "+551130000001": 3}
    kept = await house.rows(select(attempt.c.caller_id))
    assert Counter(row.caller_id for row in kept) == shown
    await house.dialer.stop()
    house.trunks = {"main": trunk(caller_ids=[RIO, CAMPINAS])}
    await house.add_debtors([BUSY])
    await house.open(park=False)
    await house.until_dialled()
    assert house.exchange.originated[-1].caller_id == CAMPINAS


async def test_a_restarted_dialer_goes_on_with_the_number_least_used_today(house: House):
    house.trunks = {"main": trunk(caller_ids=[SAO_PAULO, "+551130000001"])}
    await house.furnish(agents=1, far_ends=[BUSY] * 3, caller_id=SAO_PAULO, local_presence=True)
    await house.open()
    await house.until_dialled()
    await house.dialer.stop()
    await house.add_debtors([BUSY])
    await house.open(park=False)
    await house.until_dialled()
    assert [order.caller_id[-1] for order in house.exchange.originated] == ["0", "1", "0", "1"]


async def test_only_a_declared_number_is_shown_on_the_trunk_a_refused_call_goes_on_to(two: House):
    two.trunks = {"big": trunk(weight=3), "small": trunk(caller_ids=[RIO])}
    two.exchange.refusing["big"] = CONGESTED
    await two.furnish(agents=1, far_ends=[TALKS], trunk="both", caller_id=SAO_PAULO)
    await two.open()
    await two.until_dialled()
    assert [order.caller_id for order in two.exchange.originated] == [SAO_PAULO, RIO]
    (row,) = await two.rows(select(attempt.c.trunk, attempt.c.caller_id, attempt.c.outcome))
    assert tuple(row) == ("small", RIO, "connected")


async def test_a_dialer_killed_after_a_call_went_on_to_another_trunk_finds_it_there(two: House):
    two.exchange.refusing["big"] = CONGESTED
    await two.furnish(agents=1, far_ends=[RINGS_LONG], trunk="both", ring_timeout_s=30)
    await two.open()
    await two.until(lambda: two.dialer.lines.count(1)[CallState.RINGING] == 1)
    await asyncio.sleep(1)
    await two.crash()
    await asyncio.sleep(2)
    await two.open(park=False)
    await two.until(lambda: two.dialer.lines.up)
    (line,) = two.dialer.lines.up.values()
    assert (line.call.trunk, line.call.tried) == ("small", ("big",))
    assert two.dialer.trunks.standing["small"].capacity.up == 1
    await two.until_dialled()
    assert [order.trunk for order in two.exchange.originated] == ["big", "small"]
    assert await two.outcomes() == {"connected": 1}
    await two.check_the_books()


async def test_a_campaign_stopped_while_a_trunk_refuses_dials_on_no_other(two: House):
    two.exchange.refusing["big"] = CONGESTED
    await two.furnish(agents=1, far_ends=[TALKS], trunk="both")
    await two.open()
    two.exchange.dialled = lambda: setattr(two.dialer.diallings[1], "paused", True)
    await two.until(lambda: two.exchange.originated)
    await two.until(lambda: not two.dialer.lines.up and not two.dialer.writer.pending)
    assert [order.trunk for order in two.exchange.originated] == ["big"]
    assert await two.outcomes() == {"congestion": 1}


async def test_an_exchange_short_of_breath_is_spared_told_on_the_floor_and_used_again(house: House):
    def waiting(tasks: int) -> None:
        queue = Queue(name="pjsip/default", waiting=tasks, deepest=0, high_water=500)
        house.exchange.vital = Vitals(queues=(queue,), trunks={})

    waiting(450)
    await house.furnish(agents=2, far_ends=[TALKS] * 4)
    await house.open(park=False)
    await asyncio.sleep(4)
    for login in house.dialer.floor.agents:
        house.park(login)
    await asyncio.sleep(10)
    assert house.exchange.originated == []
    picture = await house.picture("campaign:1")
    assert (picture["pacing"]["hold"], picture["exchange"]["breath"]) == ("exchange_busy", "stopped")
    assert (await house.picture("trunks:main"))["exchange"] == {"breath": "stopped", "limit_per_s": 0.0}
    waiting(10)
    await house.until_dialled()
    await asyncio.sleep(30)
    assert (await house.picture("campaign:1"))["exchange"] == {"breath": "free", "limit_per_s": None}
    assert await house.outcomes() == {"connected": 4}


async def test_a_call_back_goes_on_to_another_trunk_with_its_agent_still_held(two: House):
    two.exchange.refusing["big"] = CONGESTED
    await two.furnish(agents=1, far_ends=[TALKS], trunk="both")
    async with two.engine.begin() as connection:
        await connection.execute(lead.update().values(callback_at=EPOCH, next_at=EPOCH))
    await two.open()
    await two.until(lambda: two.exchange.originated)
    await two.until_dialled()
    assert [(order.trunk, order.hop) for order in two.exchange.originated] == [("big", 0), ("small", 1)]
    assert await two.outcomes() == {"connected": 1}
    await two.check_the_books()
    two.check_the_picture()
