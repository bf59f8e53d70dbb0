"""Every setting of every process, in one place: `alo.toml` beside you, overridden by ALO_… variables.

Nested keys are joined by two underscores in the environment: `ALO_TRUNK__MAIN__HOST=sip.example.net`.
Units are in the names.
"""

import os
import re
import secrets
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from base.errors import SettingsError

Port = Annotated[int, Field(ge=1, le=65535)]
_E164 = re.compile(r"\+[1-9]\d{7,14}")


def _xdg(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback)


class Section(BaseModel):
    """A section of alo.toml; an unknown key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TrunkSettings(Section):
    """One SIP carrier."""

    host: str
    port: Port = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: str | None = None
    password: str | None = None
    register_with_carrier: bool = False
    caller_ids: tuple[str, ...] = Field(min_length=1)
    codecs: tuple[Literal["alaw", "ulaw"], ...] = ("alaw", "ulaw")
    max_calls: int = Field(default=60, ge=1)
    calls_per_second: float = Field(default=4.0, gt=0)
    weight: int = Field(default=1, ge=0, le=100)
    """Its share of the calls of a route; 0: only when no other trunk of the route has room."""
    qualify_s: int = Field(default=0, ge=0, le=3600)
    """Ask the carrier so often whether it is there (OPTIONS); 0: never. One that does not answer is not dialled."""
    srtp: Literal["off", "optional", "required"] | None = None
    """Encrypted sound; by default optional over TLS and off elsewhere."""
    carrier: str | None = None
    """Who carries the calls; trunks of one carrier are counted together. By default the trunk's own name."""
    cnpj: str | None = None
    """Of the company the numbers belong to; its short calls are counted for each carrier."""

    @property
    def cnpj_root(self) -> str:
        """The first eight characters of the CNPJ, the same for all branches; empty when it is not said."""
        return "".join(c for c in self.cnpj or "" if c.isalnum())[:8].upper()

    @field_validator("caller_ids")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [number for number in value if not _E164.fullmatch(number)]
        if wrong:
            raise ValueError(f"write {', '.join(wrong)} with a plus, the country and the area code: +551140000000")
        if len(set(value)) < len(value):
            raise ValueError("name each number once")
        return value

    @field_validator("codecs")
    @classmethod
    def _some_codec(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or len(set(value)) < len(value):
            raise ValueError("name alaw, ulaw, or both, the preferred one first")
        return value

    @model_validator(mode="after")
    def _keys_need_tls(self) -> Self:
        if self.srtp == "required" and self.transport != "tls":
            raise ValueError('srtp is required, but its keys would be sent in the open: set transport = "tls" too')
        return self

    @field_validator("host", "username", "password")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and any(c in value for c in "\r\n;"):
            raise ValueError("must not hold a line break or a semicolon: it is written into Asterisk's configuration")
        return value


class CarrierSettings(Section):
    """What all trunks of one carrier bear together; empty: what they bear each."""

    max_calls: int | None = Field(default=None, ge=1)
    calls_per_second: float | None = Field(default=None, gt=0)


class RouteSettings(Section):
    """Trunks a campaign's calls are shared among, by their weights."""

    trunks: tuple[str, ...] = Field(min_length=1)


class AsteriskSettings(Section):
    """The Asterisk beside the dialer; every port is on this machine."""

    manage: bool = True
    """True: `alo up` generates the configuration and starts Asterisk. False: one you run is used as it is."""
    program: Path | None = None
    """An Asterisk ≥ 20 to use instead of the one found or fetched."""
    directory: Path | None = None
    """Where configuration, spool and logs are kept; by default under data_dir."""
    bind_address: str = "0.0.0.0"
    sip_port: Port = 5060
    rtp_port_first: Port = 10000
    rtp_port_last: Port = 20000
    http_port: Port = 8088
    manager_host: str = "127.0.0.1"
    manager_port: Port = 5038
    manager_user: str = "alo"
    manager_secret: str | None = None
    """Made once and kept in data_dir when empty."""
    tls_authorities: Path | None = None
    """The certificates carriers are checked against; by default the system's."""
    tls_certificate: Path | None = None
    """Shown to carriers that ask for one, with its key in tls_key."""
    tls_key: Path | None = None

    @model_validator(mode="after")
    def _certificate_with_its_key(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("give tls_certificate and tls_key together, or neither")
        return self

    @model_validator(mode="after")
    def _room_for_sound(self) -> Self:
        if self.rtp_port_last < self.rtp_port_first + 3:
            raise ValueError("rtp_port_last must lie above rtp_port_first: a call needs four ports")
        return self


class WebSettings(Section):
    host: str = "127.0.0.1"
    port: Port = 8080
    operator_token: str | None = Field(default=None, min_length=16)
    """The key people sign in with. Empty: pages are served to this machine alone."""


class WhisperSettings(Section):
    model: str = "base"
    """A folder with a CTranslate2 model, or a name: `base` works without a model hub."""
    compute_type: str = "int8"
    workers: int = 2
    threads_per_worker: int = 1
    batch: int = 8
    beam: int = 5


class HoursSettings(Section):
    """Calling hours of new campaigns, in the debtor's own time zone."""

    weekdays: tuple[time, time] = (time(8), time(20))
    saturday: tuple[time, time] | None = (time(8), time(14))
    sunday: tuple[time, time] | None = None


class Settings(BaseSettings):
    """All settings. Build with `load_settings`, which turns mistakes into sentences."""

    model_config = SettingsConfigDict(
        env_prefix="ALO_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file="alo.toml"
    )

    database_url: str | None = None
    """postgresql://… of a server ≥ 15; empty: an embedded one under data_dir."""
    data_dir: Path = Field(default_factory=lambda: _xdg("XDG_DATA_HOME", ".local/share") / "alo")
    cache_dir: Path = Field(default_factory=lambda: _xdg("XDG_CACHE_HOME", ".cache") / "alo")
    recording_url: str | None = None
    """Folder or fsspec URL of finished recordings; by default data_dir/recordings."""
    language: Literal["pt-BR", "en"] = "pt-BR"
    node: str = Field(default="main", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")
    """The name of this machine's dialer; each dialer on one database has its own name and its own Asterisk."""
    timezone: str = "America/Sao_Paulo"
    trunk: dict[str, TrunkSettings] = Field(default_factory=dict)
    carrier: dict[str, CarrierSettings] = Field(default_factory=dict)
    route: dict[str, RouteSettings] = Field(default_factory=dict)
    asterisk: AsteriskSettings = AsteriskSettings()
    web: WebSettings = WebSettings()
    whisper: WhisperSettings = WhisperSettings()
    hours: HoursSettings = HoursSettings()

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str | None) -> str | None:
        # Empty is as good as none: the variable can be set and mean the embedded server.
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with postgresql://")
        return value or None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, LookupError) as error:
            raise ValueError("is not a time zone; they are written as America/Sao_Paulo") from error
        return value

    @model_validator(mode="after")
    def _ways_out_fit(self) -> Self:
        check_routes(self.trunk, self.carrier, self.route)
        return self

    @property
    def routes(self) -> dict[str, tuple[str, ...]]:
        """The trunks of every route; each trunk is a route by itself."""
        return {name: (name,) for name in self.trunk} | {name: route.trunks for name, route in self.route.items()}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def asterisk_dir(self) -> Path:
        return self.asterisk.directory or self.data_dir / "asterisk"

    @property
    def recordings(self) -> str:
        return self.recording_url or str(self.data_dir / "recordings")

    def manager_secret(self) -> str:
        """The manager's password: from settings, else made once and kept readable by the owner alone."""
        return self.asterisk.manager_secret or kept_secret(self.data_dir / "secrets" / "manager")


def check_routes(
    trunks: Mapping[str, TrunkSettings], carriers: Mapping[str, CarrierSettings], routes: Mapping[str, RouteSettings]
) -> None:
    """Raise ValueError, saying what to change, where routes and carriers do not fit the trunks."""
    for name, route in routes.items():
        if name in trunks:
            raise ValueError(f"a trunk is called {name} too: give [route.{name}] another name")
        if missing := [trunk for trunk in route.trunks if trunk not in trunks]:
            raise ValueError(f"route.{name} names {', '.join(missing)}: add [trunk.{missing[0]}], or take it out")
        if len(set(route.trunks)) < len(route.trunks):
            raise ValueError(f"route.{name} names a trunk twice: name each once, and give it more weight instead")
        if all(trunks[trunk].weight == 0 for trunk in route.trunks):
            raise ValueError(f"route.{name} has only trunks of weight 0: give one of them a weight of 1 or more")
    named = {trunk.carrier or name for name, trunk in trunks.items()}
    if unused := sorted(carriers.keys() - named):
        raise ValueError(f'no trunk belongs to carrier {unused[0]}: write carrier = "{unused[0]}" into its trunks')


def kept_secret(path: Path) -> str:
    """The secret kept at `path`; made on first use, mode 600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(24))
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text().strip()


def load_settings(toml: Path | None = None, **overrides: object) -> Settings:
    """Settings from `toml` (default: alo.toml in the current folder), the environment and overrides.

    Raises SettingsError naming each wrong key.
    """
    path = toml or Path(os.environ.get("ALO_CONFIG", "alo.toml"))
    if (toml or "ALO_CONFIG" in os.environ) and not path.exists():
        raise SettingsError(f"There is no file {path}. Copy alo.example.toml to it and fill in your trunk.")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        return FromFile(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Settings in {path} or in ALO_… variables are wrong: {wrong}.") from error
    except ValueError as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
