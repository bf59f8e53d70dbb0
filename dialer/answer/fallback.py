"""The message of a campaign that has none of its own: an apology, and the number it calls from, in Portuguese.

It names the caller by number alone: the creditor's name cannot be spoken without somebody who speaks it.
"""

import re
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from dialer.answer.wave import RATE_HZ, Samples

FOLDER: Final = Path(__file__).parent / "prompts"
"""Spoken by `lab/prompts.py`: the digits, and what stands before and after them."""
SORRY, GOODBYE = "sorry", "goodbye"
_BRAZILIAN = re.compile(r"\+55(\d\d)(\d{4,5})(\d{4})")
_BETWEEN_DIGITS_S, _BETWEEN_GROUPS_S = 0.05, 0.35


def fallback_message(caller_id: str) -> Samples:
    """The message that gives `caller_id` (E.164) as who called and where to call back."""
    match = _BRAZILIAN.fullmatch(caller_id)
    groups = match.groups() if match else (re.sub(r"[^0-9]", "", caller_id),)
    pieces = [_prompt(SORRY)]
    for group in groups:
        pieces.append(_silence(_BETWEEN_GROUPS_S))
        for digit in group:
            pieces += [_prompt(digit), _silence(_BETWEEN_DIGITS_S)]
    return np.concatenate([*pieces, _silence(_BETWEEN_GROUPS_S), _prompt(GOODBYE)])


def _prompt(name: str) -> Samples:
    samples, _rate_hz = soundfile.read(FOLDER / f"{name}.flac", dtype="float32")
    return np.asarray(samples, dtype=np.float32)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)
