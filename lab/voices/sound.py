"""From the model's 24 kHz to what a telephone carries: 8 kHz, 16 bits, no long silences, one loudness."""

import itertools
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 8_000
PEAK = 0.5
"""−6 dBFS: loud enough for any ear, no clipping in G.711."""
_TAPS = 193
_CUTOFF_HZ = 3_700
_FRAME_S = 0.02
_SILENT = 0.006
_EDGE_S = 0.10
_LONGEST_PAUSE_S = 0.30
"""Well below the half second of silence by which a listener takes the turn to be over."""


def to_telephone(audio: Samples, rate_hz: int) -> Samples:
    """`audio` at RATE_HZ; `rate_hz` is a whole multiple of it. What a telephone cannot carry is filtered off first."""
    step, rest = divmod(rate_hz, RATE_HZ)
    if rest:
        raise ValueError(f"{rate_hz} Hz is no whole multiple of {RATE_HZ} Hz")
    at = np.arange(_TAPS) - _TAPS // 2
    kernel = np.sinc(2 * _CUTOFF_HZ / rate_hz * at) * np.kaiser(_TAPS, 8.0)
    kernel /= kernel.sum()
    return np.convolve(audio, kernel, mode="same")[::step].astype(np.float32)


def tightened(audio: Samples) -> Samples:
    """`audio` at RATE_HZ, loudest sample PEAK, silence at the edges and long pauses within cut short."""
    loudest = float(np.abs(audio).max(initial=0.0))
    if loudest == 0.0:
        return audio[:0]
    audio = audio * (PEAK / loudest)
    frame = int(_FRAME_S * RATE_HZ)
    frames = np.pad(audio, (0, -len(audio) % frame)).reshape(-1, frame)
    voiced = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > _SILENT)
    keep = np.zeros(len(frames), dtype=bool)
    edge, pause = round(_EDGE_S / _FRAME_S), round(_LONGEST_PAUSE_S / _FRAME_S)
    keep[max(0, voiced[0] - edge) : voiced[-1] + 1 + edge] = True
    for before, after in itertools.pairwise(voiced):
        gap = after - before - 1
        if gap > pause:
            # The middle goes: a breath before and a soft onset after belong to the words.
            keep[before + 1 + pause // 2 : after - (pause - pause // 2)] = False
    return frames[keep].reshape(-1).astype(np.float32)


def write_wav(path: Path, audio: Samples) -> None:
    """Write `audio` (−1…1 at RATE_HZ) as a mono 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(audio, -1, 1) * 32767).round().astype("<i2").tobytes())


def read_wav(path: Path) -> Samples:
    """A mono 16-bit WAV as samples −1…1."""
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float32) / np.float32(32768)


def wav_seconds(path: Path) -> float:
    """How long a WAV lasts."""
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()
