"""The one door to Whisper: a batch of sounds of any calls goes in, lines with times come out.

Quicker than faster-whisper's own pipelines on a processor: chunks of many calls share a batch, and the encoder is given
the chunk and a little silence instead of 30 s (CTranslate2 takes any length).
"""

import ctypes
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.guards import Heard, Line
from transcribe.model import SAMPLE_RATE, Sound, Word

SILENCE_S = 3.0
"""Silence after the longest chunk of a batch: with less of it Whisper makes more errors (0.3 s: a third more)."""

WHOLE_WINDOW_S = 30.0
"""What Whisper was made for; used when a chunk is heard again."""

STEP_S = 0.02
"""Seconds between two time marks."""

VAD_WINDOW = 512

M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8


def tune_process() -> None:
    """Choose the processor's widest kernels and keep freed memory for the next batch; before the first model loads.

    Both are about speed alone: CTranslate2 picks AVX2 where AVX-512 is quicker, and glibc gives each large buffer back
    to the kernel and asks for it again at every layer.
    """
    try:
        flags = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        flags = set()
    if {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"} <= flags:
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)
        libc.mallopt(M_ARENA_MAX, 1)


def download(model: str, cache: Path) -> Path:
    """The folder of a model from the hub, fetched when it is not in the cache; ValueError for an unknown name."""
    from faster_whisper.utils import download_model

    try:
        return Path(download_model(model, cache_dir=str(cache), local_files_only=True))
    except OSError:
        return Path(download_model(model, cache_dir=str(cache)))


class Whisper:
    """A loaded model with `workers` replicas of `threads` each; `decode` may be called from as many threads at once."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        compute_type: str = "int8",
        workers: int = 2,
        threads: int = 1,
        beam: int = 5,
        language: str = "pt",
    ) -> None:
        tune_process()
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.vad import get_vad_model

        self.name = name
        self.language = language
        self.workers = workers
        self._beam = beam
        self._whole: Any = WhisperModel(
            str(folder),
            device="auto",
            compute_type=compute_type,
            cpu_threads=threads,
            num_workers=workers,
            local_files_only=True,
        )
        self._model = self._whole.model
        self._tokenizer: Any = Tokenizer(
            self._whole.hf_tokenizer, self._model.is_multilingual, task="transcribe", language=language
        )
        self._vad: Any = get_vad_model()

    def speech_probabilities(self, sound: Sound) -> list[float]:
        """How sure it is that somebody speaks, for each 32 ms (Silero's detector)."""
        if len(sound) == 0:
            return []
        padded = np.pad(sound, (0, -len(sound) % VAD_WINDOW))
        return [float(p) for p in np.ravel(self._vad(padded))]

    def decode(self, sounds: Sequence[Sound], *, carefully: bool = False) -> list[Heard]:
        """What is said in each sound of at most 28 s.

        carefully: with Whisper's whole window and no phrase said twice, for sounds that made it repeat itself.
        """
        longest_s = max(len(sound) for sound in sounds) / SAMPLE_RATE
        window_s = WHOLE_WINDOW_S if carefully else min(WHOLE_WINDOW_S, longest_s + SILENCE_S)
        features = self._whole.encode(self._features(sounds, window_s))
        results = self._model.generate(
            features,
            [list(self._tokenizer.sot_sequence)] * len(sounds),
            beam_size=self._beam,
            no_repeat_ngram_size=4 if carefully else 0,
            return_scores=True,
            return_no_speech_prob=True,
            # No line is longer than its sound could tell; a loop ends here.
            max_length=min(448, 40 + int(longest_s * 20)),
        )
        tokens = [list(result.sequences_ids[0]) for result in results]
        words = self._words(features, tokens, sounds)
        return [
            Heard(
                lines=tuple(self._lines(t, w, len(sound) / SAMPLE_RATE)),
                avg_logprob=result.scores[0] * len(t) / (len(t) + 1),
                no_speech=result.no_speech_prob,
            )
            for result, t, w, sound in zip(results, tokens, words, sounds, strict=True)
        ]

    def _features(self, sounds: Sequence[Sound], window_s: float) -> NDArray[np.float32]:
        samples = int(window_s * 50) * SAMPLE_RATE // 50
        extract = self._whole.feature_extractor
        return np.stack([extract(np.pad(sound, (0, samples - len(sound))), padding=0) for sound in sounds])

    def _words(self, features: Any, tokens: list[list[int]], sounds: Sequence[Sound]) -> list[list[tuple[Word, int]]]:
        """Each text's words with their times and numbers of tokens."""
        texts = [[token for token in line if token < self._tokenizer.eot] for line in tokens]
        aligned = self._model.align(
            features,
            self._tokenizer.sot_sequence,
            texts,
            [len(sound) * 100 // SAMPLE_RATE for sound in sounds],
        )
        return [self._timed(text, found.alignments) for text, found in zip(texts, aligned, strict=True)]

    def _timed(self, text: list[int], alignments: Sequence[tuple[int, int]]) -> list[tuple[Word, int]]:
        if not text:
            return []
        spelled, pieces = self._tokenizer.split_to_word_tokens([*text, self._tokenizer.eot])
        begins: dict[int, float] = {}
        for token, step in alignments:
            begins.setdefault(token, step * STEP_S)
        last = max(begins.values(), default=0.0)
        words: list[tuple[Word, int]] = []
        for word, (a, b) in zip(spelled, pairwise(accumulate(map(len, pieces[:-1]), initial=0)), strict=False):
            if words and not word.startswith(" "):
                # A comma or a hyphen's second half: it belongs to the word before and takes no time of its own.
                before, size = words[-1]
                end_s = begins.get(b, last) if word.strip().isalnum() else before.end_s
                words[-1] = (replace(before, text=before.text + word.strip(), end_s=end_s), size + b - a)
            else:
                words.append((Word(text=word.strip(), start_s=begins.get(a, last), end_s=begins.get(b, last)), b - a))
        return words

    def _lines(self, tokens: list[int], words: list[tuple[Word, int]], sound_s: float) -> Iterator[Line]:
        """The tokens between two time marks; text after the last mark counts too."""
        first_mark = self._tokenizer.timestamp_begin
        rest = iter(words)
        start, held = 0.0, []
        for token in [*tokens, None]:
            mark_s = sound_s if token is None else (token - first_mark) * STEP_S
            if token is not None and token < first_mark:
                held.append(token)
                continue
            if text := self._tokenizer.decode(held).strip():
                yield Line(start_s=start, end_s=mark_s, text=text, words=tuple(_take(rest, len(held))))
            start, held = mark_s, []


def _take(words: Iterator[tuple[Word, int]], tokens: int) -> Iterator[Word]:
    """The words that `tokens` tokens spell."""
    while tokens > 0 and (found := next(words, None)):
        word, size = found
        tokens -= size
        if word.text:
            yield word
