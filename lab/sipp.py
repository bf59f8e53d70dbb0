"""SIPp as the carrier and as agents' softphones: independent of our own code on the other side of the wire.

Tests use it to judge single calls, benchmarks to make many.
"""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np
import soundfile

from base.debian import fetch_prefix
from base.settings import load_settings
from dialer.asterisk.configure import AgentAccount

SCENARIOS = Path(__file__).parent / "scenarios"
RATE_HZ = 8000
PACKAGES = ("sip-tester",)
"""The Debian packages to fetch for it."""
DEBTOR_HZ, AGENT_HZ = 425, 1000


class Debtor(StrEnum):
    """How every debtor of a carrier behaves; the names are those of the scenarios."""

    ANSWERS = "debtor"
    """Answers after 0.2 s, speaks and waits to be hung up on."""
    TALKS = "talker"
    """Answers after `ring_s`, speaks for `talk_s` and hangs up."""
    REFUSES = "refusing"
    """Is busy at once."""


def sipp() -> tuple[str, ...]:
    """The command that runs SIPp, fetched when this machine has none in its cache."""
    return fetch_prefix(load_settings().cache_dir / "lab", PACKAGES).command("usr/bin/sipp")


def tone(path: Path, frequency_hz: float) -> Path:
    """Two seconds of a tone as A-law samples."""
    at = np.arange(RATE_HZ * 2) / RATE_HZ
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * frequency_hz * at), RATE_HZ, format="RAW", subtype="ALAW")
    return path


@contextlib.contextmanager
def carrier(
    directory: Path,
    *,
    port: int,
    rtp_port: int,
    debtor: Debtor = Debtor.ANSWERS,
    ring_s: tuple[float, float] = (0.2, 2.2),
    talk_s: float = 2.0,
) -> Iterator[None]:
    """A carrier at 127.0.0.1:`port` whose debtors behave alike; those who speak speak a tone of DEBTOR_HZ.

    ring_s: the least and the most a TALKS debtor rings; talk_s: for how long he speaks before he hangs up.
    """
    times = {"ring from": ring_s[0], "ring to": ring_s[1], "talk": talk_s}
    scenario = _scenario(debtor.value, directory, tone(directory / "debtor.alaw", DEBTOR_HZ), times)
    with _running(directory, "-sf", str(scenario), "-p", str(port), "-min_rtp_port", str(rtp_port)):
        yield


@contextlib.contextmanager
def agent(directory: Path, account: AgentAccount, *, asterisk_port: int, port: int, rtp_port: int) -> Iterator[None]:
    """A softphone that calls the parking extension once and speaks a tone of AGENT_HZ."""
    with agents(directory, (account,), asterisk_port=asterisk_port, port=port, rtp_port=rtp_port):
        yield


@contextlib.contextmanager
def agents(
    directory: Path,
    accounts: Sequence[AgentAccount],
    *,
    asterisk_port: int,
    port: int,
    rtp_port: int,
    calls_per_second: int = 20,
) -> Iterator[None]:
    """As many softphones as accounts, each calling the parking extension once; all speak a tone of AGENT_HZ."""
    scenario = _scenario("agent", directory, tone(directory / "agent.alaw", AGENT_HZ))
    fields = directory / f"agents-{port}.csv"
    rows = [f"{a.login};[authentication username={a.login} password={a.password}]\n" for a in accounts]
    fields.write_text("".join(["SEQUENTIAL\n", *rows]))
    where = (f"127.0.0.1:{asterisk_port}", "-p", str(port), "-min_rtp_port", str(rtp_port))
    many = ("-m", str(len(accounts)), "-l", str(len(accounts)), "-r", str(calls_per_second))
    with _running(directory, "-sf", str(scenario), "-inf", str(fields), *where, *many):
        yield


def _scenario(name: str, directory: Path, sound: Path, times_s: Mapping[str, float] | None = None) -> Path:
    text = (SCENARIOS / f"{name}.xml").read_text().replace("[tone]", str(sound))
    for place, seconds in (times_s or {}).items():
        text = text.replace(f"[{place}]", str(round(seconds * 1000)))
    path = directory / f"{name}.xml"
    path.write_text(text)
    return path


@contextlib.contextmanager
def _running(directory: Path, *arguments: str) -> Iterator[None]:
    where = ("-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin")
    with (directory / "sipp.log").open("ab") as log:
        process = subprocess.Popen(
            [*sipp(), *where, *arguments], cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()
