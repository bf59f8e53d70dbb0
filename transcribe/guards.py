"""What Whisper is known to get wrong, caught after the fact. Pure.

It repeats itself for ever, invents film credits in silence and noise, and leaves speech untold at the end of a chunk.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from enum import Enum, auto

from transcribe.model import Word

REPEATS_ABOVE = 2.4
"""Text that zlib shrinks to less than 1/2.4 says the same thing over and over."""

SURE_BELOW = 0.6
"""Above this probability of "nobody speaks" unsure words are dropped."""

UNSURE_BELOW = -1.0
"""Words of a lower mean log probability are a guess."""

UNTOLD_S = 2.0
"""Speech left untold at a chunk's end for longer than this is heard again."""

_INVENTED = re.compile(
    r"(legendas? (pela comunidade|por|adaptacao)|transcricao e legendas|legendado por|amara ?org|"
    r"(se )?inscrev\w+ (se )?no (meu |nosso )?canal|obrigad[oa] por assistir|deixe? (o |seu )*like|"
    r"www \w+ com|acesse o nosso site|sub(titulos|titles) by|thanks for watching)"
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What the model wrote between two time marks, in seconds of its chunk."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the model made of one chunk."""

    lines: tuple[Line, ...]
    avg_logprob: float
    no_speech: float

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def end_s(self) -> float:
        """Up to where the chunk was told."""
        return max((line.end_s for line in self.lines), default=0.0)


class Ruling(Enum):
    """What to do with what was heard."""

    KEEP = auto()
    AGAIN = auto()
    """It repeats itself or says nothing at all: hear the whole chunk again, more carefully."""
    REST = auto()
    """Its end was not told: keep this and hear the rest again."""
    DROP = auto()


def rule(heard: Heard, chunk_s: float) -> Ruling:
    """Judge what was heard in a chunk of `chunk_s` seconds."""
    if repeats(heard.text):
        return Ruling.AGAIN
    if heard.no_speech > SURE_BELOW and heard.avg_logprob < UNSURE_BELOW:
        return Ruling.DROP
    if not heard.lines:
        return Ruling.AGAIN if heard.no_speech < SURE_BELOW else Ruling.DROP
    if chunk_s - heard.end_s > UNTOLD_S:
        return Ruling.REST
    return Ruling.KEEP


def repeats(text: str) -> bool:
    """Whether the text says the same thing over and over."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) > REPEATS_ABOVE


def invented(text: str) -> bool:
    """Whether the text is a credit line of the films Whisper learnt from, which nobody says on the telephone."""
    plain = unicodedata.normalize("NFD", text.lower())
    words = re.sub(r"[^a-z0-9]+", " ", plain.encode("ascii", "ignore").decode()).strip()
    return not words or _INVENTED.match(words) is not None


def trimmed(heard: Heard, chunk_s: float) -> tuple[Line, ...]:
    """The lines without invented ones, their times within the chunk."""
    kept = []
    for line in heard.lines:
        start, end = (min(max(at, 0.0), chunk_s) for at in (line.start_s, line.end_s))
        if end > start and not invented(line.text) and not repeats(line.text):
            kept.append(Line(start_s=start, end_s=end, text=line.text, words=line.words))
    return tuple(kept)
