"""What a pacer starts with: its own state, or a newer one of another node."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm import campaigns
from crm.model import Mode, WeeklyHours
from dialer.runtime.learned import Learned, keep, learned_by
from pacing import Pacer


def state(connected: int, abandoned: int) -> dict[str, Any]:
    """Of a pacer that settled so many people and told nobody of them."""
    pacer = Pacer()
    for number in range(connected + abandoned):
        pacer.placed(number, 0.0)
        pacer.answered(number, 1.0)
        if number < connected:
            pacer.connected(number, "ana", 1.0)
        else:
            pacer.abandoned(number, 1.0)
    return pacer.state()


async def campaign(connection: AsyncConnection) -> int:
    return await campaigns.create(
        connection,
        name="Carteira",
        creditor="Banco",
        trunk="main",
        caller_id="+551130000000",
        mode=Mode.PREDICTIVE,
        hours=WeeklyHours.always(),
    )


async def age(connection: AsyncConnection, node: str, minutes: int) -> None:
    values = {"node": node, "minutes": minutes}
    earlier = "update pacing_state set saved_at = now() - make_interval(mins => :minutes) where node = :node"
    await connection.execute(text(earlier), values)


async def test_a_node_takes_up_its_own_state_while_it_is_fresh(engine: AsyncEngine):
    async with engine.begin() as connection:
        campaign_id = await campaign(connection)
        await keep(campaign_id, "north", Learned(state=state(5, 0), seen={"south": (3.0, 1.0)}))(connection)
        await keep(campaign_id, "south", Learned(state=state(9, 0), seen={}))(connection)
        await age(connection, "north", 9)
        found = (await learned_by(connection, "north"))[campaign_id]
        assert found.state == state(5, 0)
        assert {node: tuple(people) for node, people in found.seen.items()} == {"south": (3.0, 1.0)}


async def test_a_node_that_is_new_or_was_away_takes_over_the_newest_and_counts_nobody_twice(engine: AsyncEngine):
    async with engine.begin() as connection:
        campaign_id = await campaign(connection)
        await keep(campaign_id, "north", Learned(state=state(5, 0), seen={}))(connection)
        await keep(campaign_id, "south", Learned(state=state(9, 2), seen={"south": (40.0, 1.0)}))(connection)
        await age(connection, "north", 11)
        for node in ("north", "west"):
            found = (await learned_by(connection, node))[campaign_id]
            assert found.seen == {"south": (49.0, 3.0)}, "what south has not told yet is in its state already"
            pacer = Pacer()
            pacer.restore(found.state or {})
            assert pacer.totals["connected"] == 9
            assert pacer.untold == (0, 0), "south tells of its people itself"


async def test_a_campaign_nobody_has_paced_has_nothing_to_start_with(engine: AsyncEngine):
    async with engine.begin() as connection:
        await campaign(connection)
        assert await learned_by(connection, "north") == {}
