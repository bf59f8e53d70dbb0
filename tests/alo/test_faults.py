"""Faults at the start: one clear sentence, an exit code that is not zero, and nothing half-started left behind."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from base.settings import load_settings

pytestmark = [pytest.mark.slow, pytest.mark.asterisk, pytest.mark.timeout(240)]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A short path: a socket's path has 107 characters at most."""
    directory = Path(tempfile.mkdtemp(prefix="alo-up-"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(data_dir: Path) -> dict[str, str]:
    ports = {name: str(free_port()) for name in ("SIP_PORT", "HTTP_PORT", "MANAGER_PORT")}
    return {
        "ALO_DATA_DIR": str(data_dir),
        "ALO_CACHE_DIR": str(load_settings().cache_dir),
        "ALO_WEB__PORT": str(free_port()),
        "ALO_ASTERISK__BIND_ADDRESS": "127.0.0.1",
        **{f"ALO_ASTERISK__{name}": port for name, port in ports.items()},
    }


def alo(data_dir: Path, *arguments: str, **changes: str) -> tuple[int, str]:
    environment = {**os.environ, **settings_of(data_dir), **changes}
    done = subprocess.run(
        [sys.executable, "-m", "alo", *arguments],
        env=environment,
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def left_behind(data_dir: Path) -> list[list[str]]:
    return [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if any(str(data_dir) in argument for argument in process.info["cmdline"] or ())
    ]


def taken(kind: socket.SocketKind) -> socket.socket:
    holder = socket.socket(socket.AF_INET, kind)
    holder.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        holder.listen()
    return holder


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("ALO_WEB__PORT", socket.SOCK_STREAM),
        ("ALO_ASTERISK__SIP_PORT", socket.SOCK_DGRAM),
        ("ALO_ASTERISK__MANAGER_PORT", socket.SOCK_STREAM),
    ],
)
def test_a_port_that_is_taken_is_named_with_its_setting(setting: str, kind: socket.SocketKind, data_dir: Path) -> None:
    with taken(kind) as holder:
        port = str(holder.getsockname()[1])
        code, said = alo(data_dir, "up", **{setting: port})

    assert code == 1, said
    assert port in said
    assert setting.removeprefix("ALO_").rpartition("__")[2].lower() in said.lower()
    assert "Traceback" not in said
    assert left_behind(data_dir) == []


def test_a_database_that_does_not_answer(data_dir: Path) -> None:
    code, said = alo(data_dir, "up", ALO_DATABASE_URL=f"postgresql://alo@127.0.0.1:{free_port()}/alo")

    assert code == 1, said
    assert "PostgreSQL does not answer" in said
    assert "ALO_DATABASE_URL" in said
    assert left_behind(data_dir) == []


def test_an_asterisk_that_cannot_be_started(data_dir: Path) -> None:
    program = data_dir / "asterisk-broken"
    program.write_text("#!/bin/sh\necho cannot\nexit 1\n")
    program.chmod(0o755)

    code, said = alo(data_dir, "up", ALO_ASTERISK__PROGRAM=str(program))

    assert code == 1, said
    assert "Asterisk" in said
    assert "Traceback" not in said
    assert left_behind(data_dir) == []


def test_weights_that_cannot_be_had(data_dir: Path) -> None:
    code, said = alo(data_dir, "up", ALO_WHISPER__MODEL="no-such-model")

    assert code == 1, said
    assert "no-such-model" in said
    assert "Traceback" not in said
    assert left_behind(data_dir) == []


def test_a_disk_without_room(data_dir: Path) -> None:
    small = data_dir / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be made by root where mounting is allowed")
    try:
        code, said = alo(data_dir, "up", ALO_DATA_DIR=str(small))
    finally:
        subprocess.run(["umount", small], check=True)

    assert code == 1, said
    assert "MiB are free" in said
    assert "ALO_DATA_DIR" in said
    assert left_behind(data_dir) == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("trunks = 1\n", "trunks"),
        ("[asterisk]\nrtp_port_first = 'many'\n", "asterisk.rtp_port_first"),
        ("[trunk.main]\nhost = 'a'\n", "trunk.main.caller_ids"),
        ("[trunk\n", "alo.toml"),
        ("[trunk.main]\nhost = 'a'\ncaller_ids = ['+551130000000']\nport = 99999\n", "trunk.main.port"),
        ("[asterisk]\nrtp_port_first = 20000\nrtp_port_last = 10000\n", "rtp_port_last must lie above"),
        ("timezone = 'Mars/Olympus'\n", "timezone"),
        ("database_url = 'mysql://there/alo'\n", "must begin with postgresql://"),
    ],
)
def test_a_mistake_in_the_settings_is_named(toml: str, words: str, data_dir: Path) -> None:
    (data_dir / "alo.toml").write_text(toml)

    code, said = alo(data_dir, "doctor")

    assert code == 2, said
    assert words in said
    assert "Traceback" not in said


def test_a_settings_file_that_was_named_and_is_not_there(data_dir: Path) -> None:
    code, said = alo(data_dir, "campaign", "status", ALO_CONFIG="absent.toml")

    assert (code, "There is no file absent.toml" in said) == (2, True)


@pytest.mark.parametrize(
    ("manage", "words", "expected"),
    [("true", "There is no configuration of Asterisk", 2), ("false", "Asterisk's manager does not answer", 1)],
)
def test_a_dialer_whose_asterisk_is_not_there(
    manage: str, words: str, expected: int, data_dir: Path, database_url: str
) -> None:
    code, said = alo(data_dir, "dialer", ALO_DATABASE_URL=database_url, ALO_ASTERISK__MANAGE=manage)

    assert code == expected, said
    assert words in said
    assert "Traceback" not in said


def test_the_doctor_says_what_to_write_where(data_dir: Path) -> None:
    code, said = alo(data_dir, "doctor")

    assert code == 1, said
    assert "add [trunk.main] to alo.toml" in said
    assert "PostgreSQL embedded, schema up to date" in said
    assert left_behind(data_dir) == []


def test_a_process_alone_needs_the_shared_database(data_dir: Path) -> None:
    code, said = alo(data_dir, "dialer")

    assert code == 2, said
    assert "alo up" in said
