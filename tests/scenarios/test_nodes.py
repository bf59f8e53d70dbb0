"""Two dialers, each with an exchange and agents of its own, on one database and one campaign."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from crm.tables import attempt, campaign, node, pacing_state
from dialer.agent.model import AgentState
from dialer.asterisk.fake import FarEnd
from dialer.call.model import AgentLogin
from dialer.runtime.neighbours import ALIVE_S
from dialer.service import NEIGHBOURS_S
from tests.scenarios.house import TALKS, House

Houses = tuple[House, House]


@pytest.fixture
async def houses(engine: AsyncEngine, database_url: str, tmp_path: Path) -> AsyncIterator[Houses]:
    north = House(engine, database_url, tmp_path / "north", "north")
    south = House(engine, database_url, tmp_path / "south", "south")
    both = north, south
    yield both
    for house in both:
        await house.dialer.stop()
        await house.exchange.shut_down()


async def open_both(houses: Houses, *, agents: int, far_ends: Iterable[FarEnd] = (), **settings: object) -> None:
    """Agents north-1 … at one exchange, south-1 … at the other; the debtors are everybody's."""
    north, south = houses
    await north.furnish(agents=0, far_ends=far_ends, **settings)
    south.exchange.far_ends = north.exchange.far_ends
    for house, name in ((north, "north"), (south, "south")):
        await north.hire(*(f"{name}-{n}" for n in range(1, agents + 1)), node=name)
        await house.open()


async def live_people(house: House) -> tuple[float, float | None]:
    """Of the last 24 hours as the house's pacer counts them, and the share abandoned."""
    numbers = house.dialer.floor.desks[1].pacer.decide(house.dialer._clock.posix_s()).numbers
    return numbers.get("live_24h", 0), numbers.get("abandonment_24h")


async def test_no_debtor_is_dialled_by_both(houses: Houses):
    north, south = houses
    await open_both(houses, agents=4, far_ends=[TALKS] * 60)
    assert set(north.dialer.floor.agents) == {AgentLogin(f"north-{n}") for n in range(1, 5)}
    await north.until_dialled(900)
    await south.until_dialled(900)
    dialled = Counter(order.number for house in houses for order in house.exchange.originated)
    assert len(dialled) == 60
    assert set(dialled.values()) == {1}
    assert all(len(house.exchange.originated) > 15 for house in houses), "both had work"
    nodes = await north.rows(select(attempt.c.node, func.count()).group_by(attempt.c.node))
    assert dict(tuple(row) for row in nodes) == {
        name: len(house.exchange.originated) for name, house in zip(("north", "south"), houses, strict=True)
    }
    assert await north.outcomes() == {"connected": 60}


async def test_who_was_abandoned_by_one_is_counted_by_the_other(houses: Houses):
    north, south = houses
    await open_both(houses, agents=1, far_ends=[FarEnd(ring_s=4, talk_s=20)])
    caller = north if await _dials(north) else south
    other = south if caller is north else north
    for channel in caller.channels.values():
        caller.exchange.unpark(channel)
    await caller.until(lambda: not caller.dialer.lines.up and not caller.dialer.writer.pending)
    assert await caller.outcomes() == {"abandoned": 1}
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert await live_people(other) == (1, 1.0) == await live_people(caller)
    assert other.dialer.floor.desks[1].pacer.totals["abandoned"] == 0, "totals are each dialer's own"


async def test_both_count_everybody_once_over_restarts(houses: Houses):
    north, south = houses
    await open_both(houses, agents=2, far_ends=[TALKS] * 12)
    await north.until_dialled(600)
    await south.until_dialled(600)
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert [await live_people(house) for house in houses] == [(12, 0), (12, 0)]
    await south.dialer.stop()
    await south.open()
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert [await live_people(house) for house in houses] == [(12, 0), (12, 0)]


async def test_a_node_that_is_new_begins_with_what_the_other_has_learned(houses: Houses):
    north, south = houses
    await north.furnish(agents=2, far_ends=[TALKS] * 6)
    await north.open()
    await north.until_dialled(600)
    await north.dialer.stop()
    south.exchange.far_ends = north.exchange.far_ends
    await south.open(park=False)
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert await live_people(south) == (6, 0)
    kept = await north.rows(select(pacing_state.c.node))
    assert {row.node for row in kept} >= {"north"}
    await north.open(park=False)


async def test_the_picture_is_of_both_and_an_agents_wish_reaches_the_dialer_who_has_the_agent(houses: Houses):
    north, south = houses
    await open_both(houses, agents=2)
    await asyncio.sleep(2 * NEIGHBOURS_S)
    picture = await north.picture("campaign:1")
    assert [agent["login"] for agent in picture["agent_list"]] == ["north-1", "north-2", "south-1", "south-2"]
    assert (picture["agents"]["ready"], picture["pacing"]["ready"]) == (4, 4)
    assert await north.ask("agent.pause", login="south-2") is None
    assert await south.ask("agent.pause", login="north-1") is None
    assert south.agent_state("south-2") is AgentState.PAUSED
    assert north.agent_state("north-1") is AgentState.PAUSED
    await asyncio.sleep(2)
    agents = (await north.picture("campaign:1"))["agents"]
    assert {state: count for state, count in agents.items() if count} == {"ready": 2, "paused": 2}


async def test_a_node_that_is_gone_leaves_the_picture(houses: Houses):
    north, south = houses
    await open_both(houses, agents=1)
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert len((await north.picture("campaign:1"))["agent_list"]) == 2
    await south.dialer.stop()
    # The database's clock does not run faster with ours.
    async with north.engine.begin() as connection:
        earlier = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, ALIVE_S + 1.0)
        await connection.execute(update(node).where(node.c.name == "south").values(seen_at=earlier))
    await asyncio.sleep(2 * NEIGHBOURS_S)
    assert [agent["login"] for agent in (await north.picture("campaign:1"))["agent_list"]] == ["north-1"]


async def test_a_campaign_that_is_paused_is_paused_by_every_dialer(houses: Houses):
    north, south = houses
    await open_both(houses, agents=1)
    async with north.engine.begin() as connection:
        await connection.execute(update(campaign).values(status="paused"))
    await north.ask("campaign.changed", campaign_id=1)
    await north.until(lambda: not north.dialer.diallings and not south.dialer.diallings, 5)


async def _dials(house: House) -> bool:
    await asyncio.sleep(3)
    return bool(house.exchange.originated)
