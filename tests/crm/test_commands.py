"""What people ask of the dialer, and the pictures it gives back."""

import asyncio

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import listen
from crm import commands, live
from crm.errors import CommandNotAnsweredError
from crm.tables import command


async def test_a_command_is_asked_seen_done_and_answered(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        first = await commands.ask(connection, "agent.ready", {"login": "ana"})
        second = await commands.ask(connection, "agent.pause", {"login": "bia", "reason": "lunch"})
    async with engine.begin() as connection:
        waiting = await commands.pending(connection, "main")
        assert [(one.id, one.kind, one.payload["login"]) for one in waiting] == [
            (first, "agent.ready", "ana"),
            (second, "agent.pause", "bia"),
        ]
        await commands.done(connection, first)
        await commands.done(connection, second, "not on shift")
    assert await commands.wait(engine, first) is None
    assert await commands.wait(engine, second) == "not on shift"
    async with engine.begin() as connection:
        assert await commands.pending(connection, "main") == []


async def test_what_is_asked_for_an_agent_is_for_the_dialer_who_has_the_agent(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await live.publish(connection, "agent:ana", {"state": "ready", "node": "south"})
        asked = await commands.ask(connection, "agent.pause", {"login": "ana"})
        assert await commands.pending(connection, "north") == []
        assert [one.id for one in await commands.pending(connection, "south")] == [asked]


async def test_a_change_is_told_to_every_dialer_also_after_one_has_taken_it_in(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        asked = await commands.ask(connection, "campaign.changed", {"campaign_id": 1})
        await commands.done(connection, asked)
        assert [one.id for one in await commands.pending(connection, "south")] == [asked]
        older = update(command).values(asked_at=func.now() - func.make_interval(0, 0, 0, 0, 0, 0, commands.TOLD_S))
        await connection.execute(older)
        assert await commands.pending(connection, "south") == []


async def test_the_first_answer_stands(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        asked = await commands.ask(connection, "agent.ready", {"login": "ana"})
        await commands.done(connection, asked, "no")
        await commands.done(connection, asked, "yes")
    assert await commands.wait(engine, asked) == "no"


async def test_an_answer_that_does_not_come_is_said_plainly(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        asked = await commands.ask(connection, "agent.ready", {"login": "ana"})
    with pytest.raises(CommandNotAnsweredError, match="Is it running"):
        await commands.wait(engine, asked, timeout_s=0)


async def test_listeners_hear_of_commands_and_pictures_once_they_are_committed(
    engine: AsyncEngine, database_url: str
) -> None:
    heard = {}
    for channel in (commands.CHANNEL, live.CHANNEL):
        heard[channel] = listen(database_url, channel)
        assert await anext(heard[channel]) == ""
    async with engine.connect() as connection:
        await commands.ask(connection, "agents.changed", {"given": "up"})
        await connection.rollback()
        asked = await commands.ask(connection, "agents.changed", {})
        await live.publish(connection, "campaign:1", {"calls": {}})
        await connection.commit()
    for channel, payload in ((commands.CHANNEL, str(asked)), (live.CHANNEL, "campaign:1")):
        assert await asyncio.wait_for(anext(heard[channel]), timeout=10) == payload
        await heard[channel].aclose()  # type: ignore[attr-defined]


async def test_the_last_picture_of_each_topic_is_kept(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await live.publish(connection, "agent:ana", {"state": "ready"})
        await live.publish(connection, "agent:ana", {"state": "talking"})
        await live.publish(connection, "agent:bia", {"state": "paused"})
        await live.publish(connection, "campaign:1", {})
        assert await live.read(connection, "agent:ana") == {"state": "talking"}
        assert await live.read(connection, "agent:caio") is None
        assert await live.read_all(connection, "agent:") == {
            "agent:ana": {"state": "talking"},
            "agent:bia": {"state": "paused"},
        }
