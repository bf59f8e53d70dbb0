"""Who dials for a node: one dialer at a time, and the next as soon as the one before it is gone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from base.database import create_engine
from base.errors import AloError
from dialer.runtime import node
from dialer.runtime.node import Node

WAITING = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Another process's engine."""
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()


async def test_a_node_that_was_left_is_free_at_once(
    engine: AsyncEngine, other: AsyncEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(node, "LINGERS_S", 0.001)
    for _ in range(20):
        for process in (engine, other):
            mine = Node(process, "main")
            await mine.take()
            await mine.leave()


async def test_a_node_whose_dialer_was_killed_is_waited_for(engine: AsyncEngine, other: AsyncEngine):
    killed, following = Node(engine, "main"), Node(other, "main")
    await killed.take()
    taking = asyncio.create_task(following.take())
    async with engine.connect() as looking:
        while not await looking.scalar(WAITING):
            await looking.rollback()
    assert not taking.done()

    await killed._drop()
    await taking
    await following.leave()


async def test_a_node_that_stays_taken_is_refused_and_another_is_not(
    engine: AsyncEngine, other: AsyncEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(node, "LINGERS_S", 0.05)
    mine, second, elsewhere = Node(engine, "main"), Node(other, "main"), Node(other, "filial")
    await mine.take()
    with pytest.raises(AloError, match="Another dialer runs for node main"):
        await second.take()
    await elsewhere.take()
    await elsewhere.leave()
    await second.leave()
    await mine.leave()


async def test_a_server_that_is_away_does_not_keep_a_dialer_from_leaving(engine: AsyncEngine, other: AsyncEngine):
    mine, following = Node(engine, "main"), Node(other, "main")
    await mine.take()
    async with other.connect() as connection:
        await connection.execute(
            text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted")
        )
    await mine.leave()
    await following.take()
    await following.leave()
