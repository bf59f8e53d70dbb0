"""`alo doctor`: every part looked at, each with what to do when it is not well. Looks; changes nothing."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.answers import what_is_missing
from alo.database import open_database
from alo.transactions import in_transaction
from base.database import check, create_engine
from base.errors import AloError
from base.settings import Settings
from crm import campaigns
from dialer.asterisk.install import find_asterisk
from dialer.asterisk.process import AsteriskProcess
from transcribe.weights import has_model
from web import bundle

GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part: whether it is well, and what was seen or what to do."""

    part: str
    well: bool
    words: str


def examine(settings: Settings, console: Console) -> int:
    """Look at every part; 0 when all are well."""
    well = True
    for finding in findings(settings):
        mark = "[green]✔[/]" if finding.well else "[red]✘[/]"
        console.print(f"{mark} {finding.part:<18} {escape(finding.words)}", highlight=False, soft_wrap=True)
        well = well and finding.well
    return 0 if well else 1


def findings(settings: Settings) -> Iterator[Finding]:
    """Each part in turn."""
    parts: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("disk", _disk),
        ("PostgreSQL", _database),
        ("Asterisk", _asterisk),
        ("trunk", _trunk),
        ("Whisper weights", _weights),
        ("web pages", _pages),
        ("messages", _messages),
        ("web address", _web),
    )
    for part, look in parts:
        try:
            yield Finding(part=part, well=True, words=look(settings))
        except AloError as error:
            yield Finding(part=part, well=False, words=str(error))


def _disk(settings: Settings) -> str:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    # Two channels of 8 kHz take 115 MB an hour: a floor of 20 agents fills 10 GiB in less than a week.
    if free < 10 * GIB:
        raise AloError(f"{free / GIB:.1f} GiB free at {folder}: make room for recordings (115 MB an hour of talk).")
    return f"{free / GIB:.0f} GiB free at {folder}"


def _database(settings: Settings) -> str:
    async def look(url: str) -> None:
        engine = create_engine(url)
        try:
            await check(engine)
        finally:
            await engine.dispose()

    with open_database(settings) as url:
        asyncio.run(look(url))
    return "yours, schema up to date" if settings.database_url else "embedded, schema up to date"


def _asterisk(settings: Settings) -> str:
    if not settings.asterisk.manage:
        manager = (settings.asterisk.manager_host, settings.asterisk.manager_port)
        try:
            with socket.create_connection(manager, timeout=2):
                return f"yours, its manager answers at {manager[0]}:{manager[1]}"
        except OSError as error:
            raise AloError(f"The manager of your Asterisk does not answer at {manager[0]}:{manager[1]}.") from error
    program = find_asterisk(settings)
    if program is None:
        raise AloError("There is none yet. Fetch it with: alo setup")
    version = ".".join(map(str, program.version))
    running = AsteriskProcess(program, settings).running()
    return f"{version}, {'running' if running else 'not running now (alo up starts it)'}"


def _trunk(settings: Settings) -> str:
    if not settings.trunk:
        raise AloError("No carrier is described: add [trunk.main] to alo.toml (README shows it).")
    for name, trunk in settings.trunk.items():
        try:
            socket.getaddrinfo(trunk.host, trunk.port)
        except OSError as error:
            raise AloError(f"The host of trunk {name} has no address: correct trunk.{name}.host.") from error
    return ", ".join(f"{name} ({trunk.transport})" for name, trunk in settings.trunk.items())


def _messages(settings: Settings) -> str:
    """Running campaigns whose debtors would not hear who called when no agent came in time."""

    async def look(connection: AsyncConnection) -> list[tuple[str, campaigns.Answers]]:
        return [(name, await campaigns.answers(connection, name)) for name in await campaigns.running(connection)]

    found = in_transaction(settings, look)
    missing = [words for name, answers in found if (words := what_is_missing(settings, name, answers))]
    if missing:
        raise AloError(f"{' '.join(missing)} Give one with: alo campaign answers NAME --abandonment-message FILE.wav")
    return "each running campaign has its own" if found else "no campaign is running"


def _weights(settings: Settings) -> str:
    if not has_model(settings.whisper.model, settings.cache_dir):
        raise AloError(f"Those of model {settings.whisper.model} are not here. Fetch them with: alo setup")
    return settings.whisper.model


def _pages(settings: Settings) -> str:
    if bundle.locate(settings) is None:
        raise AloError("Their scripts are not built; pages work, but do not move. Build them with: alo setup")
    return "scripts are built"


def _web(settings: Settings) -> str:
    return f"http://{settings.web.host}:{settings.web.port}"
