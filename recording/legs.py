"""The raw legs Asterisk leaves behind, and how two of them become one sound with two channels.

A leg is headerless signed 16-bit little-endian mono at 8 kHz: a crash can cut it short, never make it unreadable.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
"""Samples per second of a telephone leg."""

BYTES_PER_SAMPLE = 2

Samples = NDArray[np.int16]


def read_leg(path: Path) -> Samples:
    """The samples of a leg; none when the file is not there. Half a sample at the end is left out."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    whole = len(data) - len(data) % BYTES_PER_SAMPLE
    return np.frombuffer(data[:whole], dtype="<i2").astype(np.int16)


def merge(*, agent: Samples, debtor: Samples) -> NDArray[np.int16]:
    """Both legs side by side, shape (samples, 2): the agent left, the debtor right, the shorter padded with silence."""
    both = np.zeros((max(len(agent), len(debtor)), 2), dtype=np.int16)
    both[: len(agent), 0] = agent
    both[: len(debtor), 1] = debtor
    return both


def seconds(samples: int) -> float:
    """How long `samples` of one leg last."""
    return samples / SAMPLE_RATE
