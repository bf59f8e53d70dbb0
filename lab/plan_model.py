"""The lab's plan as data: who is behind each number and what they say; one JSON file between processes.

Written by `lab.plan`, read by the carrier (the debtors' handsets) and by the robot agents. The class names are the
JSON's keys; times are in seconds, amounts in cents.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from base.errors import AloError


class BehaviourKind(StrEnum):
    """What happens when a number is dialled."""

    TALKS = "talks"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NO_ANSWER = "noanswer"
    DEAD = "dead"
    HANGS_UP = "hangs_up"


class Side(StrEnum):
    """Who speaks, or hangs up."""

    DEBTOR = "debtor"
    AGENT = "agent"


class PlanError(AloError):
    """A plan cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a process listens."""

    address: str
    port: int


@dataclass(frozen=True, kw_only=True)
class CarrierAddress(Address):
    """The simulated carrier: its SIP port and the first of its RTP ports."""

    rtp_port_first: int


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """Something said: the words, and a mono 16-bit 8 kHz WAV of exactly these words."""

    text: str
    audio: str


@dataclass(frozen=True, kw_only=True)
class Turn(Utterance):
    """One side's turn in a dialogue."""

    side: Side


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What a number does on one dial."""

    kind: BehaviourKind
    ring_s: float
    voice: str | None = None
    scenario: str | None = None
    turns: tuple[Turn, ...] = ()
    """In order; a person who answers speaks first."""
    ends: Side | None = None
    """Who hangs up after the last turn."""
    disposition: str | None = None
    """The code the agent chooses afterwards."""
    disposition_data: Mapping[str, str | int] = field(default_factory=dict)
    """What was agreed, equal to what is said: amount_cents, date (ISO)."""
    wrapup_s: float = 0.0
    greeting: Utterance | None = None
    """Of a voicemail, before its beep."""


@dataclass(frozen=True, kw_only=True)
class PlannedDebtor:
    """Whoever is behind a number; behaviours are used one per dial in turn, the last one for ever."""

    name: str
    document: str
    behaviours: tuple[Behaviour, ...]


@dataclass(frozen=True, kw_only=True)
class PlannedAgent:
    """A robot agent: its SIP account and its token for the agent API."""

    login: str
    password: str
    token: str
    voice: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole run of the lab."""

    seed: int
    carrier: CarrierAddress
    registrar: Address
    web: str
    said_dir: str
    debtors: Mapping[str, PlannedDebtor]
    """By number, E.164 with its plus sign."""
    agents: tuple[PlannedAgent, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The plan in a file. Raises PlanError."""
        try:
            return TypeAdapter(cls).validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise PlanError(
                f"The lab's plan {path} cannot be read: {error}. Start the lab again to write it."
            ) from error

    def dump(self, path: Path) -> None:
        """Write the plan whole, readable by its owner alone: it holds the robots' passwords."""
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))
        part.replace(path)
