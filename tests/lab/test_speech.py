"""A sentence is rendered once for all turns it is in; the real voices say what they are told."""

from pathlib import Path

import numpy as np
import pytest

from base.errors import MissingPartError
from base.settings import load_settings
from lab.voices.fetch import fetch_voices
from lab.voices.kokoro import RATE_HZ as KOKORO_HZ
from lab.voices.kokoro import Kokoro
from lab.voices.sound import read_wav, wav_seconds, write_wav
from lab.voices.speech import Speech, sentences


def test_a_turn_is_cut_into_its_sentences():
    assert sentences("Alô? Sim, sou eu. Pode falar!") == ["Alô?", "Sim, sou eu.", "Pode falar!"]


def test_a_sentence_said_in_two_turns_is_missing_once(tmp_path: Path):
    missing = Speech(tmp_path).missing([("Alô? Quem fala?", "pf_dora"), ("Alô? Pois não?", "pf_dora")])
    assert missing == [("Quem fala?", "pf_dora"), ("Pois não?", "pf_dora"), ("Alô?", "pf_dora")]


def test_text_and_voice_tell_files_apart(tmp_path: Path):
    speech = Speech(tmp_path)
    paths = {speech.path("Alô?", "pf_dora"), speech.path("Alô?", "pm_alex"), speech.path("Alô!", "pf_dora")}
    assert len(paths) == 3


def test_what_is_rendered_already_is_only_joined(tmp_path: Path):
    # Nothing is fetched and no model is loaded: the sentences lie there.
    speech = Speech(tmp_path)
    for sentence, value in (("Sim, sou eu.", 0.25), ("Pode falar.", 0.5)):
        speech.path(sentence, "pf_dora").parent.mkdir(exist_ok=True)
        write_wav(speech.path(sentence, "pf_dora"), np.full(8000, value, dtype=np.float32))
    path = speech.render("Sim, sou eu. Pode falar.", "pf_dora")
    assert 2.0 < wav_seconds(path) < 2.5
    assert read_wav(path)[[0, -1]] == pytest.approx([0.25, 0.5], abs=1e-3)
    assert speech.seconds([("Sim, sou eu. Pode falar.", "pf_dora")]) == pytest.approx(2.0)


def test_a_cache_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path):
    (tmp_path / "speech").write_text("in the way")
    with pytest.raises(MissingPartError, match="cannot be written"):
        Speech(tmp_path).render("Alô?", "pf_dora")


@pytest.fixture(scope="module")
def real_cache() -> Path:
    """The user's cache folder: the voices are fetched once per machine, not once per run."""
    return load_settings().cache_dir


@pytest.mark.slow
def test_the_real_voices_speak(real_cache: Path, tmp_path: Path):
    kokoro = Kokoro(fetch_voices(real_cache))
    audio = kokoro.speak("Consigo pagar no dia dez.", "em_alex")
    assert 1.0 < len(audio) / KOKORO_HZ < 3.5
    assert 0.1 < np.abs(audio).max() <= 1.5
    with pytest.raises(ValueError, match="split it"):
        kokoro.speak("Consigo pagar no dia dez, " * 40, "em_alex")


@pytest.mark.slow
def test_rendering_goes_through_processes_and_says_how_far_it_is(real_cache: Path, tmp_path: Path):
    (tmp_path / "voices").symlink_to(fetch_voices(real_cache).model.parent)
    speech = Speech(tmp_path)
    told: list[tuple[int, int]] = []
    speech.render_all([("Alô? Pode falar.", "ef_dora")], lambda done, total: told.append((done, total)), processes=1)
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert 0.8 < wav_seconds(speech.path("Alô? Pode falar.", "ef_dora")) < 3
