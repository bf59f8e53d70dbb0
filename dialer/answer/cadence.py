"""A detector by cadence alone: who greets and then waits for an answer is a person, who talks on is a machine."""

from typing import Final

import numpy as np

from dialer.answer.detector import RATE_HZ, Finding, GreetingBegan, GreetingEnded, Machine, Person, Sound

FRAME: Final = RATE_HZ // 50
FRAME_S: Final = 0.02
SPEECH_S: Final = 0.06
"""Shorter bursts are clicks."""
PAUSE_S: Final = 0.6
"""So long a silence ends a greeting."""
PERSON_WAITS_S: Final = 1.2
"""A person says hello and waits; a machine takes breath and goes on."""
MACHINE_TALKS_S: Final = 2.2
"""Of speech without a pause, or of two bursts around one."""
LONGEST_S: Final = 8.0
"""After so much sound whoever has not talked on is taken for a person."""
_LEAST = 90.0
_OF_LOUDEST = 0.08


class Cadence:
    """Goes by loudness in frames of 20 ms; what is a twelfth as loud as the loudest so far is silence."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.int16)
        self._at_s = 0.0
        self._loudest = 0.0
        self._talked_s = 0.0
        self._silent_s = 0.0
        self._burst_s = 0.0
        self._began = False
        self._ended = False
        self._over = False

    def hear(self, sound: Sound) -> tuple[Finding, ...]:
        found: list[Finding] = []
        sound = np.concatenate([self._rest, sound])
        whole = len(sound) // FRAME * FRAME
        self._rest = sound[whole:]
        for frame in sound[:whole].reshape(-1, FRAME):
            if self._over:
                break
            found += self._frame(float(np.sqrt(np.mean(frame.astype(np.float64) ** 2))))
        return tuple(found)

    def _frame(self, loudness: float) -> list[Finding]:
        self._at_s += FRAME_S
        self._loudest = max(self._loudest, loudness)
        speaks = loudness > max(_LEAST, _OF_LOUDEST * self._loudest)
        found = self._speech() if speaks else self._silence()
        self._over = any(isinstance(finding, Person | Machine) for finding in found)
        if not self._over and self._at_s >= LONGEST_S:
            self._over = True
            found.append(Person())
        return found

    def _speech(self) -> list[Finding]:
        self._burst_s += FRAME_S
        if self._burst_s < SPEECH_S:
            return []
        # The burst counts from its first frame, once it is sure to be no click.
        self._talked_s += FRAME_S if self._burst_s >= SPEECH_S + FRAME_S else self._burst_s
        self._silent_s = 0.0
        found: list[Finding] = []
        if not self._began:
            self._began = True
            found.append(GreetingBegan(at_s=self._at_s - self._burst_s))
        if self._talked_s >= MACHINE_TALKS_S:
            found.append(Machine(why=f"talked for {MACHINE_TALKS_S:g} s"))
        return found

    def _silence(self) -> list[Finding]:
        self._burst_s = 0.0
        if not self._began:
            return []
        self._silent_s += FRAME_S
        found: list[Finding] = []
        if not self._ended and self._silent_s >= PAUSE_S:
            self._ended = True
            found.append(GreetingEnded(at_s=self._at_s - self._silent_s))
        if self._silent_s >= PERSON_WAITS_S:
            found.append(Person())
        return found
