"""Speed and word errors of our transcription beside faster-whisper's own two ways, on the same calls in one run.

The calls are real Portuguese clips (../shared/data/speech-pt), made into two-channel telephone calls: 8 kHz,
300 to 3400 Hz, mu-law, a little line noise, the sides taking turns, a hold in the middle. Each system runs in a process
of its own; loading the model is not counted. Speed is call seconds per second of wall time, both channels done; the
processor's seconds (cpu_s) can be compared on a busy machine too.
"""

import os
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from base.errors import MissingPartError
from base.settings import load_settings
from transcribe.audio import hear
from transcribe.model import CallAudio, Speaker, Track
from transcribe.score import WordErrors, word_errors
from transcribe.service import transcribe_calls
from transcribe.vad import ENDS_BELOW, STARTS_AT
from transcribe.weights import ensure_model
from transcribe.whisper import Whisper

RATE = 8000
TURNS_PER_CALL = 6
PAUSE_S = 0.7
HOLD_S = 12.0
QUICK_CALLS = 3

Said = list[tuple[str, str]]
"""Per call: the agent's words, the debtor's words."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One system's run."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    heard: Said


class _Stopwatch:
    """Started when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def measured(self, heard: Said) -> Measured:
        return Measured(
            wall_s=time.perf_counter() - self._wall,
            cpu_s=time.process_time() - self._cpu,
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            heard=heard,
        )


def run(quick: bool) -> dict[str, float]:
    """Measure and return the figures; quick: three calls, one system less."""
    calls, said = telephone_calls(_speech(), QUICK_CALLS if quick else None)
    folder = ensure_model("base", load_settings().cache_dir)
    systems = [ours, shipped, batched_tuned] + ([] if quick else [shipped_phone_vad])
    call_s = sum(call.seconds for call in calls)
    figures: dict[str, float] = {"calls": len(calls), "call_s": round(call_s, 1)}
    for system in systems:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
            measured = alone.submit(system, folder, calls).result()
        errors = _errors(said, measured.heard)
        figures[f"speed_{system.__name__}"] = round(call_s / measured.wall_s, 1)
        figures[f"cpu_s_{system.__name__}"] = round(measured.cpu_s, 1)
        figures[f"wer_{system.__name__}"] = round(errors.rate, 4)
        if system is ours:
            figures["peak_mb"] = round(measured.peak_mb)
        figures["words"] = errors.words
    return figures


def ours(folder: Path, calls: Sequence[CallAudio]) -> Measured:
    """The product's pass with its default settings."""
    settings = load_settings().whisper
    model = Whisper(folder, name="base", workers=settings.workers, threads=settings.threads_per_worker)
    started = _Stopwatch()
    made = transcribe_calls(calls, model, batch=settings.batch)
    return started.measured([(one.said_by(Speaker.AGENT), one.said_by(Speaker.DEBTOR)) for one in made])


def shipped(folder: Path, calls: Sequence[CallAudio], vad: dict[str, float] | None = None) -> Measured:
    """faster-whisper as its README shows it: transcribe with the speech filter, one channel after the other."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8")

    def hear_one(sound: NDArray[np.float32]) -> str:
        segments, _ = model.transcribe(sound, language="pt", beam_size=5, vad_filter=True, vad_parameters=vad)
        return " ".join(segment.text for segment in segments)

    started = _Stopwatch()
    heard = [(hear_one(hear(call.agent)), hear_one(hear(call.debtor))) for call in calls]
    return started.measured(heard)


def shipped_phone_vad(folder: Path, calls: Sequence[CallAudio]) -> Measured:
    """The same with our thresholds for speech on a telephone line: what they alone do to the errors."""
    return shipped(folder, calls, {"threshold": STARTS_AT, "neg_threshold": ENDS_BELOW})


def batched_tuned(folder: Path, calls: Sequence[CallAudio]) -> Measured:
    """The quickest stock way: BatchedInferencePipeline, batches of 8, two workers with a thread each."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=2)
    pipeline = BatchedInferencePipeline(model)

    def hear_one(track: Track) -> str:
        segments, _ = pipeline.transcribe(hear(track), language="pt", beam_size=5, batch_size=8)
        return " ".join(segment.text for segment in segments)

    started = _Stopwatch()
    with ThreadPoolExecutor(max_workers=2) as pool:
        texts = list(pool.map(hear_one, (call.track(speaker) for call in calls for speaker in Speaker)))
    return started.measured(list(zip(texts[::2], texts[1::2], strict=True)))


def telephone_calls(speech: Path, most: int | None) -> tuple[list[CallAudio], Said]:
    """The clips as calls of six turns, and what each side says in them; the same calls every time."""
    noise = np.random.default_rng(7)
    lines = [line.split("\t") for line in (speech / "refs.tsv").read_text().splitlines()[1:]]
    calls, said = [], []
    for first in range(0, len(lines), TURNS_PER_CALL)[:most]:
        at = 0.5
        turns: list[tuple[int, int, NDArray[np.float64]]] = []
        texts: tuple[list[str], list[str]] = ([], [])
        for i, (file, *_, text) in enumerate(lines[first : first + TURNS_PER_CALL]):
            sound = _narrow(speech / file)
            turns.append((i % 2, int(at * RATE), sound))
            texts[i % 2].append(text)
            at += len(sound) / RATE + (HOLD_S if i == TURNS_PER_CALL // 2 else PAUSE_S)
        both = np.zeros((int(at * RATE), 2))
        for side, start, sound in turns:
            both[start : start + len(sound), side] += sound
        agent, debtor = (_line(both[:, side], noise) for side in (0, 1))
        calls.append(CallAudio(agent=Track(samples=agent, rate=RATE), debtor=Track(samples=debtor, rate=RATE)))
        said.append((" ".join(texts[0]), " ".join(texts[1])))
    return calls, said


def _speech() -> Path:
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("ALO_SHARED", beside)) / "data" / "speech-pt"
    if not folder.is_dir():
        raise MissingPartError(f"The clips of this benchmark are not in {folder}. Set ALO_SHARED to where they are.")
    return folder


def _narrow(file: Path) -> NDArray[np.float64]:
    sound, rate = soundfile.read(file, always_2d=True)
    spectrum = np.fft.rfft(sound[:, 0])
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    length = len(sound) * RATE // rate
    narrow: NDArray[np.float64] = np.fft.irfft(spectrum[: length // 2 + 1], length)
    narrow *= 0.5 / np.abs(narrow).max()
    return narrow


def _line(sound: NDArray[np.float64], noise: np.random.Generator) -> NDArray[np.int16]:
    """Line noise at -60 dB within the band, then mu-law there and back."""
    spectrum = np.fft.rfft(noise.normal(0, 1, len(sound)))
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(hertz < 200) | (hertz > 3600)] = 0
    hiss = np.fft.irfft(spectrum, len(sound))
    noisy = np.clip(sound + hiss / hiss.std() * 0.001, -1, 1)
    coded = np.round(np.sign(noisy) * np.log1p(255 * np.abs(noisy)) / np.log(256) * 127) / 127
    back = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    samples: NDArray[np.int16] = (back * 32767).astype(np.int16)
    return samples


def _errors(said: Said, heard: Said) -> WordErrors:
    pairs = [
        (word, other) for call, made in zip(said, heard, strict=True) for word, other in zip(call, made, strict=True)
    ]
    return reduce(add, (word_errors(reference, hypothesis) for reference, hypothesis in pairs))
