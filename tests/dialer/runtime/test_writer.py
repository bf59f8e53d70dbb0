"""The dialer's writes: many in one transaction, no bad one in the way of others, none lost while the server is away."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dialer.runtime.writer import RETRY_S, Write, Writer
from tests.scenarios.away import AwayEngine


@pytest.fixture
async def table(engine: AsyncEngine) -> AsyncEngine:
    """A database with a table `written` that takes each number once."""
    async with engine.begin() as connection:
        await connection.execute(text("create table written (n int primary key check (n >= 0), xid bigint)"))
    return engine


def write(n: int) -> Write:
    async def do(connection: AsyncConnection) -> None:
        await connection.execute(text("insert into written values (:n, txid_current())"), {"n": n})

    return do


async def written(engine: AsyncEngine) -> dict[int, int]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("select n, xid from written order by n"))
        return {row.n: row.xid for row in rows}


async def test_writes_of_one_moment_are_one_transaction(table: AsyncEngine):
    writer = Writer(table)
    done = [writer.submit(write(n)) for n in range(20)]
    writer.start()
    await asyncio.gather(*done)
    rows = await written(table)
    assert list(rows) == list(range(20))
    assert len(set(rows.values())) == 1
    await writer.stop()


async def test_a_bad_write_holds_nobody_back_and_its_caller_is_told(table: AsyncEngine):
    writer = Writer(table)
    writes = [writer.submit(write(n)) for n in (1, -1, 2, 1, 3)]
    writer.start()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [isinstance(result, DBAPIError) for result in results] == [False, True, False, True, False]
    assert list(await written(table)) == [1, 2, 3]
    assert writer.failed == 2
    await writer.stop()


async def test_a_write_that_stumbles_by_itself_is_refused_too(table: AsyncEngine):
    async def stumble(_connection: AsyncConnection) -> None:
        raise KeyError("nobody")

    writer = Writer(table)
    writer.start()
    with pytest.raises(KeyError):
        await writer.submit(stumble)
    await writer.submit(write(1))
    assert list(await written(table)) == [1]
    await writer.stop()


async def test_nothing_is_lost_while_the_server_is_away(table: AsyncEngine):
    engine = AwayEngine(table)
    writer = Writer(engine)
    writer.start()
    await writer.submit(write(1))
    engine.away = True
    late = [writer.submit(write(n)) for n in (2, 3)]
    await asyncio.sleep(30 * RETRY_S)
    assert list(await written(table)) == [1]
    engine.away = False
    await asyncio.gather(*late)
    assert list(await written(table)) == [1, 2, 3]
    assert writer.failed == 0
    await writer.stop()


async def test_a_connection_cut_in_the_middle_is_no_loss(table: AsyncEngine):
    cut = iter([True, True, False])

    async def cut_off(connection: AsyncConnection) -> None:
        await write(1)(connection)
        if next(cut):
            await connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    writer = Writer(table)
    writer.start()
    await writer.submit(cut_off)
    assert list(await written(table)) == [1]
    await writer.stop()


async def test_writes_that_block_each_other_are_tried_again(table: AsyncEngine):
    """PostgreSQL ends one of two transactions that wait for each other; ours must not be the one that is lost."""
    tries = 0

    async def deadlocked_once(connection: AsyncConnection) -> None:
        nonlocal tries
        tries += 1
        await write(tries)(connection)
        if tries == 1:
            await connection.execute(text("do $$ begin raise exception using errcode = '40P01'; end $$"))

    writer = Writer(table)
    writer.start()
    await writer.submit(deadlocked_once)
    assert list(await written(table)) == [2]
    assert writer.failed == 0
    await writer.stop()


async def test_a_pool_that_has_no_connection_left_is_waited_for(table: AsyncEngine):
    engine = AwayEngine(table, exhausted=True)
    writer = Writer(engine)
    writer.start()
    engine.away = True
    late = writer.submit(write(1))
    await asyncio.sleep(5)
    engine.away = False
    await late
    assert list(await written(table)) == [1]
    await writer.stop()


async def test_stopping_commits_what_is_queued(table: AsyncEngine):
    writer = Writer(table)
    writer.start()
    for n in range(500):
        writer.submit(write(n))
    assert writer.pending == 500
    await writer.stop()
    assert len(await written(table)) == 500


async def test_stopping_ends_even_if_the_server_never_comes_back(table: AsyncEngine, caplog: pytest.LogCaptureFixture):
    engine = AwayEngine(table)
    engine.away = True
    writer = Writer(engine)
    writer.start()
    late = writer.submit(write(1))
    await asyncio.wait_for(writer.stop(), 60)
    assert not late.done()
    assert "the last writes are lost" in caplog.text
