"""Many calls to transcripts in one pass: the library's face, used by the worker and by batch runs.

One call's trouble is that call's alone: it comes back with a problem, the others with their words.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from transcribe.audio import hear
from transcribe.batching import Channel, Chunk, batches, pack
from transcribe.guards import Heard, Ruling, rule, trimmed
from transcribe.merge import conversation, segments_of
from transcribe.model import CallAudio, Segment, Sound, Speaker, Transcript
from transcribe.vad import speech_spans

Progress = Callable[[float, float], None]
"""Told the seconds of speech done and to be done; called from the pass's threads."""

_Decoded = tuple[list[Chunk], list[Heard | None]]
"""Chunks and what was heard in each; None where the model broke."""

log = logging.getLogger(__name__)


class SpeechModel(Protocol):
    """What a pass needs of the models."""

    name: str
    language: str
    workers: int

    def speech_probabilities(self, sound: Sound) -> list[float]:
        """How sure it is that somebody speaks, for each window of vad.WINDOW_S."""
        ...

    def decode(self, sounds: Sequence[Sound], *, carefully: bool = False) -> list[Heard]:
        """What is said in each sound."""
        ...


@dataclass(kw_only=True)
class _Pass:
    """One pass over some calls; results are gathered by the calling thread alone."""

    model: SpeechModel
    calls: Sequence[CallAudio]
    batch: int
    pool: ThreadPoolExecutor
    progress: Progress | None
    found: dict[int, list[Segment]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        chunks = [chunk for channel in self.pool.map(self._chunks, self._channels()) for chunk in channel]
        whole_s = sum(chunk.seconds for chunk in chunks)
        done_s = 0.0
        again: list[Chunk] = []
        rest: list[Chunk] = []
        for batch, heard in self.pool.map(self._decode, batches(chunks, self.batch)):
            for chunk, one in zip(batch, heard, strict=True):
                self._take(chunk, one, again, rest)
            done_s += sum(chunk.seconds for chunk in batch)
            if self.progress:
                self.progress(done_s, whole_s)
        self._hear_again(self._decode_carefully, again)
        self._hear_again(self._decode, rest)

    def _hear_again(self, decode: Callable[[list[Chunk]], _Decoded], chunks: list[Chunk]) -> None:
        """A second and last attempt; what is still no good is left out."""
        for batch, heard in self.pool.map(decode, batches(chunks, self.batch)):
            for chunk, one in zip(batch, heard, strict=True):
                if one and rule(one, chunk.seconds) in (Ruling.KEEP, Ruling.REST):
                    self._keep(chunk, one)

    def transcripts(self) -> list[Transcript]:
        return [
            Transcript(
                model=self.model.name,
                language=self.model.language,
                audio_s=call.seconds,
                segments=() if i in self.failed else conversation(self.found[i]),
                problem=self.failed.get(i),
            )
            for i, call in enumerate(self.calls)
        ]

    def _channels(self) -> list[Channel]:
        return [Channel(call=i, speaker=speaker) for i in range(len(self.calls)) for speaker in Speaker]

    def _chunks(self, channel: Channel) -> list[Chunk]:
        track = self.calls[channel.call].track(channel.speaker)
        try:
            spans = speech_spans(self.model.speech_probabilities(hear(track)), track.seconds)
        except Exception as error:  # a foreign library: whatever it is, it is this call's alone
            self._fail(channel, error)
            return []
        return pack(channel, spans)

    def _take(self, chunk: Chunk, heard: Heard | None, again: list[Chunk], rest: list[Chunk]) -> None:
        if heard is None:
            return
        match rule(heard, chunk.seconds):
            case Ruling.KEEP:
                self._keep(chunk, heard)
            case Ruling.AGAIN:
                again.append(chunk)
            case Ruling.REST:
                self._keep(chunk, heard)
                rest.append(chunk.after(heard.end_s))
            case Ruling.DROP:
                pass

    def _keep(self, chunk: Chunk, heard: Heard) -> None:
        lines = trimmed(heard, chunk.seconds)
        self.found[chunk.channel.call] += segments_of(chunk, lines, heard.avg_logprob)

    def _decode(self, chunks: list[Chunk], *, carefully: bool = False) -> _Decoded:
        sounds = [hear(self.calls[chunk.channel.call].track(chunk.channel.speaker), chunk.spans) for chunk in chunks]
        try:
            return chunks, list(self.model.decode(sounds, carefully=carefully))
        except Exception as error:  # a foreign library: find out which chunk it was
            if len(chunks) == 1:
                self._fail(chunks[0].channel, error)
                return chunks, [None]
        return chunks, [self._decode([chunk], carefully=carefully)[1][0] for chunk in chunks]

    def _decode_carefully(self, chunks: list[Chunk]) -> _Decoded:
        return self._decode(chunks, carefully=True)

    def _fail(self, channel: Channel, error: Exception) -> None:
        log.error("a call could not be transcribed", exc_info=error)
        self.failed[channel.call] = f"The {channel.speaker}'s side could not be transcribed: {error}"


def transcribe_calls(
    calls: Iterable[CallAudio], model: SpeechModel, *, batch: int = 8, progress: Progress | None = None
) -> list[Transcript]:
    """The transcript of each call, in the order given; blocks for as long as it takes.

    batch: chunks decoded at once by one worker. A call that fails has a problem and no segments.
    """
    calls = list(calls)
    with ThreadPoolExecutor(max_workers=model.workers, thread_name_prefix="whisper") as pool:
        work = _Pass(model=model, calls=calls, batch=batch, pool=pool, progress=progress)
        work.run()
    return work.transcripts()
