"""What the room speaks about: two channels of sound go in, who said what and when comes out. Times are seconds
from the recording's start.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Mono samples from -1 to 1 at SAMPLE_RATE."""

SAMPLE_RATE = 16000
"""Samples per second that the speech models hear."""


class Speaker(StrEnum):
    """Whose channel it is."""

    AGENT = "agent"
    DEBTOR = "debtor"


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word and when it was said."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Segment:
    """What one side said without a longer pause; avg_logprob is the model's own confidence, 0 is sure."""

    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    avg_logprob: float | None = None


@dataclass(frozen=True, kw_only=True)
class Track:
    """One channel as it was recorded: 16-bit samples, `rate` of them a second. Kept small; models hear cuts of it."""

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, kw_only=True)
class CallAudio:
    """One call's sound, a track per side."""

    agent: Track
    debtor: Track

    @property
    def seconds(self) -> float:
        return max(self.agent.seconds, self.debtor.seconds)

    def track(self, speaker: Speaker) -> Track:
        return self.agent if speaker is Speaker.AGENT else self.debtor


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """The words of one call; with a problem there are none."""

    model: str
    language: str
    audio_s: float
    segments: tuple[Segment, ...] = ()
    problem: str | None = None

    @property
    def words(self) -> int:
        """How many words were said."""
        return sum(len(segment.text.split()) for segment in self.segments)

    def said_by(self, speaker: Speaker) -> str:
        """Everything one side said, in order."""
        return " ".join(segment.text for segment in self.segments if segment.speaker is speaker)
