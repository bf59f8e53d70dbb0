"""From lines of chunks to one conversation: call time again, both sides in order, a breath joined. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from transcribe.batching import Chunk
from transcribe.guards import Line
from transcribe.model import Segment, Word

BREATH_S = 0.8
"""A shorter pause does not end what a side says."""

LONGEST_S = 20.0
"""A longer segment is not joined further: one line on the screen."""


def segments_of(chunk: Chunk, lines: Iterable[Line], avg_logprob: float) -> list[Segment]:
    """The lines as segments in call time, cut where the chunk left silence out."""
    segments: list[Segment] = []
    for line in lines:
        if line.words:
            segments += _by_words(chunk, line.words, avg_logprob)
        else:
            span = chunk.span_at((line.start_s + line.end_s) / 2)
            start, end = (chunk.call_time(at, span) for at in (line.start_s, line.end_s))
            segments.append(_segment(chunk, start, end, line.text, (), avg_logprob))
    return segments


def conversation(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """All segments of a call in order of time; neighbours of one side with only a breath between them are one."""
    joined: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (s.start_s, s.end_s, s.speaker)):
        if joined and _one_breath(joined[-1], segment):
            joined[-1] = _join(joined[-1], segment)
        else:
            joined.append(segment)
    return tuple(joined)


def _by_words(chunk: Chunk, words: Sequence[Word], avg_logprob: float) -> list[Segment]:
    found: list[Segment] = []
    for span, group in groupby(words, key=lambda word: chunk.span_at((word.start_s + word.end_s) / 2)):
        timed = tuple(
            Word(text=w.text, start_s=chunk.call_time(w.start_s, span), end_s=chunk.call_time(w.end_s, span))
            for w in group
        )
        text = " ".join(word.text for word in timed)
        found.append(_segment(chunk, timed[0].start_s, timed[-1].end_s, text, timed, avg_logprob))
    return found


def _segment(
    chunk: Chunk, start_s: float, end_s: float, text: str, words: tuple[Word, ...], avg_logprob: float
) -> Segment:
    return Segment(
        speaker=chunk.channel.speaker,
        start_s=round(start_s, 2),
        end_s=round(max(start_s, end_s), 2),
        text=text,
        words=words,
        avg_logprob=avg_logprob,
    )


def _one_breath(before: Segment, after: Segment) -> bool:
    return (
        before.speaker is after.speaker
        and after.start_s - before.end_s < BREATH_S
        and after.end_s - before.start_s <= LONGEST_S
    )


def _join(before: Segment, after: Segment) -> Segment:
    weights = len(before.text), len(after.text)
    logprobs = before.avg_logprob, after.avg_logprob
    mean = None
    if logprobs[0] is not None and logprobs[1] is not None:
        mean = (logprobs[0] * weights[0] + logprobs[1] * weights[1]) / max(1, sum(weights))
    return Segment(
        speaker=before.speaker,
        start_s=before.start_s,
        end_s=max(before.end_s, after.end_s),
        text=f"{before.text} {after.text}",
        words=before.words + after.words,
        avg_logprob=mean,
    )
