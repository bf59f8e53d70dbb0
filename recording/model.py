"""What the room speaks about: one finished call to be kept, and what became of its sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from uuid import UUID


class RecordingStatus(StrEnum):
    """What became of a call's sound."""

    STORED = "stored"
    MISSING = "missing"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True)
class FinishedCall:
    """A call that has ended and the legs Asterisk wrote for it."""

    call_id: UUID
    debtor_leg: Path
    agent_leg: Path
    answered_at: datetime
    ended_at: datetime
    answer_to_joined_s: float | None = None
    bridged_s: float | None = None

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> Self:
        """From a job's arguments (ISO times, ids and paths as text)."""
        return cls(
            call_id=UUID(args["call_id"]),
            debtor_leg=Path(args["debtor_leg"]),
            agent_leg=Path(args["agent_leg"]),
            answered_at=datetime.fromisoformat(args["answered_at"]),
            ended_at=datetime.fromisoformat(args["ended_at"]),
            answer_to_joined_s=args.get("answer_to_joined_s"),
            bridged_s=args.get("bridged_s"),
        )

    def as_args(self) -> dict[str, Any]:
        """As a job's arguments."""
        return {
            "call_id": str(self.call_id),
            "debtor_leg": str(self.debtor_leg),
            "agent_leg": str(self.agent_leg),
            "answered_at": self.answered_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "answer_to_joined_s": self.answer_to_joined_s,
            "bridged_s": self.bridged_s,
        }

    @property
    def seconds(self) -> float:
        """From the answer to the hang-up: how long the recording should be."""
        return max(0.0, (self.ended_at - self.answered_at).total_seconds())

    @property
    def place(self) -> str:
        """Where the recording lies below the recordings folder; always the same for the same call."""
        return f"{self.answered_at.astimezone(UTC):%Y/%m/%d}/{self.call_id}.wav"

    @property
    def legs(self) -> tuple[Path, Path]:
        return self.debtor_leg, self.agent_leg


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The row of a recorded call."""

    call_id: UUID
    status: RecordingStatus
    url: str | None = None
    seconds: float | None = None
    sample_rate: int | None = None
    sha256: str | None = None
    problem: str | None = None
