"""The sections of alo.toml about carriers: trunks, what a carrier bears, and routes over several trunks."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Port = Annotated[int, Field(ge=1, le=65535)]
_E164 = re.compile(r"\+[1-9]\d{7,14}")


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
