"""Every setting of every process, in one place: `alo.toml` beside you, overridden by ALO_… variables.

Nested keys are joined by two underscores in the environment: `ALO_TRUNK__MAIN__HOST=sip.example.net`.
Units are in the names.
"""

import os
import secrets
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from base.errors import SettingsError

Port = Annotated[int, Field(ge=1, le=65535)]


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
    carrier: str | None = None
    """Who carries the calls; trunks of one carrier are counted together. By default the trunk's own name."""
    cnpj: str | None = None
    """Of the company the numbers belong to; its short calls are counted for each carrier."""

    @property
    def cnpj_root(self) -> str:
        """The first eight characters of the CNPJ, the same for all branches; empty when it is not said."""
        return "".join(c for c in self.cnpj or "" if c.isalnum())[:8].upper()

    @field_validator("host", "username", "password")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and any(c in value for c in "\r\n;"):
            raise ValueError("must not hold a line break or a semicolon: it is written into Asterisk's configuration")
        return value


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
