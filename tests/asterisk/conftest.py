"""A real Asterisk for every test here: one per worker, random ports, its own folder, configured by the product."""

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from base.settings import AsteriskSettings, Settings, load_settings
from base.trunk_settings import RouteSettings, TrunkSettings
from dialer.asterisk.configure import AgentAccount, AsteriskPlaces, write_configuration
from dialer.asterisk.install import AsteriskProgram, install_asterisk
from dialer.asterisk.process import AsteriskProcess
from tests.asterisk.dialer_stage import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asterisk)


def free_port() -> int:
    """A port of loopback that neither UDP nor TCP uses now."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            number = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", number))
                return int(number)


def rtp_ports(worker_id: str) -> tuple[int, int]:
    """A range of 2,000 ports below the kernel's own, apart from those of other workers and other runs."""
    worker = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    first = 10_000 + (os.getpid() // 4 + worker) % 10 * 2_000
    return first, first + 1_998


@dataclass(frozen=True, kw_only=True)
class RunningAsterisk:
    """Trunk `main` leads to 127.0.0.1:`carrier_port`, where the test's carrier is to listen."""

    settings: Settings
    program: AsteriskProgram
    process: AsteriskProcess
    places: AsteriskPlaces
    agents: tuple[AgentAccount, ...]
    carrier_port: int


@pytest.fixture(scope="session")
def program() -> AsteriskProgram:
    """The Asterisk the product would use; fetched into the real cache when this machine has none."""
    return install_asterisk(load_settings())


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder with a short path: a socket's path has 107 characters at most."""
    directory = Path(tempfile.mkdtemp(prefix="alo-"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def asterisk_settings(directory: Path, worker_id: str, *, carrier_port: int) -> Settings:
    first, last = rtp_ports(worker_id)
    return Settings(
        data_dir=directory,
        cache_dir=load_settings().cache_dir,
        trunk={"main": TrunkSettings(host="127.0.0.1", port=carrier_port, caller_ids=("+551140000000",))},
        asterisk=AsteriskSettings(
            bind_address="127.0.0.1",
            sip_port=free_port(),
            http_port=free_port(),
            manager_port=free_port(),
            rtp_port_first=first,
            rtp_port_last=last,
        ),
    )


@pytest.fixture(scope="session")
def asterisk(program: AsteriskProgram, short_dir: Path, worker_id: str) -> Iterator[RunningAsterisk]:
    """A booted Asterisk with three agents (ana, bruno, carla; the password is the login and `-secret`)."""
    carrier_port = free_port()
    settings = asterisk_settings(short_dir / "shared", worker_id, carrier_port=carrier_port)
    agents = tuple(AgentAccount(login=login, password=f"{login}-secret") for login in ("ana", "bruno", "carla"))
    where = write_configuration(settings, program, agents)
    process = AsteriskProcess(program, settings)
    process.start()
    yield RunningAsterisk(
        settings=settings, program=program, process=process, places=where, agents=agents, carrier_port=carrier_port
    )
    process.stop()


@pytest.fixture(scope="session")
def dialers_asterisk(program: AsteriskProgram, short_dir: Path, worker_id: str) -> Iterator[RunningAsterisk]:
    """An Asterisk for the dialer's own process: no agents yet.

    Beside `main` a trunk `second` of three lines and five calls a second, `gone` where nobody listens, and `probed`,
    where nobody listens either but is asked for; routes `both` and `probing` lead over to `second`.
    """
    carrier_port = free_port()
    settings = asterisk_settings(short_dir / "dialer", worker_id, carrier_port=carrier_port)
    gone = TrunkSettings(host="127.0.0.1", port=free_port(), caller_ids=("+551140000000",))
    second = gone.model_copy(
        update={"port": free_port(), "caller_ids": ("+552140000000",), "max_calls": 3, "calls_per_second": 5.0}
    )
    probed = gone.model_copy(update={"port": free_port(), "qualify_s": 1, "weight": 100})
    routes = {"both": RouteSettings(trunks=("main", "second")), "probing": RouteSettings(trunks=("probed", "second"))}
    first = settings.asterisk.rtp_port_last + 2
    ports = settings.asterisk.model_copy(update={"rtp_port_first": first, "rtp_port_last": first + 998})
    main = settings.trunk["main"].model_copy(update={"calls_per_second": 20.0})
    trunks = {"main": main, "gone": gone, "second": second, "probed": probed}
    settings = settings.model_copy(update={"trunk": trunks, "route": routes, "asterisk": ports})
    where = write_configuration(settings, program)
    process = AsteriskProcess(program, settings)
    process.start()
    yield RunningAsterisk(
        settings=settings, program=program, process=process, places=where, agents=(), carrier_port=carrier_port
    )
    process.stop()


@pytest.fixture
async def stage(
    dialers_asterisk: RunningAsterisk, engine: AsyncEngine, database_url: str, tmp_path: Path
) -> AsyncIterator[Stage]:
    """The product's dialer process, to be started by the test, with debtors and softphones."""
    settings = dialers_asterisk.settings
    async with Stage(settings=settings, engine=engine, database_url=database_url, logs=tmp_path) as stage:
        yield stage
    dialers_asterisk.process.console("channel request hangup all")
