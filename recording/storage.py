"""Where finished recordings live: a folder, or any place fsspec knows by URL.

A file appears under its name only when it is whole: it is written beside it as `.part` and moved.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from recording.errors import StorageError

BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that is whole and in its place."""

    place: str
    sha256: str
    size: int


class RecordingStore:
    """Recordings below `root`, a folder or an fsspec URL such as `s3://bucket/recordings`."""

    def __init__(self, root: str) -> None:
        self.root = root
        try:
            self._fs, self._base = fsspec.core.url_to_fs(root)
        except (ImportError, ValueError) as error:
            raise StorageError(
                f"Recordings cannot be kept at {root}: {error}. Correct ALO_RECORDING_URL: a folder, or a URL "
                "whose fsspec package is installed."
            ) from error

    def put(self, file: Path, place: str) -> StoredFile:
        """Store the local `file` at `place`, replacing what an earlier attempt left there.

        Raises StorageError when it cannot be written.
        """
        target = self._path(place)
        part = f"{target}.part"
        digest = hashlib.sha256()
        size = 0
        try:
            self._fs.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
            with file.open("rb") as source, self._fs.open(part, "wb") as sink:
                while block := source.read(BLOCK):
                    digest.update(block)
                    size += sink.write(block)
                if isinstance(self._fs, LocalFileSystem):
                    sink.flush()
                    os.fsync(sink.fileno())
            if isinstance(self._fs, LocalFileSystem):
                Path(part).replace(target)
            else:
                self._fs.mv(part, target)
        except OSError as error:
            raise StorageError(
                f"A recording cannot be written to {self.root}: {error.strerror or error}. "
                "Free space there or correct ALO_RECORDING_URL; it is tried again."
            ) from error
        return StoredFile(place=place, sha256=digest.hexdigest(), size=size)

    def open(self, place: str) -> IO[bytes]:
        """A stored file, to be read and sought in. Raises FileNotFoundError when it is not there."""
        return cast("IO[bytes]", self._fs.open(self._path(place), "rb"))

    def exists(self, place: str) -> bool:
        return bool(self._fs.exists(self._path(place)))

    def size(self, place: str) -> int:
        """Bytes of a stored file. Raises FileNotFoundError when it is not there."""
        return int(self._fs.size(self._path(place)))

    def _path(self, place: str) -> str:
        if place.startswith("/") or ".." in place.split("/"):
            raise ValueError(f"{place!r} is not a place below the recordings folder")
        return f"{self._base.rstrip('/')}/{place}"
