"""Brazilian Portuguese text to the phoneme letters Kokoro was trained on, through espeak-ng's library.

espeak-ng loses punctuation, which carries the melody, so the text goes in clause by clause. Two-letter sounds come
out tied by `^`; Kokoro has one letter of its own for most of them.
"""

import ctypes
import re
from pathlib import Path

from base.errors import MissingPartError

_SYNCHRONOUS = 2
_UTF8 = 1
_IPA = 0x02
_TIED = 0x80 | ord("^") << 8

_ONE_LETTER = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^z": "ʣ",
    "d^ʒ": "ʤ",
    "e^ɪ": "A",
    "o^ʊ": "O",
    "ə^ʊ": "Q",
    "s^s": "S",
    "t^s": "ʦ",
    "t^ʃ": "ʧ",
    "ɔ^ɪ": "Y",
}
_CLAUSE = re.compile(r"([.,;:!?…—]+\s*)")


class Phonemes:
    """The library with its one global voice; use it from one thread."""

    def __init__(self, library: Path, data: Path) -> None:
        """Load the library. Raises MissingPartError when it does not run on this machine."""
        try:
            self._espeak = ctypes.CDLL(str(library))
        except OSError as error:
            raise MissingPartError(
                f"espeak-ng cannot be loaded ({error}). Remove {library} and set up again."
            ) from error
        rate = self._espeak.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), 0)
        if rate <= 0 or self._espeak.espeak_SetVoiceByName(b"pt-br") != 0:
            raise MissingPartError(f"espeak-ng finds no Portuguese. Remove {data} and set up again.")
        self._translate = self._espeak.espeak_TextToPhonemes
        self._translate.restype = ctypes.c_char_p
        self._translate.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]

    def __call__(self, text: str) -> str:
        """The phonemes of `text` with its punctuation kept."""
        pieces = _CLAUSE.split(text.strip())
        return "".join(piece if index % 2 else self._clause(piece) for index, piece in enumerate(pieces)).strip()

    def _clause(self, text: str) -> str:
        buffer = ctypes.create_string_buffer(text.encode())
        rest = ctypes.c_void_p(ctypes.addressof(buffer))
        said = []
        while rest.value:
            said.append((self._translate(ctypes.byref(rest), _UTF8, _IPA | _TIED) or b"").decode())
        return as_kokoro(" ".join(part for part in said if part))


def as_kokoro(ipa: str) -> str:
    """The tied IPA of espeak in Kokoro's letters; ties and hyphens without a letter of their own are dropped."""
    for tied, letter in _ONE_LETTER.items():
        ipa = ipa.replace(tied, letter)
    return ipa.replace("^", "").replace("-", "").strip()
