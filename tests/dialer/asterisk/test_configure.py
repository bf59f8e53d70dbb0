"""What is written into Asterisk's configuration, and what never gets there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import SettingsError
from base.settings import AsteriskSettings, Settings, TrunkSettings
from dialer.asterisk.configure import AgentAccount, AsteriskPlaces, write_agents, write_configuration
from dialer.asterisk.install import AsteriskProgram
from dialer.asterisk.modules import modules_to_load


@pytest.fixture
def program(tmp_path: Path) -> AsteriskProgram:
    modules, data = tmp_path / "modules", tmp_path / "data"
    for path in (modules / "chan_pjsip.so", data / "sounds/en/im-sorry.gsm", data / "sounds/en/goodbye.gsm"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return AsteriskProgram(command=("asterisk",), modules_dir=modules, data_dir=data, version=(22, 10))


def settings(directory: Path, **trunk: object) -> Settings:
    carrier = {"host": "sip.example.net", "caller_ids": ("+551140000000",), **trunk}
    return Settings(data_dir=directory, trunk={"main": TrunkSettings.model_validate(carrier)})


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "d"


def read(where: AsteriskPlaces, name: str) -> str:
    return (where.etc / name).read_text()


def test_a_trunk_with_credentials_authenticates_and_registers_when_asked(
    directory: Path, program: AsteriskProgram
) -> None:
    asked = settings(directory, username="loja", password="s3cret", register_with_carrier=True, transport="tcp")
    text = read(write_configuration(asked, program), "pjsip.conf")

    assert "server_uri = sip:sip.example.net:5060\\;transport=tcp" in text
    assert "client_uri = sip:loja@sip.example.net:5060\\;transport=tcp" in text
    assert "outbound_auth = trunk-main" in text


def test_a_trunk_by_address_alone_neither_authenticates_nor_registers(
    directory: Path, program: AsteriskProgram
) -> None:
    text = read(write_configuration(settings(directory), program), "pjsip.conf")

    assert "type = registration" not in text
    assert "type = auth" not in text
    assert "match = sip.example.net" in text
    assert "qualify_frequency = 0" in text


def test_registering_needs_credentials(directory: Path, program: AsteriskProgram) -> None:
    with pytest.raises(SettingsError, match="username and a password"):
        write_configuration(settings(directory, register_with_carrier=True), program)


def test_secrets_are_for_the_owner_alone(directory: Path, program: AsteriskProgram) -> None:
    where = write_configuration(settings(directory), program)

    assert {path.stat().st_mode & 0o077 for path in where.etc.iterdir()} == {0}


def test_agents_are_written_alone_and_in_one_order(directory: Path, program: AsteriskProgram) -> None:
    where = write_configuration(settings(directory), program)
    before = read(where, "pjsip.conf")

    write_agents(where, program, [AgentAccount(login="rui", password="b"), AgentAccount(login="ana", password="a")])

    text = read(where, "pjsip_agents.conf")
    assert text.index("[ana]") < text.index("[rui]")
    assert read(where, "pjsip.conf") == before


@pytest.mark.parametrize("login", ["", "a", "Ana", "ana\n[x]", "trunk-main", "ana;", "a" * 33, "joão"])
def test_such_a_login_is_refused(login: str) -> None:
    with pytest.raises(SettingsError, match="cannot be an agent's login"):
        AgentAccount(login=login, password="x")


@given(st.text(max_size=40))
def test_no_password_can_add_a_line_or_a_comment(password: str) -> None:
    try:
        account = AgentAccount(login="ana", password=password)
    except SettingsError:
        return
    assert account.password.splitlines() == [password]
    assert ";" not in password


@pytest.mark.parametrize("host", ["a b", "a\n[x]", "a;b", "a/b", ""])
def test_such_a_trunk_host_is_refused(host: str, directory: Path, program: AsteriskProgram) -> None:
    with pytest.raises((SettingsError, ValueError), match=r"host|must not hold"):
        write_configuration(settings(directory, host=host), program)


def test_a_path_that_dialplan_would_read_otherwise_is_refused(tmp_path: Path, program: AsteriskProgram) -> None:
    with pytest.raises(SettingsError, match="choose another data_dir"):
        write_configuration(settings(tmp_path / "with,comma"), program)


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path, program: AsteriskProgram) -> None:
    with pytest.raises(SettingsError, match="too long a path"):
        write_configuration(settings(tmp_path / ("x" * 100)), program)


def test_amd_is_given_in_the_dialplan_what_its_own_file_says(directory: Path, program: AsteriskProgram) -> None:
    where = write_configuration(settings(directory), program)

    assert "AMD(2500,1500,800,5000,100,50,2,256,5000)" in read(where, "extensions.conf")
    assert "after_greeting_silence = 800\n" in read(where, "amd.conf")
    assert "Set(ALO_PATIENCE=$[${ALO_PATIENCE} - 0.8])" in read(where, "extensions.conf")


def test_there_is_a_folder_for_messages(directory: Path, program: AsteriskProgram) -> None:
    assert write_configuration(settings(directory), program).sounds.is_dir()


def test_only_modules_that_exist_are_loaded(program: AsteriskProgram) -> None:
    assert modules_to_load(program.modules_dir) == ["chan_pjsip"]


@pytest.mark.parametrize(
    ("version", "pool", "filter_"),
    [
        ((20, 6), "threadpool_max_size", "eventfilter = Event: Hangup"),
        ((22, 10), "taskpool_max_size", "eventfilter(action(include),name(Hangup)) ="),
        ((23, 3), "taskpool_max_size", "eventfilter(action(include),name(Hangup)) ="),
    ],
)
def test_each_release_is_spoken_to_in_its_own_words(
    directory: Path, program: AsteriskProgram, version: tuple[int, int], pool: str, filter_: str
) -> None:
    release = AsteriskProgram(
        command=program.command, modules_dir=program.modules_dir, data_dir=program.data_dir, version=version
    )
    where = write_configuration(settings(directory), release)

    assert pool in read(where, "pjsip.conf")
    assert filter_ in read(where, "manager.conf")


def test_ports_and_addresses_come_from_the_settings(directory: Path, program: AsteriskProgram) -> None:
    ports = AsteriskSettings(bind_address="127.0.0.1", sip_port=6060, http_port=6088, manager_port=6038)
    asked = Settings(data_dir=directory, asterisk=ports)

    where = write_configuration(asked, program)

    assert "bind = 127.0.0.1:6060" in read(where, "pjsip.conf")
    assert "bindport = 6088" in read(where, "http.conf")
    assert "port = 6038" in read(where, "manager.conf")
