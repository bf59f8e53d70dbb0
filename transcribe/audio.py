"""Sound files to the samples the speech models hear."""

from collections.abc import Sequence
from math import gcd
from typing import IO

import numpy as np
import soundfile

from transcribe.errors import UnreadableAudioError
from transcribe.model import SAMPLE_RATE, CallAudio, Sound, Track
from transcribe.vad import Span

FULL_SCALE = 32768

ZERO_CROSSINGS = 16
"""Half the length of the resampling filter, in samples of the lower rate: flat to 93 % of the band."""


def load_call(file: IO[bytes]) -> CallAudio:
    """A recording with the agent in its first and the debtor in its second channel.

    Raises UnreadableAudioError when it is no sound file or has not two channels.
    """
    try:
        samples, rate = soundfile.read(file, dtype="int16", always_2d=True)
    except soundfile.SoundFileError as error:
        raise UnreadableAudioError(f"The recording cannot be read: {error}. Restore it from a copy.") from error
    if samples.shape[1] != 2:
        raise UnreadableAudioError(
            f"The recording has {samples.shape[1]} channels, not two: agent and debtor cannot be told apart."
        )
    agent, debtor = (Track(samples=np.ascontiguousarray(samples[:, i]), rate=rate) for i in (0, 1))
    return CallAudio(agent=agent, debtor=debtor)


def hear(track: Track, spans: Sequence[Span] | None = None) -> Sound:
    """What the models hear of a track: the spans one after the other, or all of it."""
    if spans is None:
        kept = track.samples
    else:
        cuts = [track.samples[round(span.start_s * track.rate) : round(span.end_s * track.rate)] for span in spans]
        kept = np.concatenate(cuts) if cuts else track.samples[:0]
    return resample(kept.astype(np.float32) / np.float32(FULL_SCALE), track.rate)


def resample(sound: Sound, rate: int) -> Sound:
    """The sound at SAMPLE_RATE; `rate` is what it has now, in samples per second."""
    shared = gcd(rate, SAMPLE_RATE)
    up, down = SAMPLE_RATE // shared, rate // shared
    if up == down or len(sound) == 0:
        return np.ascontiguousarray(sound, dtype=np.float32)
    half = ZERO_CROSSINGS * max(1, -(-down // up))
    padded = np.pad(sound.astype(np.float32), (half, half + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    length = -(-len(sound) * up // down)
    result = np.empty(length, dtype=np.float32)
    # Every up-th output sample lies at the same distance from its neighbours, so it has the same filter.
    for phase in range(min(up, length)):
        count = len(range(phase, length, up))
        first = phase * down // up
        offset = phase * down / up - first
        result[phase::up] = windows[first : first + (count - 1) * down + 1 : down] @ _filter(half, offset, up / down)
    return result


def _filter(half: int, offset: float, ratio: float) -> Sound:
    """A windowed sinc around `offset`, cutting at the lower rate's band edge."""
    cutoff = min(1.0, ratio)
    distance = np.arange(-half, half + 1) - offset
    taps = cutoff * np.sinc(cutoff * distance) * np.cos(np.pi * distance / (2 * half + 2)) ** 2
    filtered: Sound = (taps / taps.sum()).astype(np.float32)
    return filtered
