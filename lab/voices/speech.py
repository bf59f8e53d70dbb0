"""Spoken texts, each rendered once and kept by the hash of text, voice and version.

A turn is made of sentences that are spoken and kept one by one, so that a greeting said to forty debtors is rendered
once. Rendering is the slowest step of the lab's set-up: it runs in as many processes as there are processors.
"""

import hashlib
import multiprocessing
import os
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np

from base.errors import MissingPartError
from lab.voices.fetch import Voice, VoiceFiles, fetch_voices
from lab.voices.kokoro import RATE_HZ as KOKORO_HZ
from lab.voices.kokoro import Kokoro
from lab.voices.sound import RATE_HZ, read_wav, tightened, to_telephone, wav_seconds, write_wav

VERSION = 1
"""Raise it when the same text would sound different; old files are then left unused."""
_BETWEEN_SENTENCES_S = 0.12
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")

_kokoro: Kokoro | None = None
"""The model of a rendering process."""


class Speech:
    """Speech under `cache_dir`/speech. The voices' parts are fetched when the first text has to be rendered."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache = cache_dir
        self._folder = cache_dir / "speech"

    def path(self, text: str, voice: Voice) -> Path:
        """Where the WAV of `text` is, or will be."""
        return self._folder / f"{_key(text, voice)}.wav"

    def render(self, text: str, voice: Voice) -> Path:
        """The WAV of `text` in `voice`: 8 kHz, mono, 16 bits. Raises MissingPartError."""
        self.render_all([(text, voice)], processes=1)
        return self.path(text, voice)

    def missing(self, items: Iterable[tuple[str, Voice]]) -> list[tuple[str, Voice]]:
        """The sentences of `items` that have still to be rendered, longest first."""
        wanted = {(sentence, voice) for text, voice in items for sentence in sentences(text)}
        return sorted((s for s in wanted if not self.path(*s).exists()), key=lambda s: (-len(s[0]), *s))

    def render_all(
        self,
        items: Iterable[tuple[str, Voice]],
        progress: Callable[[int, int], None] | None = None,
        processes: int | None = None,
    ) -> None:
        """Have every (text, voice) spoken; told (sentences done, in all). What is there already costs nothing.

        Raises MissingPartError.
        """
        items = list(dict.fromkeys(items))
        todo = self.missing(items)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if todo:
                self._render(todo, progress or (lambda _done, _all: None), processes or os.cpu_count() or 1)
            for text, voice in items:
                if not self.path(text, voice).exists():
                    self._join(text, voice)
        except OSError as error:
            raise MissingPartError(
                f"{self._folder} cannot be written: {error.strerror or error}. Free some space or set ALO_CACHE_DIR."
            ) from error
        except BrokenProcessPool as error:
            raise MissingPartError(
                "The voices stopped while they were being loaded: about 1 GB of free memory is needed. "
                "Close something and run this again."
            ) from error

    def seconds(self, items: Iterable[tuple[str, Voice]]) -> float:
        """Seconds of distinct sentences behind `items`, all of them rendered already."""
        wanted = {(sentence, voice) for text, voice in items for sentence in sentences(text)}
        return sum(wav_seconds(self.path(*sentence)) for sentence in wanted)

    def _render(self, todo: list[tuple[str, Voice]], progress: Callable[[int, int], None], processes: int) -> None:
        files = fetch_voices(self._cache)
        progress(0, len(todo))
        # Spawned: a fork would copy the caller's event loop and database connections.
        with ProcessPoolExecutor(
            min(processes, len(todo)), multiprocessing.get_context("spawn"), initializer=_load, initargs=(files,)
        ) as pool:
            futures = [pool.submit(_speak, text, voice, self.path(text, voice)) for text, voice in todo]
            try:
                for done, future in enumerate(as_completed(futures), 1):
                    future.result()
                    progress(done, len(todo))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _join(self, text: str, voice: Voice) -> None:
        gap = np.zeros(int(_BETWEEN_SENTENCES_S * RATE_HZ), dtype=np.float32)
        pieces = [piece for sentence in sentences(text) for piece in (gap, read_wav(self.path(sentence, voice)))]
        _write_whole(self.path(text, voice), np.concatenate(pieces[1:]))


def sentences(text: str) -> list[str]:
    """`text` cut after each full stop, question or exclamation mark."""
    return _SENTENCE.split(text.strip())


def _key(text: str, voice: Voice) -> str:
    return hashlib.sha256(f"{VERSION}\n{voice}\n{text}".encode()).hexdigest()[:32]


def _load(files: VoiceFiles) -> None:
    global _kokoro  # noqa: PLW0603 - a pool's initialiser has no other place
    _kokoro = Kokoro(files)


def _speak(text: str, voice: Voice, path: Path) -> None:
    assert _kokoro is not None
    _write_whole(path, tightened(to_telephone(_kokoro.speak(text, voice), KOKORO_HZ)))


def _write_whole(path: Path, audio: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}")
    write_wav(part, audio)
    part.replace(path)
