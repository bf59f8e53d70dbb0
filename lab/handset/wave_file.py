"""The few facts about WAV files that a handset needs."""

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from base.errors import AloError

RATE_HZ = 8_000


class WrongSoundError(AloError):
    """A file is not what a telephone plays: 8 kHz, 16 bit, mono."""


@lru_cache(maxsize=2_048)
def length_s(path: Path) -> float:
    """Length of a telephone's WAV file in seconds. Raises WrongSoundError when it is not 8 kHz, 16 bit, mono."""
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) != (RATE_HZ, 2, 1):
                raise WrongSoundError(f"{path.name} is not an 8 kHz 16-bit mono WAV file; convert it first")
            return sound.getnframes() / RATE_HZ
    except (OSError, EOFError, wave.Error) as error:
        raise WrongSoundError(f"{path.name} cannot be read as a WAV file ({error}); make it again") from error


def write(path: Path, samples: npt.NDArray[np.float64]) -> None:
    """Write samples of −1…1 as a telephone's WAV file."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def tone(hertz: float, seconds: float) -> npt.NDArray[np.float64]:
    """A sine at a comfortable level."""
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)
