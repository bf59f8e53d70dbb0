"""Real Whisper on real speech, as a telephone carries it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import MissingPartError
from transcribe.audio import load_call
from transcribe.model import Speaker
from transcribe.score import word_errors
from transcribe.service import transcribe_calls
from transcribe.weights import NEEDED, ensure_model, has_model

RATE = 8000
AGENT = "commonvoice-pt__common_voice_pt_19288304.flac"
DEBTOR = "tts-portuguese-corpus__1.flac"


def telephone(path: Path) -> np.ndarray:
    """The clip at 8 kHz, 300 to 3400 Hz."""
    sound, rate = soundfile.read(path)
    spectrum = np.fft.rfft(sound)
    spectrum[(np.fft.rfftfreq(len(sound), 1 / rate) < 300) | (np.fft.rfftfreq(len(sound), 1 / rate) > 3400)] = 0
    length = len(sound) * RATE // rate
    narrow = np.fft.irfft(spectrum[: length // 2 + 1], length)
    return narrow / np.abs(narrow).max() * 0.5


def reference(folder: Path, clip: str) -> str:
    lines = (folder / "refs.tsv").read_text().splitlines()
    return next(line.split("\t")[5] for line in lines if line.startswith(clip))


@pytest.mark.whisper
@pytest.mark.slow
def test_words_land_on_their_side_at_their_time(shared_data, whisper, tmp_path):
    speech = shared_data / "speech-pt"
    agent, debtor = telephone(speech / AGENT), telephone(speech / DEBTOR)
    starts = {Speaker.AGENT: 1.0, Speaker.DEBTOR: 3.0 + len(agent) / RATE}
    both = np.random.default_rng(0).normal(0, 0.0005, (int(20 * RATE), 2))
    for channel, (sound, start) in enumerate(zip((agent, debtor), starts.values(), strict=True)):
        both[int(start * RATE) :][: len(sound), channel] += sound
    soundfile.write(tmp_path / "call.wav", both, RATE, subtype="PCM_16")
    with (tmp_path / "call.wav").open("rb") as file:
        call = load_call(file)

    (made,) = transcribe_calls([call], whisper)

    assert made.problem is None
    assert made.audio_s == 20
    for speaker, clip, sound in ((Speaker.AGENT, AGENT, agent), (Speaker.DEBTOR, DEBTOR, debtor)):
        said = reference(speech, clip)
        assert word_errors(said, made.said_by(speaker)).rate <= 0.4, speaker
        mine = [segment for segment in made.segments if segment.speaker is speaker]
        assert abs(mine[0].start_s - starts[speaker]) < 1
        assert abs(mine[-1].end_s - starts[speaker] - len(sound) / RATE) < 1.5
        for segment in mine:
            assert " ".join(word.text for word in segment.words) == segment.text
            assert all(a.start_s <= b.start_s for a, b in zip(segment.words, segment.words[1:], strict=False))


@pytest.mark.whisper
@pytest.mark.slow
def test_silence_and_noise_have_no_words(whisper, tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.01, (10 * RATE, 2))
    noise[:, 1] = 0
    soundfile.write(tmp_path / "call.wav", noise, RATE, subtype="PCM_16")
    with (tmp_path / "call.wav").open("rb") as file:
        (made,) = transcribe_calls([load_call(file)], whisper)
    assert made.segments == ()
    assert made.problem is None


@pytest.mark.whisper
def test_weights_once_fetched_are_used_as_they_are(weights):
    assert all((weights / name).is_file() for name in NEEDED)
    assert ensure_model(str(weights), Path("/nowhere")) == weights
    assert has_model(str(weights), Path("/nowhere"))


def test_a_folder_that_is_no_model_is_told(tmp_path):
    with pytest.raises(MissingPartError, match=r"model\.bin"):
        ensure_model(str(tmp_path), tmp_path)
    with pytest.raises(MissingPartError, match="no folder"):
        ensure_model(str(tmp_path / "none"), tmp_path)
    assert not has_model(str(tmp_path), tmp_path)
    assert not has_model("base", tmp_path)
    assert not has_model("small", tmp_path)


def test_a_model_from_the_hub_is_found_in_the_cache(tmp_path):
    snapshot = tmp_path / "whisper/hub/models--Systran--faster-whisper-small/snapshots/1"
    snapshot.mkdir(parents=True)
    for name in NEEDED:
        (snapshot / name).touch()
    assert has_model("small", tmp_path)
    assert has_model("Systran/faster-whisper-small", tmp_path)
    assert not has_model("medium", tmp_path)


def test_a_name_nobody_knows_is_told(tmp_path):
    with pytest.raises(MissingPartError, match="no Whisper model"):
        ensure_model("gigantic", tmp_path)
