"""The demo's stage: settings of its own, a sample mailing, simulated debtors and agents, one campaign."""

import os
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.setup import progress_bars
from alo.transactions import in_transaction
from base.settings import AsteriskSettings, Settings, TrunkSettings, load_settings
from crm import agents, campaigns
from crm.model import Mode, WeeklyHours
from dialer.answer.sounds import Messages
from dialer.asterisk.configure import places
from lab.plan import build_plan, spoken
from lab.plan_model import Address, CarrierAddress, Plan, PlannedAgent
from lab.sample.mailing import Mailing, write_mailing
from lab.script.messages import abandonment_message
from lab.script.people import AGENTS
from lab.voices.speech import Speech

CREDITOR = "Loja Aurora (demonstração)"
CAMPAIGN = "demo"
CALLER_ID = "+551140028900"
RING_TIMEOUT_S = 14
WRAPUP_TIMEOUT_S = 20


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where everything of one demo lies."""

    settings: Settings
    folder: Path
    mailing: Mailing
    mailing_file: Path
    message: Path
    speech: Speech
    seed: int
    today: date
    agents: int
    carrier: CarrierAddress

    @property
    def plan_file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def said(self) -> Path:
        return self.folder / "said"

    @property
    def carrier_stats(self) -> Path:
        return self.folder / "carrier-stats.json"


def set_stage(console: Console, *, folder: Path, seed: int, debtors: int, agents_count: int) -> Stage:
    """A fresh folder, the sample mailing, and every sentence spoken; nothing is running yet."""
    base = load_settings()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "said").mkdir(parents=True)
    carrier = CarrierAddress(address="127.0.0.1", port=free_port(), rtp_port_first=free_range(30_000))
    settings = demo_settings(base, folder / "data", carrier)
    today = date.today()  # noqa: DTZ011  the mailing's days are those on this machine's wall
    mailing_file = folder / "mailing.csv"
    mailing = write_mailing(mailing_file, seed, today, debtors, source=receivables())
    speech = Speech(base.cache_dir)
    speak(console, speech, spoken(mailing, seed, today))
    return Stage(
        settings=settings,
        folder=folder,
        mailing=mailing,
        mailing_file=mailing_file,
        message=speech.path(*abandonment_message()),
        speech=speech,
        seed=seed,
        today=today,
        agents=agents_count,
        carrier=carrier,
    )


def demo_settings(base: Settings, data_dir: Path, carrier: CarrierAddress) -> Settings:
    """The user's settings, with ports, trunk and data folder that touch nothing of a real installation."""
    rtp = free_range(20_000)
    return base.model_copy(
        update={
            "database_url": None,
            "data_dir": data_dir,
            "recording_url": None,
            "trunk": {
                "main": TrunkSettings(
                    host=carrier.address,
                    port=carrier.port,
                    caller_ids=(CALLER_ID,),
                    max_calls=60,
                    calls_per_second=10,
                )
            },
            "asterisk": AsteriskSettings(
                program=base.asterisk.program,
                bind_address="127.0.0.1",
                sip_port=free_port(),
                http_port=free_port(),
                manager_port=free_port(),
                rtp_port_first=rtp,
                rtp_port_last=rtp + 998,
            ),
        }
    )


def receivables() -> Path | None:
    """Real receivables to take amounts and due dates from, where a developer has them; else a law fitted to them."""
    named = os.environ.get("ALO_RECEIVABLES")
    path = Path(named) if named else Path(__file__).parents[3] / "shared" / "data" / "ibm-accounts-receivable.csv"
    return path if path.is_file() else None


def speak(console: Console, speech: Speech, items: Iterable[tuple[str, str]]) -> None:
    """Have every sentence spoken; those of an earlier demo cost nothing."""
    items = list(items)
    if not speech.missing(items):  # type: ignore[arg-type]
        speech.render_all(items)  # type: ignore[arg-type]
        return
    with progress_bars(console) as bars:
        task = bars.add_task("Debtors' voices", total=None, words="loading the voice model")

        def tell(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total, words=f"{done} of {total} sentences spoken (kept for later)")

        speech.render_all(items, tell)  # type: ignore[arg-type]


def open_campaign(stage: Stage, database_url: str) -> Plan:
    """Create the campaign and its agents, and write the lab's plan for them."""
    settings = stage.settings.model_copy(update={"database_url": database_url})
    message = Messages(places(settings).sounds).keep(stage.message)

    async def work(connection: AsyncConnection) -> list[agents.NewAgent]:
        await campaigns.create(
            connection,
            name=CAMPAIGN,
            creditor=CREDITOR,
            trunk="main",
            caller_id=CALLER_ID,
            mode=Mode.PROGRESSIVE,
            hours=WeeklyHours.always(),
            ring_timeout_s=RING_TIMEOUT_S,
            wrapup_timeout_s=WRAPUP_TIMEOUT_S,
            abandonment_message=message.name,
        )
        return [
            await agents.add(connection, login=f"robo-{n + 1}", name=f"Robô {n + 1}", campaigns=[CAMPAIGN])
            for n in range(stage.agents)
        ]

    new = in_transaction(settings, work)
    plan = build_plan(
        stage.mailing,
        stage.seed,
        stage.today,
        speech=stage.speech,
        carrier=stage.carrier,
        registrar=Address(address="127.0.0.1", port=stage.settings.asterisk.sip_port),
        web=f"http://{settings.web.host}:{settings.web.port}",
        said_dir=stage.said,
        agents=[
            PlannedAgent(login=a.login, password=a.sip_password, token=a.token, voice=AGENTS[i % len(AGENTS)].voice)
            for i, a in enumerate(new)
        ],
    )
    plan.dump(stage.plan_file)
    return plan


def free_port() -> int:
    """A port of loopback that is free for UDP and TCP now."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def free_range(first: int, size: int = 1000) -> int:
    """The first of `size` UDP ports of which none of a sample is used now, at or above `first`."""
    for start in range(first, 60_000, size):
        try:
            for port in range(start, start + size, 50):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return start
    return first
