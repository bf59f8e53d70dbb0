"""Journals of what happened in the lab: JSON lines that several processes append to and read while they grow."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Journal:
    """Appends rows to a JSON-lines file; each row is one write, so processes may share the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, row: dict[str, Any]) -> None:
        """Append a row; it is in the file when this returns."""
        os.write(self._file, (json.dumps(row, ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)


class Follower:
    """Reads the rows that have come since the last look; a file that is not there yet has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0

    def rows(self) -> Iterator[dict[str, Any]]:
        """The new rows; a line still being written is left for the next look."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                for line in file:
                    if not line.endswith(b"\n"):
                        return
                    self._read_to += len(line)
                    yield json.loads(line)
        except FileNotFoundError:
            return


def now_iso() -> str:
    """This moment, UTC, for a row."""
    return datetime.now(UTC).isoformat()
