"""A floor to measure on: PostgreSQL, Asterisk, the dialer as its own process, SIPp on both sides; all of it stopped.

Nothing is replaced by something lighter: default durability, the product's own configuration, real SIP and RTP.
"""

import json
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from alo.processes import Child, ours, wait_until_started
from alo.up import environment_of
from base.embedded import EmbeddedPostgres
from base.errors import AloError
from base.schema import migrate
from base.settings import AsteriskSettings, Settings, load_settings
from base.trunk_settings import TrunkSettings
from bench import _exchange
from bench._dialer import CALLER_ID
from crm.model import WeeklyHours
from dialer.asterisk.configure import AgentAccount, write_configuration
from dialer.asterisk.install import install_asterisk
from dialer.asterisk.process import AsteriskProcess
from lab import sipp

RTP_FIRST, AGENTS_RTP, DEBTORS_RTP = 10_000, 17_000, 20_000


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign with a carrier of its own."""

    name: str
    debtor: sipp.Debtor
    leads: int
    ring_s: tuple[float, float] = (0.2, 2.2)
    talk_s: float = 2.0
    ratio: float
    calls_per_second: float
    max_calls: int


@dataclass(kw_only=True)
class Floor:
    """What is up."""

    settings: Settings
    secret: str
    url: str
    dialer: Child
    asterisk: AsteriskProcess
    accounts: tuple[AgentAccount, ...]
    folder: Path
    _stack: ExitStack

    def park(self, first: int, last: int) -> None:
        """Let agents `first` to `last` (not included) call in; returns when the dialer has seen them all."""
        where = self.settings.asterisk
        folder = self.folder / f"agents-{first}"
        folder.mkdir()
        self._stack.enter_context(
            sipp.agents(
                folder,
                self.accounts[first:last],
                asterisk_port=where.sip_port,
                port=free_port(),
                rtp_port=AGENTS_RTP + first * 4,
            )
        )
        self.wait_for("select count(*) from live where topic like 'agent:%%' and snapshot ->> 'state' = 'ready'", last)

    def run(self, campaign: str, *, running: bool) -> float:
        """Start or pause a campaign; returns the time (POSIX, seconds) at which it was said."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(
                "update campaign set status = %s where name = %s returning id",
                ["running" if running else "paused", campaign],
            ).fetchone()
            assert row is not None
            connection.execute(
                "insert into command (kind, payload) values ('campaign.changed', %s)",
                [json.dumps({"campaign_id": row[0]})],
            )
            connection.execute("notify alo_command")
            return time.time()

    def ask(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The one row of a query."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query, values).fetchone()
        assert row is not None
        return row

    def wait_for(self, query: str, count: int, *, seconds: float = 30.0) -> None:
        """Until the query counts at least `count`. Raises AloError when it does not in time."""
        end = time.monotonic() + seconds
        while (found := self.ask(query)[0]) < count:
            if self.dialer.exit_code() is not None or time.monotonic() > end:
                raise AloError(f"The floor did not come up: {found} of {count}.\n{self.dialer.last_words()}")
            time.sleep(0.2)

    def drain(self, *, seconds: float = 60.0) -> None:
        """Until no attempt is without an outcome, or the time is over: those are counted as lost."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.calls_up():
            time.sleep(0.5)

    def postmaster(self) -> int:
        """The process of the database server."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def calls_up(self) -> int:
        """Calls the dialer has begun and that have not ended: lines in use."""
        return int(self.ask("select count(*) from attempt where outcome is null")[0])


def free_port() -> int:
    """A port of loopback that neither UDP nor TCP uses now."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            number = int(tcp.getsockname()[1])
            try:
                udp.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number


@contextmanager
def floor(campaigns: tuple[Campaign, ...], *, agents: int, wrapup_s: int) -> Iterator[Floor]:
    """Everything up: no campaign runs yet and no agent is parked."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alo-b-", ignore_cleanup_errors=True)))
        server = stack.enter_context(EmbeddedPostgres(folder / "data"))
        url = server.database("bench")
        migrate(url)
        accounts = tuple(AgentAccount(login=f"agent{n:03d}", password=secrets.token_hex(8)) for n in range(agents))
        settings = _settings(folder, url, campaigns, stack)
        fill(url, campaigns, accounts, wrapup_s)
        secret = secrets.token_hex(16)
        program = install_asterisk(settings)
        places = write_configuration(settings, program, accounts)
        _exchange.let_in(places.etc / "manager.conf", secret)
        asterisk = AsteriskProcess(program, settings)
        stack.callback(asterisk.stop)
        asterisk.start()
        dialer = Child("dialer", ours("dialer"), log_dir=folder / "logs", environment=environment_of(settings))
        stack.callback(dialer.stop)
        dialer.start()
        up = Floor(
            settings=settings,
            secret=secret,
            url=url,
            dialer=dialer,
            asterisk=asterisk,
            accounts=accounts,
            folder=folder,
            _stack=stack,
        )
        node_taken = "select count(*) from pg_locks where locktype = 'advisory' and granted"
        wait_until_started(dialer, lambda: bool(up.ask(node_taken)[0]), seconds=30)
        yield up


