"""A recording made anywhere as what a telephone carries: 8 kHz, one channel, one loudness, no silence before."""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from base.errors import SettingsError

Samples = npt.NDArray[np.float32]

RATE_HZ: Final = 8000
SHORTEST_S, LONGEST_S = 2.0, 45.0
_PASSED_HZ, _STOPPED_HZ = 3400.0, 3900.0
_PEAK = 0.5
_AUDIBLE = 0.02
"""Of the peak: what is softer before the first word is silence."""
_SILENT = 0.003
_EDGE_S = 0.02


def telephone_sound(file: Path) -> Samples:
    """The sound of `file` (WAV, FLAC, OGG or MP3), −1 to 1 at RATE_HZ. Raises SettingsError saying what to give."""
    try:
        sound, rate_hz = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise SettingsError(f"{file} cannot be read as sound: give a WAV file.") from error
    samples = resampled(sound.mean(axis=1), rate_hz)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < _SILENT:
        raise SettingsError(f"Nothing is heard in {file}: give a recording of the message.")
    samples = _trimmed(samples * (_PEAK / peak))
    seconds = len(samples) / RATE_HZ
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise SettingsError(
            f"The message in {file} lasts {seconds:.1f} s: give one of {SHORTEST_S:g} to {LONGEST_S:g} s."
        )
    return samples


def resampled(samples: Samples, rate_hz: int) -> Samples:
    """The samples at RATE_HZ; what a telephone does not carry is taken off."""
    spectrum = np.fft.rfft(samples)
    heard = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    length = round(len(samples) * RATE_HZ / rate_hz)
    spectrum = (spectrum * np.clip((_STOPPED_HZ - heard) / (_STOPPED_HZ - _PASSED_HZ), 0.0, 1.0))[: length // 2 + 1]
    return (np.fft.irfft(spectrum, length) * (length / len(samples))).astype(np.float32)


def _trimmed(samples: Samples) -> Samples:
    """Without the silence before the first word and after the last: the message must be heard when it begins."""
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE * _PEAK)
    edge = round(_EDGE_S * RATE_HZ)
    return samples[max(0, audible[0] - edge) : audible[-1] + 10 * edge]
