"""Recordings lie below one folder or URL and appear there whole."""

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest

from recording.errors import StorageError
from recording.storage import RecordingStore


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound"
    path.write_bytes(bytes(range(256)) * 9000)
    return path


@pytest.mark.parametrize("root", ["{folder}/recordings", "file://{folder}/recordings", "memory://{unique}"])
def test_what_is_put_is_found_again_with_its_hash(root, tmp_path, sound):
    store = RecordingStore(root.format(folder=tmp_path, unique=uuid4()))
    stored = store.put(sound, "2026/03/02/a.wav")
    assert stored.sha256 == hashlib.sha256(sound.read_bytes()).hexdigest()
    assert stored.size == store.size(stored.place) == sound.stat().st_size
    with store.open(stored.place) as file:
        assert file.read() == sound.read_bytes()
    assert store.exists(stored.place)
    assert not store.exists(stored.place + ".part")


def test_putting_again_replaces_what_a_crash_left(tmp_path, sound):
    store = RecordingStore(str(tmp_path / "recordings"))
    target = tmp_path / "recordings/a.wav"
    target.parent.mkdir()
    target.write_bytes(b"torn")
    target.with_suffix(".wav.part").write_bytes(b"torn longer than" * 999999)
    store.put(sound, "a.wav")
    assert target.read_bytes() == sound.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == ["a.wav"]


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path, sound):
    (tmp_path / "recordings").write_text("a file where a folder should be")
    store = RecordingStore(str(tmp_path / "recordings"))
    with pytest.raises(StorageError, match="ALO_RECORDING_URL"):
        store.put(sound, "a.wav")


def test_an_unknown_kind_of_place_is_told_at_once():
    with pytest.raises(StorageError, match="ALO_RECORDING_URL"):
        RecordingStore("nowhere://bucket")


@pytest.mark.parametrize("place", ["/etc/passwd", "2026/../../secret.wav"])
def test_nothing_outside_the_folder_is_opened(tmp_path, place):
    with pytest.raises(ValueError, match="below"):
        RecordingStore(str(tmp_path)).open(place)
