"""The whole product on one machine: PostgreSQL, Asterisk, web, worker, dialer; started, watched, stopped."""

import errno
import json
import logging
import shutil
import socket
import time
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.error import URLError

import psycopg

from alo.processes import Child, ours, wait_until_started
from base.database import plain_url
from base.embedded import EmbeddedPostgres
from base.errors import AloError, DatabaseError
from base.schema import migrate
from base.settings import Settings
from dialer.asterisk.configure import AgentAccount, write_configuration
from dialer.asterisk.install import install_asterisk
from dialer.asterisk.process import AsteriskProcess
from dialer.runtime import node

log = logging.getLogger(__name__)

LEAST_FREE_BYTES = 500 * 1024 * 1024
STARTED_S = 40.0

Say = Callable[[str], None]


class House:
    """Everything that must run, as one thing to enter and to leave."""

    def __init__(self, settings: Settings, *, say: Say = lambda _line: None) -> None:
        self.settings = settings
        self.database_url = settings.database_url or ""
        self.children: dict[str, Child] = {}
        self.asterisk: AsteriskProcess | None = None
        self._say = say
        self._postgres: EmbeddedPostgres | None = None
        self._asterisk_is_ours = False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start all of it. Raises AloError in plain words; the caller stops what was started."""
        self._check_disk()
        self._check_web_port()
        self.start_database()
        self.start_asterisk()
        for name in ("web", "worker", "dialer"):
            self.start_child(name)
        self._wait()

    def start_database(self) -> None:
        """Start (or reach) PostgreSQL and bring its tables up to date."""
        if not self.settings.database_url:
            self._say("PostgreSQL (embedded)")
            self._postgres = EmbeddedPostgres(self.settings.data_dir / "postgres")
            self._postgres.start()
            self.database_url = self._postgres.database("alo")
        else:
            self._say("PostgreSQL (yours)")
        migrate(self.database_url)

    def start_asterisk(self) -> None:
        """Write Asterisk's configuration and start it, unless the settings say that somebody else does."""
        if not self.settings.asterisk.manage:
            return
        self._say("Asterisk")
        program = install_asterisk(self.settings)
        write_configuration(self.settings, program, self._agents())
        self.asterisk = AsteriskProcess(program, self.settings)
        self._asterisk_is_ours = True
        self.asterisk.start()

    def start_child(self, name: str) -> Child:
        """Start one of our own processes: web, worker or dialer."""
        self._say(f"{name} process")
        child = Child(name, ours(name), log_dir=self.settings.data_dir / "logs", environment=self._environment())
        child.start()
        self.children[name] = child
        return child

    def watch(self) -> None:
        """Look once at everything; start again what ended by itself. Raises AloError when Asterisk is gone."""
        for name, child in list(self.children.items()):
            code = child.exit_code()
            if code is not None:
                log.warning("a process ended and is started again", extra={"child": name, "code": code})
                self.start_child(name)
        if self.asterisk is not None and not self.asterisk.running():
            log.error("Asterisk ended and is started again")
            self.asterisk.start()

    def stop(self) -> None:
        """Stop what was started here, in the other order, and nothing else."""
        for name in ("dialer", "worker", "web"):
            if name in self.children:
                self.children[name].ask_to_stop()
        for child in self.children.values():
            child.stop()
        self.children.clear()
        if self.asterisk is not None and self._asterisk_is_ours:
            self.asterisk.stop()
            self.asterisk = None
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None

    def _environment(self) -> dict[str, str]:
        return {**environment_of(self.settings), "ALO_DATABASE_URL": self.database_url}

    def _agents(self) -> list[AgentAccount]:
        with psycopg.connect(plain_url(self.database_url)) as connection:
            rows = connection.execute("select login, sip_password from agent where active order by login").fetchall()
        return [AgentAccount(login=login, password=password) for login, password in rows]

    def _check_disk(self) -> None:
        for folder in (self.settings.data_dir, self.settings.cache_dir):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                free = shutil.disk_usage(folder).free
            except OSError as error:
                raise AloError(
                    f"{folder} cannot be used: {error.strerror}. Set ALO_DATA_DIR or ALO_CACHE_DIR."
                ) from error
            if free < LEAST_FREE_BYTES:
                raise AloError(
                    f"Only {free // 1024**2} MiB are free at {folder}: recordings would be lost. Make room "
                    f"(at least {LEAST_FREE_BYTES // 1024**2} MiB) or set ALO_DATA_DIR to another disk."
                )

    def _check_web_port(self) -> None:
        web = self.settings.web
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((web.host, web.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise AloError(
                        f"Port {web.port} on {web.host} is taken by another program. Stop it, or choose another port "
                        "with ALO_WEB__PORT."
                    ) from error
                raise AloError(f"The web address {web.host}:{web.port} cannot be used: {error.strerror}.") from error

    def _wait(self) -> None:
        web, dialer = self.children["web"], self.children["dialer"]
        wait_until_started(web, self._web_answers, seconds=STARTED_S)
        wait_until_started(dialer, self._dialer_holds_node, seconds=STARTED_S)

    def _web_answers(self) -> bool:
        web = self.settings.web
        host = "127.0.0.1" if web.host in {"0.0.0.0", "::"} else web.host
        try:
            with urllib.request.urlopen(f"http://{host}:{web.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _dialer_holds_node(self) -> bool:
        try:
            with psycopg.connect(plain_url(self.database_url)) as connection:
                row = connection.execute(
                    "select 1 from pg_locks where locktype = 'advisory' and classid = %s and granted"
                    " and objid::bigint = hashtext(%s)::bigint & 4294967295",
                    [node.ROOM, self.settings.node],
                ).fetchone()
        except psycopg.OperationalError as error:
            raise DatabaseError(
                "PostgreSQL stopped answering while the house was starting; its log says why."
            ) from error
        return row is not None


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as variables, so that every process of the house reads the same."""
    flat: dict[str, str] = {}
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        flat[f"ALO_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    return flat


def run_until_stopped(house: House, stopped: Callable[[], bool]) -> None:
    """Watch over the house until `stopped()`."""
    while not stopped():
        house.watch()
        time.sleep(0.5)
