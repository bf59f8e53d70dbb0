"""How far a transcript is from what was said: word errors after Portuguese normalisation. Pure.

What is written differently but said the same way is no error: case, punctuation, digits, the e between numerals,
gender of numerals, clipped forms.
"""

import re
from dataclasses import dataclass

from transcribe.numerals import HUNDREDS, ORDINALS, SCALES, SMALL, TENS, spelled_out

_SAME = {
    "uma": "um",
    "duas": "dois",
    "quatorze": "catorze",
    "cinqüenta": "cinquenta",
    "porcento": "por cento",
    "tá": "está",
    "tô": "estou",
    "pra": "para",
    "pro": "para o",
    "né": "não é",
    "ok": "okay",
    "dra": "doutora",
    "dr": "doutor",
    "sr": "senhor",
    "sra": "senhora",
} | {f"{ordinal[:-1]}a": ordinal for ordinal in ORDINALS[1:]}
_FEMININE_HUNDREDS = re.compile(r"^((?:du|tre)zent|quinhent|(?:quatro|seis|sete|oito|nove)cent)as$")
_NUMERALS = frozenset(SMALL + TENS[2:] + ("cem",) + HUNDREDS[1:] + SCALES)
_COUNTED = _NUMERALS | {"real", "reais", "hora", "horas"}


@dataclass(frozen=True, kw_only=True)
class WordErrors:
    """Errors against a reference of `words` words."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    words: int = 0

    @property
    def total(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors per word of the reference; of an empty one: 0 without insertions, else 1."""
        return self.total / self.words if self.words else float(self.total > 0)

    def __add__(self, other: "WordErrors") -> "WordErrors":
        return WordErrors(
            substitutions=self.substitutions + other.substitutions,
            deletions=self.deletions + other.deletions,
            insertions=self.insertions + other.insertions,
            words=self.words + other.words,
        )


def normalised(text: str) -> list[str]:
    """The words of a text as they are compared."""
    spelled = spelled_out(text).lower().replace("'", " ")
    words = re.sub(r"[^\w\s]|_", " ", spelled).split()
    plain = " ".join(_SAME.get(word, _FEMININE_HUNDREDS.sub(r"\1os", word)) for word in words).split()
    return [
        word
        for i, word in enumerate(plain)
        if not (word == "e" and 0 < i < len(plain) - 1 and plain[i - 1] in _COUNTED and plain[i + 1] in _NUMERALS)
    ]


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """The fewest substitutions, deletions and insertions that turn what was said into what was heard."""
    said, heard = normalised(reference), normalised(hypothesis)
    # Each cell: (errors, substitutions, deletions, insertions) of the best way so far.
    above = [(j, 0, 0, j) for j in range(len(heard) + 1)]
    for i, word in enumerate(said, start=1):
        row = [(i, 0, i, 0)]
        for j, other in enumerate(heard, start=1):
            errors, subs, dels, ins = above[j - 1]
            if word == other:
                row.append((errors, subs, dels, ins))
                continue
            best = (errors + 1, subs + 1, dels, ins)
            errors, subs, dels, ins = above[j]
            best = min(best, (errors + 1, subs, dels + 1, ins), key=lambda cell: cell[0])
            errors, subs, dels, ins = row[j - 1]
            best = min(best, (errors + 1, subs, dels, ins + 1), key=lambda cell: cell[0])
            row.append(best)
        above = row
    _, subs, dels, ins = above[-1]
    return WordErrors(substitutions=subs, deletions=dels, insertions=ins, words=len(said))
