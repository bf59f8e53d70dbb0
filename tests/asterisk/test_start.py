"""Asterisk starts clean from our configuration, and says in plain words why when it cannot."""

import dataclasses
import socket
from pathlib import Path

import pytest

from dialer.asterisk.configure import AgentAccount, write_agents, write_configuration
from dialer.asterisk.install import AsteriskProgram
from dialer.asterisk.process import AsteriskError, AsteriskProcess
from tests.asterisk.ami import connected
from tests.asterisk.conftest import RunningAsterisk, asterisk_settings, free_port


def test_it_starts_without_a_warning_or_an_error_in_its_log(asterisk: RunningAsterisk) -> None:
    lines = asterisk.places.log.read_text().splitlines()

    # Lines of calls name them, and are other tests': "[C-00000008]".
    assert [line for line in lines if ("WARNING" in line or "ERROR" in line) and "[C-" not in line] == []


def test_a_restarted_supervisor_finds_it_and_adopts_it(asterisk: RunningAsterisk) -> None:
    another = AsteriskProcess(asterisk.program, asterisk.settings)

    assert another.pid == asterisk.process.pid
    assert another.start() is False


def test_a_taken_port_is_named_with_the_setting_that_moves_it(
    program: AsteriskProgram, short_dir: Path, worker_id: str
) -> None:
    settings = asterisk_settings(short_dir / "taken", worker_id, carrier_port=free_port())
    write_configuration(settings, program)
    process = AsteriskProcess(program, settings)

    sentence = f"{settings.asterisk.http_port}.*`http_port` under"
    with socket.create_server(("127.0.0.1", settings.asterisk.http_port)), pytest.raises(AsteriskError, match=sentence):
        process.start()

    assert not process.running()


def test_one_that_dies_at_start_leaves_its_last_words_and_nothing_else(
    program: AsteriskProgram, short_dir: Path, worker_id: str
) -> None:
    settings = asterisk_settings(short_dir / "dies", worker_id, carrier_port=free_port())
    where = write_configuration(settings, program)
    (where.etc / "modules.conf").write_text("[modules]\nautoload = no\nrequire = no_such_module.so\n")
    process = AsteriskProcess(program, settings)

    with pytest.raises(AsteriskError, match="no_such_module"):
        process.start()

    assert not process.running()
    assert not where.pid_file.exists()


def test_a_program_that_cannot_be_started_is_said_so(program: AsteriskProgram, short_dir: Path, worker_id: str) -> None:
    settings = asterisk_settings(short_dir / "none", worker_id, carrier_port=free_port())
    write_configuration(settings, program)
    process = AsteriskProcess(dataclasses.replace(program, command=("/nonexistent/asterisk",)), settings)

    with pytest.raises(AsteriskError, match="did not start"):
        process.start()


def test_stopping_ends_it_and_a_second_stop_is_nothing(
    program: AsteriskProgram, short_dir: Path, worker_id: str
) -> None:
    settings = asterisk_settings(short_dir / "stops", worker_id, carrier_port=free_port())
    write_configuration(settings, program)
    process = AsteriskProcess(program, settings)
    assert process.start() is True

    # Another supervisor stops it, as after a restart.
    AsteriskProcess(program, settings).stop()

    assert not process.running()
    process.stop()


async def test_an_agent_who_is_added_can_be_reached_after_a_reload(asterisk: RunningAsterisk) -> None:
    newcomer = AgentAccount(login="dora", password="dora-secret")
    write_agents(asterisk.places, asterisk.program, [*asterisk.agents, newcomer])

    async with connected(asterisk.settings) as ami:
        answer = await ami.act(Action="Reload", Module="res_pjsip.so")

    assert answer["Response"] == "Success"
    assert "dora" in asterisk.process.console("pjsip show endpoints")
