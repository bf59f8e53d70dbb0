"""What a detector is that listens to who picked up: sound in, findings out. Another one is a class with this face that
passes the exam in `tests/contracts/detector`, and a line in `DETECTORS` of `dialer/answer/detectors.py`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.int16]

RATE_HZ = 8000


@dataclass(frozen=True, kw_only=True, slots=True)
class GreetingBegan:
    """The first word; seconds of sound since the answer."""

    at_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class GreetingEnded:
    """The last word before a silence; `at_s` lies before the sound in which it became sure."""

    at_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Nothing more will be found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """It is one; nothing more will be found."""

    why: str
    """In a few words, for the timeline."""


Finding = GreetingBegan | GreetingEnded | Person | Machine


class Detector(Protocol):
    """Listens to one call from its answer; each call has its own."""

    def hear(self, sound: Sound) -> tuple[Finding, ...]:
        """The next piece of the far end's sound at RATE_HZ, of any length; what was found in it, in order.

        Fast: it is called for every 20 ms of every call that is listened to. Never raises. How the sound is cut into
        pieces changes nothing. After Person or Machine it finds nothing more.
        """
        ...
