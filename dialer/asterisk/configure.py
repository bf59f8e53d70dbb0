"""Asterisk's whole configuration, written from our settings; nothing of /etc/asterisk is read or changed."""

import os
import re
import resource
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import pi, sin
from pathlib import Path
from typing import Final
from urllib.parse import quote

import jinja2

from base.errors import SettingsError
from base.settings import Settings, TrunkSettings
from dialer.asterisk.encode import MESSAGE_AFTER_S
from dialer.asterisk.install import AsteriskProgram
from dialer.asterisk.modules import modules_to_load

EVENTS: Final = ("BridgeDestroy", "BridgeEnter", "Hangup", "OriginateResponse", "UserEvent")
"""The manager's events that reach the dialer; of Newstate only ringing ones do."""

_LOGIN: Final = re.compile(r"(?!trunk-)[a-z0-9][a-z0-9_-]{1,31}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_PATH: Final = re.compile(r"/[A-Za-z0-9._+/-]*")
# Also what Unicode calls a line break: whatever splits a file into lines must see one here.
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029;\\]{1,128}")
_SOCKET_PATH_BYTES: Final = 107
_AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True, kw_only=True)
class AgentAccount:
    """One softphone: the SIP user is the agent's login. Raises SettingsError when it cannot be one."""

    login: str
    password: str

    def __post_init__(self) -> None:
        if not _LOGIN.fullmatch(self.login):
            raise SettingsError(
                f"{self.login!r} cannot be an agent's login: 2 to 32 small letters, digits, - and _, beginning with a "
                "letter or digit, and not with trunk-."
            )
        _check(
            _LINE, self.password, f"The SIP password of agent {self.login}", "line breaks, semicolons or backslashes"
        )


@dataclass(frozen=True, kw_only=True)
class AmdSettings:
    """What Asterisk's AMD() goes by: its own defaults, in the order it takes them. Times in ms, loudness 0 to 32767.

    initial_silence: nothing heard for so long. greeting: whoever talks longer is a machine. after_greeting_silence:
    who then is silent for so long is a person. total_analysis_time: no verdict after that. min_word_length,
    between_words_silence: what counts as a word. maximum_number_of_words: who says more is a machine.
    """

    initial_silence: int = 2500
    greeting: int = 1500
    after_greeting_silence: int = 800
    total_analysis_time: int = 5000
    min_word_length: int = 100
    between_words_silence: int = 50
    maximum_number_of_words: int = 2
    silence_threshold: int = 256
    maximum_word_length: int = 5000


@dataclass(frozen=True, kw_only=True)
class AsteriskPlaces:
    """The folders and files of one Asterisk, all below `directory`."""

    directory: Path

    @property
    def etc(self) -> Path:
        return self.directory / "etc"

    @property
    def config(self) -> Path:
        return self.etc / "asterisk.conf"

    @property
    def lib(self) -> Path:
        return self.directory / "lib"

    @property
    def run(self) -> Path:
        return self.directory / "run"

    @property
    def pid_file(self) -> Path:
        return self.run / "asterisk.pid"

    @property
    def spool(self) -> Path:
        return self.directory / "spool"

    @property
    def legs(self) -> Path:
        """Where the raw legs of recordings are written; ALO_RECORDING is `legs / call_id`."""
        return self.spool / "alo"

    @property
    def log_dir(self) -> Path:
        return self.directory / "log"

    @property
    def log(self) -> Path:
        return self.log_dir / "messages.log"

    @property
    def journal(self) -> Path:
        """What happened to each leg, as the exchange itself wrote it down; see `journal.read_journal`."""
        return self.log_dir / "cel-custom" / "calls.csv"

    @property
    def sounds(self) -> Path:
        """The messages debtors hear when no agent came in time; see `dialer.answer.sounds`."""
        return self.directory / "sounds"

    @property
    def hold_music(self) -> Path:
        return self.lib / "hold"


def places(settings: Settings) -> AsteriskPlaces:
    """The places of the Asterisk of these settings. Raises SettingsError when its path cannot be used."""
    found = AsteriskPlaces(directory=settings.asterisk_dir.absolute())
    what = f"The folder of Asterisk, {found.directory},"
    _check(_PATH, str(found.directory), what, "anything but letters, digits, and . _ + - (choose another data_dir)")
    if len(bytes(found.run / "asterisk.ctl")) > _SOCKET_PATH_BYTES:
        raise SettingsError(
            f"{what} has too long a path for a socket; set `directory` under [asterisk] to a shorter one."
        )
    return found


