"""Live pictures reach everybody who looks, and slow lookers hold nobody up."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from tests.web.conftest import HandClock, open_stream
from tests.web.seed import Seed, floor_snapshot
from web.live import MOST_WAITING_TOPICS, Subscription

pytestmark = pytest.mark.postgres


async def test_a_change_reaches_every_open_page_in_its_language(app: FastAPI, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    topic = f"campaign:{campaign}"
    async with (
        open_stream(app, "/live/floor/pt-BR") as portuguese,
        open_stream(app, "/live/floor/en") as english,
    ):
        for stream in (portuguese, english):
            await stream.until("floor")
        await seed.live(topic, floor_snapshot(campaign))
        for stream in (portuguese, english):
            await stream.until("floor")
        await seed.live(topic, floor_snapshot(campaign, dials=1285))
        assert ">1.285<" in await portuguese.until(f"figures-{campaign}")
        assert ">1,285<" in await english.until(f"figures-{campaign}")


async def test_only_what_changed_is_sent(app: FastAPI, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    topic = f"campaign:{campaign}"
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        await stream.until("floor")
        await seed.live(topic, floor_snapshot(campaign))
        await stream.until("floor")
        await seed.live(topic, floor_snapshot(campaign, dials=2))
        await seed.live(topic, floor_snapshot(campaign, dials=3))
        seen = [await stream.next()]
        while ">3<" not in seen[-1][1]:
            seen.append(await stream.next())
        assert {event for event, _ in seen} <= {f"figures-{campaign}", "recent", "spoken"}


async def test_a_paused_campaign_changes_the_head(app: FastAPI, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        await stream.until("floor")
        async with seed.engine.begin() as connection:
            await connection.execute(text("update campaign set status = 'paused'"))
        await seed.live(f"campaign:{campaign}", floor_snapshot(campaign))
        assert "pausada" in await stream.until("floor")


async def test_a_screen_reader_is_told_now_and_then(app: FastAPI, seed: Seed, clock: HandClock) -> None:
    campaign = await seed.campaign(await seed.creditor())
    topic = f"campaign:{campaign}"
    await seed.live(topic, floor_snapshot(campaign))
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        assert "abandono 2,2" in await stream.until("spoken")
        clock.move(31)
        await seed.live(topic, floor_snapshot(campaign, abandonment=0.01))
        assert "abandono 1,0" in await stream.until("spoken")


async def test_a_slow_reader_keeps_only_the_newest_picture_of_each_topic() -> None:
    subscription = Subscription(lambda topic: topic.startswith("campaign:"))
    subscription.offer("agent:ana", {"n": 0})
    for number in range(1000):
        subscription.offer("campaign:1", {"n": number})
        subscription.offer(f"campaign:{number + 2}", {"n": number})
    waiting = await asyncio.wait_for(subscription.changed(), 1)
    assert len(waiting) == MOST_WAITING_TOPICS
    assert waiting["campaign:1"] == {"n": 999}
    assert "agent:ana" not in waiting
