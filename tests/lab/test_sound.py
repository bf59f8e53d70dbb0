"""What the model speaks becomes what a telephone carries, and no pause is taken for the end of a turn."""

import wave
from pathlib import Path

import numpy as np
import pytest

from lab.voices.sound import PEAK, RATE_HZ, Samples, read_wav, tightened, to_telephone, wav_seconds, write_wav

SOURCE_HZ = 24_000


def tone(hz: float, seconds: float, rate_hz: int = RATE_HZ, loudness: float = 0.3) -> Samples:
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    return (loudness * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE_HZ), dtype=np.float32)


def loudness(audio: Samples) -> float:
    return float(np.sqrt((audio[400:-400] ** 2).mean()))


@pytest.mark.parametrize("hz", [300, 1000, 3000])
def test_what_a_telephone_carries_passes_unchanged(hz: float):
    passed = to_telephone(tone(hz, 1, SOURCE_HZ), SOURCE_HZ)
    assert len(passed) == RATE_HZ
    assert loudness(passed) == pytest.approx(0.3 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("hz", [4500, 5000, 7000, 11000])
def test_what_it_cannot_carry_does_not_come_back_as_another_tone(hz: float):
    assert loudness(to_telephone(tone(hz, 1, SOURCE_HZ), SOURCE_HZ)) < 0.001


def test_an_odd_rate_is_refused():
    with pytest.raises(ValueError, match="whole multiple"):
        to_telephone(tone(300, 1, 22_050), 22_050)


def test_silence_is_cut_at_the_edges_and_within():
    audio = np.concatenate([silence(1), tone(500, 1), silence(2), tone(500, 1), silence(1)])
    assert len(tightened(audio)) / RATE_HZ == pytest.approx(2.5, abs=0.05)


def test_no_pause_is_as_long_as_the_silence_that_ends_a_turn():
    audio = tightened(np.concatenate([tone(500, 0.5), silence(0.9), tone(500, 0.5), silence(0.45), tone(500, 0.5)]))
    quiet = np.abs(audio) < 0.001
    runs = np.diff(np.flatnonzero(np.concatenate([[True], ~quiet, [True]])))
    assert runs.max() / RATE_HZ < 0.4


def test_every_voice_is_equally_loud():
    assert np.abs(tightened(tone(500, 1, loudness=0.05))).max() == pytest.approx(PEAK, rel=0.01)


def test_nothing_stays_nothing():
    assert len(tightened(silence(1))) == 0


def test_a_wav_reads_back_as_written(tmp_path: Path):
    audio = tone(500, 0.5)
    write_wav(tmp_path / "a.wav", audio)
    with wave.open(str(tmp_path / "a.wav"), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
    assert np.abs(read_wav(tmp_path / "a.wav") - audio).max() < 1e-4
    assert wav_seconds(tmp_path / "a.wav") == pytest.approx(0.5)
