"""Where in a channel somebody speaks, from a speech detector's probabilities. Pure.

Silence must not reach Whisper: it invents words there, and silence is most of a telephone channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_S = 0.032
"""Seconds of sound behind one probability."""

STARTS_AT = 0.1
"""Speech begins at this probability (Silero's own 0.5 hears only half of what is said on a telephone line) …"""

ENDS_BELOW = 0.05
"""… and ends when it stays below this one …"""

PAUSE_S = 1.0
"""… for so long."""

SHORTEST_S = 0.1
"""Less speech than this is a click."""

MARGIN_S = 0.5
"""Kept on both sides: soft first and last sounds."""

LONGEST_S = 15.0
"""A longer stretch is cut at its quietest moment."""


@dataclass(frozen=True, kw_only=True, order=True)
class Span:
    """A stretch of one channel, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


def speech_spans(probabilities: Sequence[float], total_s: float) -> list[Span]:
    """The stretches with speech, in order, not overlapping, none longer than LONGEST_S; total_s ends the channel."""
    pieces = [piece for run in _runs(probabilities) for piece in _cut(run, probabilities)]
    spans: list[Span] = []
    for i, (first, last) in enumerate(pieces):
        # Neighbours closer than two margins meet in the middle.
        before = pieces[i - 1][1] * WINDOW_S if i else -MARGIN_S
        after = pieces[i + 1][0] * WINDOW_S if i + 1 < len(pieces) else total_s + MARGIN_S
        start, end = first * WINDOW_S, last * WINDOW_S
        span = Span(
            start_s=max(0.0, start - min(MARGIN_S, (start - before) / 2)),
            end_s=min(total_s, end + min(MARGIN_S, (after - end) / 2)),
        )
        if span.seconds > 0:
            spans.append(span)
    return spans


def _runs(probabilities: Sequence[float]) -> list[tuple[int, int]]:
    """Runs of speech as windows [first, last), pauses shorter than PAUSE_S included."""
    runs: list[tuple[int, int]] = []
    pause = round(PAUSE_S / WINDOW_S)
    first: int | None = None
    quiet = 0
    for i, probability in enumerate([*probabilities, *([0.0] * pause)]):
        if first is None:
            if probability >= STARTS_AT:
                first, quiet = i, 0
        elif probability >= ENDS_BELOW:
            quiet = 0
        else:
            quiet += 1
            if quiet == pause:
                last = i + 1 - pause
                if (last - first) * WINDOW_S >= SHORTEST_S:
                    runs.append((first, last))
                first = None
    return runs


def _cut(run: tuple[int, int], probabilities: Sequence[float]) -> list[tuple[int, int]]:
    """The run in pieces that stay within LONGEST_S with their margins."""
    first, last = run
    most = int((LONGEST_S - 2 * MARGIN_S) / WINDOW_S)
    if last - first <= most:
        return [run]
    # Not in the first third: a cut leaves two useful pieces.
    earliest, latest = first + most // 3, min(first + most, last - 1)
    at = min(range(earliest, latest + 1), key=lambda i: (probabilities[i], -i))
    return [(first, at), *_cut((at, last), probabilities)]
