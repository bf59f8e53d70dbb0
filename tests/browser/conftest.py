"""A real Chromium before the real web process, on a busy day of a small operation."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from base.settings import Settings
from crm.tables import import_batch
from tests.web.seed import Seed, floor_snapshot
from web import bundle
from web.app import create_app

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@dataclass(frozen=True, kw_only=True)
class Site:
    """The running web process and what is in it."""

    address: str
    seed: Seed
    campaign: int
    debtor: int


@pytest.fixture(scope="session")
def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sentence = "there is no Chromium on this machine: install it (apt-get install chromium)"
    if os.environ.get("ALO_REQUIRE_BROWSER") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def scripts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the built bundle."""
    folder = Path(os.environ["ALO_CACHE_DIR"]) if "ALO_CACHE_DIR" in os.environ else tmp_path_factory.mktemp("cache")
    bundle.build(Settings(cache_dir=folder), print)
    return folder


@pytest.fixture
async def site(database_url: str, engine: AsyncEngine, tmp_path: Path, scripts_folder: Path) -> AsyncIterator[Site]:
    settings = Settings(database_url=database_url, data_dir=tmp_path / "data", cache_dir=scripts_folder)
    seed = Seed(engine, now=datetime.now(UTC))
    campaign, debtor = await busy_day(seed, tmp_path / "data" / "recordings")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110  uvicorn offers a flag, no event
        await asyncio.sleep(0.05)
    yield Site(address=f"http://127.0.0.1:{listener.getsockname()[1]}", seed=seed, campaign=campaign, debtor=debtor)
    server.should_exit = True
    await asyncio.wait_for(serving, 40)
    listener.close()


async def busy_day(seed: Seed, recordings: Path) -> tuple[int, int]:
    """Debtors, dials and one talk with recording and words: (campaign, the debtor talked to)."""
    creditor = await seed.creditor("Financeira Aurora S.A.")
    campaign = await seed.campaign(creditor, "Atraso de 5 a 30 dias")
    await seed.campaign(creditor, "Acordos quebrados", status="paused")
    ana = await seed.agent("ana.souza", "Ana Souza")
    bruno = await seed.agent("bruno.lima", "Bruno Lima")
    today = seed.now.date()
    names = (
        "Marta Regina Alves",
        "João Batista da Conceição",
        "Sebastiana Aparecida dos Santos Oliveira",
        "Luís Otávio Prado",
        "Cleide Ferraz",
        "Antônio Carlos Nogueira",
        "Rosângela Pires",
        "Wellington Moura",
        "Ivone Teixeira",
        "Paulo Sérgio Dantas",
    )
    endings = ("noanswer", "machine", "busy", "abandoned", "dead_number", "hangup_early", "noanswer", "machine")
    people = [
        await seed.debtor(
            creditor,
            name,
            debts=tuple(
                (
                    f"CDC-{4400 + 10 * i + n}",
                    18990 + 7311 * i + 1000 * n,
                    date.fromordinal(today.toordinal() - 12 * n - i),
                )
                for n in range(1 + i % 3)
            ),
        )
        for i, name in enumerate(names)
    ]
    for i, (person, ending) in enumerate(zip(people[2:], endings, strict=True)):
        await seed.attempt(campaign, person, ending, ago_s=900 - 60 * i, lasted_s=12 + i)
    other = await seed.attempt(campaign, people[1], "connected", ago_s=240)
    await seed.talk(other, bruno, bridged_s=187, disposition="extension")
    marta = people[0]
    await seed.attempt(campaign, marta, "noanswer", ago_s=2 * 86400, lasted_s=25)
    await seed.attempt(campaign, marta, "machine", ago_s=86400, lasted_s=11)
    call = await seed.attempt(campaign, marta, "connected", ago_s=120)
    await seed.talk(call, ana, bridged_s=41, disposition="promise")
    await seed.recorded(call, recordings, seconds=41)
    await seed.said(
        call,
        ("agent", 0.6, 4.1, "Bom dia, aqui é a Ana, da Financeira Aurora. Eu falo com a senhora Marta?"),
        ("debtor", 4.6, 6.0, "Bom dia. Sou eu mesma."),
        ("agent", 6.5, 12.8, "Dona Marta, é sobre a parcela que venceu no começo do mês. A senhora consegue acertar?"),
        ("debtor", 13.4, 20.2, "Então, eu fiquei uns dias sem receber, mas dia vinte cai o meu pagamento."),
        ("agent", 20.9, 25.0, "Perfeito. Posso anotar cento e oitenta e nove e noventa para o dia vinte?"),
        ("debtor", 25.6, 28.9, "Pode anotar, dia vinte eu pago sem falta."),
        ("agent", 29.5, 36.0, "Anotado. Mando o boleto agora mesmo para o seu celular. Obrigada, dona Marta."),
        ("debtor", 36.4, 39.0, "Eu que agradeço. Bom dia!"),
    )
    await seed.live(f"campaign:{campaign}", floor_snapshot(campaign, at=seed.now))
    async with seed.engine.begin() as connection:
        rows = {"creditor_id": creditor, "sha256": "0", "imported_at": seed.now - timedelta(hours=3)}
        await connection.execute(
            insert(import_batch).values(
                **rows,
                file_name="carteira-novembro.csv",
                rows_read=2718,
                rows_new=2704,
                rows_known=5,
                rows_rejected=9,
            )
        )
    return campaign, marta[0]
