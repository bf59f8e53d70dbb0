"""What debtors of the tests say and hear, as A-law at 8 kHz."""

import io

import numpy as np
import soundfile

RATE_HZ = 8000
FRAME_S, SILENCE = 0.02, bytes([0xD5, 0x55] * 80)
"""A frame, and one of silence."""
LOUD = 300
"""Of 32767: above it somebody is heard."""


def speech(*pieces: float) -> bytes:
    """Seconds of sound and of silence by turns, beginning with sound: buzzing, as loud as a voice."""
    parts = []
    for n, seconds in enumerate(pieces):
        at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
        voice = sum(np.sin(2 * np.pi * 160 * k * at) / k for k in range(1, 12)) * 0.15
        parts.append(voice if n % 2 == 0 else np.zeros(len(at)))
    return a_law(np.concatenate(parts))


def a_law(samples: np.ndarray) -> bytes:
    """Samples −1 to 1 as A-law."""
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="RAW", subtype="ALAW")
    return file.getvalue()


def samples(a_law_bytes: bytes) -> np.ndarray:
    """A-law as samples of 16 bits."""
    file = io.BytesIO(a_law_bytes)
    found, _ = soundfile.read(file, dtype="int16", samplerate=RATE_HZ, channels=1, format="RAW", subtype="ALAW")
    return np.asarray(found)


def loud(a_law_bytes: bytes) -> bool:
    return bool(np.abs(samples(a_law_bytes).astype(int)).max(initial=0) > LOUD)


HELLO = speech(0.4, 0.1)
GREETING = speech(1.1, 0.2, 0.9, 0.2, 1.4, 0.2, 1.2)
"""As a voicemail: sentence after sentence."""
