"""The main job, start to end, in small: what `make demo` shows is proved here on every run of the suite."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.asterisk, pytest.mark.whisper, pytest.mark.xdist_group("demo")]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a socket's path has 107 characters at most."""
    directory = Path(tempfile.mkdtemp(prefix="alo-demo-"))
    yield directory / "demo"
    shutil.rmtree(directory, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "alo", "demo", "--folder", str(folder), *options]
    environment = {**os.environ, "ALO_WEB__PORT": str(free_port())}
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def processes_of(folder: Path) -> list[str]:
    """What still runs from this demo, by its command line or its folder."""
    return [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and any(str(folder) in argument for argument in process.info["cmdline"])
    ]


@pytest.mark.timeout(640)
def test_a_small_demo_finds_nothing_wrong_and_leaves_nothing_running(folder: Path) -> None:
    demo = start(folder, "--debtors", "10", "--agents", "3")

    said, _ = demo.communicate(timeout=600)

    assert demo.returncode == 0, said
    assert "Everything holds." in said
    assert "exactly the bad rows were rejected" in said
    assert processes_of(folder) == []


@pytest.mark.timeout(300)
def test_ctrl_c_stops_everything_the_demo_started(folder: Path) -> None:
    demo = start(folder, "--debtors", "6", "--agents", "2")
    assert demo.stdout is not None
    while line := demo.stdout.readline():
        if "Campaign demo is running" in line:
            break
    assert processes_of(folder)

    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=120)

    assert demo.returncode == 130, said
    assert "everything the demo started has ended" in said
    assert processes_of(folder) == []
