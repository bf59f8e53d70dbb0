"""The live floor with 500 agents: how long the dialer takes to draw its picture, and the web to make a page of it.

A real dialer on a real database and the scripted exchange, whose calls ring on; between two pictures agents pause and
come back. The dialer draws a picture a second, the web makes a page of each for every language somebody looks in.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from random import Random
from secrets import token_hex
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

from base.clock import SystemClock
from base.database import create_engine
from base.embedded import EmbeddedPostgres
from base.schema import migrate
from bench._dialer import dialer as dialer_on
from bench._floor import AgentAccount, Campaign, fill
from dialer.agent.model import PauseAsked, ReadyAsked
from dialer.asterisk.fake import FakeExchange, FarEnd
from dialer.runtime.live import campaign_snapshot
from dialer.service import Dialer
from lab.sipp import Debtor
from web.floor import Drawing, FloorCampaign
from web.i18n import Language
from web.pages import Pages
from web.picture import picture
from web.store.campaigns import CampaignRow

AGENTS, LINES, MOVES = 500, 600, 40
"""Agents who move between two pictures: as many as calls are answered a second."""
FILL_S = 20.0
BAR_MS = 5.0


def run(quick: bool) -> dict[str, Any]:
    """Milliseconds and sizes; a page's first drawing has every agent's row to draw, the others those who moved."""
    lines = Campaign(
        name="rings", debtor=Debtor.REFUSES, leads=2 * LINES, ratio=2.0, calls_per_second=200, max_calls=LINES
    )
    accounts = tuple(AgentAccount(login=f"agent{n:03d}", password=token_hex()) for n in range(AGENTS))
    with tempfile.TemporaryDirectory(prefix="alo-b-") as folder, EmbeddedPostgres(Path(folder) / "data") as server:
        url = server.database("bench")
        migrate(url)
        fill(url, (lines,), accounts, wrapup_s=1)
        return asyncio.run(_pictures(url, lines, Path(folder), 20 if quick else 200))


async def _pictures(url: str, campaign: Campaign, folder: Path, count: int) -> dict[str, Any]:
    exchange = FakeExchange(SystemClock())
    exchange.far_ends.default_factory = lambda: FarEnd(kind="rings_out", ring_s=3600)
    dialer = dialer_on(
        exchange,
        url=url,
        folder=folder,
        trunk=campaign.name,
        max_calls=LINES,
        calls_per_second=campaign.calls_per_second,
    )
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update campaign set status = 'running'")
    await dialer.start()
    try:
        for login in list(dialer.floor.agents):
            exchange.park(login)
        end = time.monotonic() + FILL_S
        while len(dialer.lines.up) < LINES and time.monotonic() < end:  # noqa: ASYNC110 — lines have no event for it
            await asyncio.sleep(0.1)
        return _measured(dialer, count)
    finally:
        await dialer.stop()
        await engine.dispose()


def _measured(dialer: Dialer, count: int) -> dict[str, Any]:
    random, clock = Random(0), SystemClock()
    (dialling,) = dialer.diallings.values()
    drawing = Drawing(Pages(ZoneInfo("America/Sao_Paulo")), Language.PT_BR)
    row = CampaignRow(id=dialling.campaign.id, name="rings", status="running", mode="ratio")
    pictures, pages, text, page = [], [], "", ""
    for _ in range(count):
        for login in random.sample(sorted(dialer.floor.agents), MOVES):
            fact = PauseAsked if random.random() < 0.5 else ReadyAsked
            dialer.floor.agent(login, fact(at=clock.now()))
        began = time.perf_counter()
        told = campaign_snapshot(dialling, dialer.floor, dialer.lines, {}, {}, clock.now())
        text = json.dumps(told)
        drawn = time.perf_counter()
        html = drawing.campaigns([FloorCampaign(row=row, picture=picture(json.loads(text)))])
        pages.append((time.perf_counter() - drawn) * 1000)
        pictures.append((drawn - began) * 1000)
        page = html["floor"]
    first, *others = pages
    return {
        "agents": len(dialer.floor.agents),
        "calls_up": len(dialer.lines.up),
        **_cut("picture", pictures),
        "picture_kb": len(text) / 1024,
        "page_first_ms": first,
        **_cut("page", others),
        "page_kb": len(page.encode()) / 1024,
    }


def _cut(name: str, milliseconds: list[float]) -> dict[str, float]:
    cut = quantiles(milliseconds, n=100)
    return {f"{name}_p50_ms": cut[49], f"{name}_p99_ms": cut[98]}