def write_configuration(
    settings: Settings, program: AsteriskProgram, agents: Iterable[AgentAccount] = ()
) -> AsteriskPlaces:
    """Write every file Asterisk reads and make the folders it writes to.

    Raises SettingsError when something in the settings cannot be written safely or the folder is not ours.
    """
    where = places(settings)
    asterisk = settings.asterisk
    _check(_NAME, asterisk.manager_user, "manager_user", "anything but letters, digits, - and _")
    _check(_LINE, settings.manager_secret(), "manager_secret", "line breaks, semicolons or backslashes")
    for key in ("bind_address", "manager_host"):
        _check(_HOST, getattr(asterisk, key), key, "anything but an address")
    for name, trunk in settings.trunk.items():
        _check_trunk(name, trunk)
    amd = asdict(AmdSettings())
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    values: dict[str, object] = {
        "places": where,
        "program": program,
        "asterisk": asterisk,
        "manager_secret": settings.manager_secret(),
        "trunks": settings.trunk,
        "modules": modules_to_load(program.modules_dir),
        "events": EVENTS,
        "patience_s": MESSAGE_AFTER_S,
        "amd": ",".join(map(str, amd.values())),
        "amd_silence_s": amd["after_greeting_silence"] / 1000,
        "amd_defaults": amd,
        "language": "en",
        "authorities": _AUTHORITIES,
        "open_files": 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536),
        **_of_release(program.version),
    }
    try:
        made = (
            where.etc,
            where.lib / "keys",
            where.run,
            where.legs,
            where.journal.parent,
            where.hold_music,
            where.sounds,
        )
        for folder in made:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for template in sorted(_templates().list_templates(["j2"])):
            if template != "pjsip_agents.conf.j2":
                _write(where.etc / template.removesuffix(".j2"), _render(template, values))
        write_agents(where, program, agents)
        if not (where.hold_music / "hold.sln").exists():
            (where.hold_music / "hold.sln").write_bytes(_hold_tone())
    except OSError as error:
        raise SettingsError(
            f"Asterisk's configuration could not be written: {error}. Make room in {where.directory} or make it yours."
        ) from error
    return where


def write_agents(where: AsteriskPlaces, program: AsteriskProgram, agents: Iterable[AgentAccount]) -> Path:
    """Write the agents' softphones alone; a running Asterisk takes them up by reloading `res_pjsip.so`.

    Raises SettingsError when Asterisk was never set up here.
    """
    if not where.etc.is_dir():
        raise SettingsError(
            f"There is no configuration of Asterisk in {where.etc} yet. Start everything with `alo up`, or set "
            "`manage` under [asterisk] to false when you run an Asterisk of your own."
        )
    by_login = {agent.login: agent for agent in agents}
    path = where.etc / "pjsip_agents.conf"
    accounts = [by_login[login] for login in sorted(by_login)]
    _write(path, _render("pjsip_agents.conf.j2", {"agents": accounts, **_of_release(program.version)}))
    return path


def _of_release(version: tuple[int, int]) -> dict[str, object]:
    """What is called otherwise in different releases of Asterisk."""

    def since(minors: Mapping[int, int]) -> bool:
        # A branch that is not named has it when it is newer than all that are, and lacks it otherwise.
        return version[1] >= minors[version[0]] if version[0] in minors else version[0] > max(minors)

    taskpools = since({20: 18, 22: 8, 23: 2})
    kind = "taskpool" if taskpools else "threadpool"
    sizes = {"initial_size": 4, "auto_increment": 2, "max_size": 24, "idle_timeout": 60}
    return {
        "advanced_filters": since({20: 14, 21: 9, 22: 4}),
        "auth_type": "digest" if since({20: 15, 22: 5}) else "userpass",
        "taskpools": since({20: 17, 22: 7, 23: 1}),
        "pool": {f"{kind}_{name}": size for name, size in sizes.items()},
    }


def _check_trunk(name: str, trunk: TrunkSettings) -> None:
    _check(_NAME, name, f"The name of trunk {name!r}", "anything but letters, digits, - and _")
    _check(_HOST, trunk.host, f"The host of trunk {name}", "anything but a host name or an address")
    for what, value in (("username", trunk.username), ("password", trunk.password)):
        if value is not None:
            _check(_LINE, value, f"The {what} of trunk {name}", "line breaks, semicolons or backslashes")
    if trunk.register_with_carrier and not (trunk.username and trunk.password):
        raise SettingsError(f"Trunk {name} is to register with its carrier: give it a username and a password.")


def _check(pattern: re.Pattern[str], value: str, what: str, never: str) -> None:
    if not pattern.fullmatch(value):
        raise SettingsError(f"{what} must not be empty, too long, or hold {never}.")


def _sip_uri(trunk: TrunkSettings, user: str | None = None) -> str:
    name = quote(user, safe="-_.!~*'()&=+$,?/") + "@" if user else ""
    transport = "" if trunk.transport == "udp" else f"\\;transport={trunk.transport}"
    return f"sip:{name}{trunk.host}:{trunk.port}{transport}"


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dialer.asterisk", "etc"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - these are no web pages; every value is checked before
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sip_uri"] = _sip_uri
    return environment


def _render(template: str, values: Mapping[str, object]) -> str:
    return _templates().get_template(template).render(values)


def _write(path: Path, text: str) -> None:
    """Replace the file in one step; secrets are for the owner alone."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)


def _hold_tone(rate_hz: int = 8000) -> bytes:
    """Ten seconds: a soft 425 Hz tone of 0.3 s, then silence; signed 16-bit at 8 kHz."""
    tone = [int(900 * sin(2 * pi * 425 * n / rate_hz)) for n in range(rate_hz * 3 // 10)]
    return array("h", tone + [0] * (rate_hz * 10 - len(tone))).tobytes()
