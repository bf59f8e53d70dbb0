"""The message of abandonment: what is taken as one, how it is kept, and what is played without one."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import SettingsError
from dialer.answer import fallback
from dialer.answer.fallback import fallback_message
from dialer.answer.sounds import Messages
from dialer.answer.wave import RATE_HZ, telephone_sound
from dialer.answer.words import message_words


def wav(path: Path, *, seconds: float = 4.0, rate_hz: int = 8000, channels: int = 1, before_s: float = 0.0) -> Path:
    """A tone of 440 Hz after silence."""
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    sound = np.concatenate([np.zeros(round(before_s * rate_hz)), 0.2 * np.sin(2 * np.pi * 440 * at)])
    soundfile.write(path, np.column_stack([sound] * channels), rate_hz)
    return path


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16_000, 1), (44_100, 2), (48_000, 1), (11_025, 1)])
def test_any_recording_becomes_what_a_telephone_carries(tmp_path: Path, rate_hz: int, channels: int):
    found = telephone_sound(wav(tmp_path / "m.wav", rate_hz=rate_hz, channels=channels))

    assert abs(len(found) / RATE_HZ - 4.0) < 0.25
    spectrum = np.abs(np.fft.rfft(found[RATE_HZ : 2 * RATE_HZ]))
    assert np.argmax(spectrum) == 440
    assert np.abs(found).max() == pytest.approx(0.5, abs=0.05)


def test_silence_before_the_first_word_is_taken_off(tmp_path: Path):
    found = telephone_sound(wav(tmp_path / "m.wav", before_s=1.5))

    assert np.flatnonzero(np.abs(found) > 0.1)[0] < 0.05 * RATE_HZ


@pytest.mark.parametrize(
    ("seconds", "sentence"), [(0.5, r"lasts 0\.\d s: give one of 2 to 45 s"), (50.0, "lasts 50.* give one of 2 to 45")]
)
def test_a_message_too_short_or_too_long_is_refused(tmp_path: Path, seconds: float, sentence: str):
    with pytest.raises(SettingsError, match=sentence):
        telephone_sound(wav(tmp_path / "m.wav", seconds=seconds))


def test_silence_is_refused(tmp_path: Path):
    soundfile.write(tmp_path / "m.wav", np.zeros(40_000), 8000)
    with pytest.raises(SettingsError, match="Nothing is heard"):
        telephone_sound(tmp_path / "m.wav")


@pytest.mark.parametrize("content", [b"", b"not a sound at all", None])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes | None):
    if content is not None:
        (tmp_path / "m.wav").write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be read as sound"):
        telephone_sound(tmp_path / "m.wav")


def test_a_message_is_kept_under_a_name_of_its_content(tmp_path: Path):
    messages = Messages(tmp_path / "sounds")

    kept = messages.keep(wav(tmp_path / "m.wav"))

    assert messages.has(kept.name)
    assert kept == messages.keep(wav(tmp_path / "again.wav"))
    path = Path(messages.of(kept.name, "+551140000000"))
    assert path.name == kept.name
    assert path.with_suffix(".sln").stat().st_size == round(kept.seconds * RATE_HZ) * 2


def test_without_one_the_number_is_said(tmp_path: Path):
    messages = Messages(tmp_path / "sounds")

    path = messages.of(None, "+551140000000")

    assert Path(path).name == "number-551140000000"
    assert Path(f"{path}.sln").stat().st_size == len(fallback_message("+551140000000")) * 2


@pytest.mark.parametrize("name", ["message-0123456789abcdef", "../../etc/passwd", ""])
def test_one_that_is_not_here_is_logged_and_the_built_in_one_played(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
):
    assert Messages(tmp_path).of(name, "+551140000000").endswith("/number-551140000000")
    assert "not on this machine" in caplog.text


def test_a_folder_that_cannot_be_written_costs_no_call(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "sounds").write_text("a file")

    assert Messages(tmp_path / "sounds").of(None, "+551140000000")
    assert "cannot be written" in caplog.text
    with pytest.raises(SettingsError, match="cannot be kept"):
        Messages(tmp_path / "sounds").keep(wav(tmp_path / "m.wav"))


@pytest.mark.parametrize(("number", "digits"), [("+551140000000", 10), ("+5511999990000", 11), ("+14155550100", 11)])
def test_every_digit_to_call_back_is_said(number: str, digits: int):
    def seconds(name: str) -> float:
        return float(soundfile.info(fallback.FOLDER / f"{name}.flac").duration)

    said = number.removeprefix("+55") if number.startswith("+55") else number[1:]
    assert len(said) == digits
    words_s = seconds(fallback.SORRY) + seconds(fallback.GOODBYE) + sum(seconds(digit) for digit in said)
    pauses_s = len(fallback_message(number)) / RATE_HZ - words_s
    assert 0.5 < pauses_s < 3.0


def test_the_words_name_the_caller_and_where_to_call_back():
    words = message_words("a Loja Aurora", "0800 700 0123")

    assert "a Loja Aurora" in words
    assert "0800 700 0123" in words