def _settings(folder: Path, url: str, campaigns: tuple[Campaign, ...], stack: ExitStack) -> Settings:
    trunks = {}
    for number, campaign in enumerate(campaigns):
        port, place = free_port(), folder / f"carrier-{campaign.name}"
        place.mkdir()
        stack.enter_context(
            sipp.carrier(
                place,
                port=port,
                rtp_port=DEBTORS_RTP + number * 4_000,
                debtor=campaign.debtor,
                ring_s=campaign.ring_s,
                talk_s=campaign.talk_s,
            )
        )
        trunks[campaign.name] = TrunkSettings(
            host="127.0.0.1",
            port=port,
            caller_ids=(CALLER_ID,),
            max_calls=campaign.max_calls,
            calls_per_second=campaign.calls_per_second,
        )
    return Settings(
        data_dir=folder,
        cache_dir=load_settings().cache_dir,
        database_url=url,
        trunk=trunks,
        asterisk=AsteriskSettings(
            bind_address="127.0.0.1",
            sip_port=free_port(),
            http_port=free_port(),
            manager_port=free_port(),
            rtp_port_first=RTP_FIRST,
            rtp_port_last=AGENTS_RTP - 2,
        ),
    )


def fill(url: str, campaigns: tuple[Campaign, ...], accounts: tuple[AgentAccount, ...], wrapup_s: int) -> None:
    """Creditor, agents, and each campaign with its debtors."""
    hours = json.dumps(WeeklyHours.always().to_json())
    with psycopg.connect(url) as connection:
        connection.execute("insert into creditor (name) values ('Banco Exemplo')")
        for account in accounts:
            connection.execute(
                "insert into agent (login, name, sip_password, api_token_sha256) values (%s, %s, %s, %s)",
                [account.login, account.login, account.password, secrets.token_hex(32)],
            )
        for campaign in campaigns:
            connection.execute(
                "insert into campaign (name, creditor_id, mode, trunk, caller_id, hours, wrapup_timeout_s, pacing) "
                "select %(name)s, id, 'ratio', %(name)s, %(caller)s, %(hours)s, %(wrapup)s, %(pacing)s from creditor",
                {
                    "name": campaign.name,
                    "caller": CALLER_ID,
                    "hours": hours,
                    "wrapup": wrapup_s,
                    "pacing": json.dumps({"ratio": campaign.ratio}),
                },
            )
            connection.execute(
                "insert into debtor (creditor_id, document, name, state) "
                "select creditor.id, %s || n, 'Ana Souza', 'SP' from creditor, generate_series(1, %s) as n",
                [campaign.name, campaign.leads],
            )
            connection.execute(
                "insert into lead (campaign_id, debtor_id) select campaign.id, debtor.id from campaign, debtor "
                "where campaign.name = %s and debtor.document like %s",
                [campaign.name, f"{campaign.name}%"],
            )
        connection.execute(
            "insert into contact_point (debtor_id, kind, value, phone_type) "
            "select id, 'phone', '+55119' || lpad(cast(id as text), 8, '0'), 'mobile' from debtor"
        )
        connection.execute("insert into campaign_agent select campaign.id, agent.id from campaign, agent")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
