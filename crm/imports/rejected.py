"""The rows that could not be imported, given back to be mended: as they were, with their line number and the reason."""

from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from crm.errors import ImportFileError
from crm.imports.header import OWN, Columns
from crm.imports.reading import Source


class RejectedFile:
    """Written beside the imported file as NAME.rejected.csv, in its encoding; it appears only by `keep`."""

    def __init__(self, source: Source, columns: Columns) -> None:
        self.path = source.path.with_suffix(".rejected.csv")
        self.count = 0
        self._source = source
        self._columns = columns
        self._part = self.path.with_suffix(".csv.part")
        self._file: TextIO | None = None

    def add(self, number: int, text: str, fields: int, reason: str) -> None:
        """Write a row that has `fields` fields; a short one is filled up so that our columns stand in their place."""
        delimiter = self._columns.delimiter
        if self._file is None:
            self._file = self._open()
            self._file.write(delimiter.join((self._columns.line, *OWN)) + "\r\n")
        filler = delimiter * max(0, self._columns.count - fields)
        reason = f'"{reason}"' if delimiter in reason else reason
        self._file.write(f"{text}{filler}{delimiter}{number}{delimiter}{reason}\r\n")
        self.count += 1

    def keep(self) -> Path | None:
        """Put the file in its place, or take an older one away when every row was good; where it is, if it is."""
        if self._file is None:
            self.path.unlink(missing_ok=True)
            return None
        self._file.close()
        self._part.replace(self.path)
        return self.path

    def _open(self) -> TextIO:
        try:
            return self._part.open("w", encoding=self._source.encoding, newline="")
        except OSError as error:
            raise ImportFileError(
                f"The rejected rows cannot be written to {self._part.parent}: {error.strerror}. Allow writing "
                "there, or copy the file to a folder of yours and import it from there."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)
