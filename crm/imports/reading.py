"""The file as text: which encoding, is it text at all, and its rows with their line numbers, read as a stream."""

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from crm.errors import ImportFileError

_BLOCK = 1 << 20
_LONGEST_ROW = 50
_SWALLOWED = 3
"""A field over several lines with so many delimiters is not a field: a quote was left open and took in other rows."""
_NOT_TEXT = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A readable text file. encoding: utf-8, utf-8-sig, cp1252 or latin-1; size in bytes."""

    path: Path
    encoding: str
    sha256: str
    size: int

    def open(self) -> TextIO:
        # The line ends stay as they are, so that a rejected line is given back as it was.
        return self.path.open(encoding=self.encoding, newline="")


def inspect(path: Path) -> Source:
    """Look through the whole file once. Raises ImportFileError when it cannot be read as text."""
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    cp1252 = codecs.getincrementaldecoder("cp1252")()
    possible = {"utf-8": True, "cp1252": True}
    start, size = b"", 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if size == 0:
                    start = block[:4]
                    _check_text(path, block)
                if b"\0" in block:
                    raise ImportFileError(_BINARY.format(path=path))
                size += len(block)
                digest.update(block)
                for name, decoder in (("utf-8", utf8), ("cp1252", cp1252)):
                    if possible[name]:
                        possible[name] = _decodes(decoder, block)
    except FileNotFoundError:
        raise ImportFileError(f"There is no file {path}. Check the name and the folder.") from None
    except IsADirectoryError:
        raise ImportFileError(f"{path} is a folder. Name the CSV file in it.") from None
    except PermissionError:
        raise ImportFileError(f"{path} may not be read by this user. Change its permissions.") from None
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise ImportFileError(f"{path} is empty. Export it again with a header and at least one row.")
    if possible["utf-8"] and _decodes(utf8, b"", final=True):
        encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    else:
        encoding = "cp1252" if possible["cp1252"] else "latin-1"
    return Source(path=path, encoding=encoding, sha256=digest.hexdigest(), size=size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A row as it stands in the file. number: of its first line, from 1. fields: None when its quotes do not close."""

    number: int
    text: str
    fields: list[str] | None


def records(file: TextIO, delimiter: str, first_number: int) -> Iterator[Record]:
    """The rows that follow; empty lines are passed over. A quoted field may hold delimiters and line breaks."""
    number = first_number - 1
    opening = f'{delimiter}"'
    waiting: deque[str] = deque()
    while line := (waiting.popleft() if waiting else file.readline()):
        number += 1
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        if '"' not in text or not (text.startswith('"') or opening in text):
            yield Record(number=number, text=text, fields=text.split(delimiter))
            continue
        more: list[str] = []
        while (fields := _split(text, delimiter)) is None and len(more) < _LONGEST_ROW:
            following = waiting.popleft() if waiting else file.readline()
            if not following:
                break
            more.append(following)
            text = "".join((line, *more)).rstrip("\r\n")
        if fields is None or (more and any(field.count(delimiter) >= _SWALLOWED for field in fields)):
            waiting.extendleft(reversed(more))
            yield Record(number=number, text=line.rstrip("\r\n"), fields=None)
            continue
        yield Record(number=number, text=text, fields=fields)
        number += len(more)


_BINARY = (
    "{path} is not a text file. If it is a spreadsheet, export it as CSV (separated by semicolons) and import that."
)


def _check_text(path: Path, block: bytes) -> None:
    if block.startswith(_UTF_16):
        raise ImportFileError(f"{path} is in UTF-16. Export it as CSV UTF-8 and import that.")
    if block.startswith(b"PK\x03\x04") or not _NOT_TEXT.isdisjoint(block[:4096]):
        raise ImportFileError(_BINARY.format(path=path))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _split(text: str, delimiter: str) -> list[str] | None:
    """The fields of a row with quotes; None when a quoted field has not ended at the end of the text.

    A quote inside a field ends it only before a delimiter: `"Maria "Mia" Souza"` is one field, as its writer meant.
    """
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        pass
    fields, field, quoted, position = [], "", False, 0
    while position < len(text):
        char, following = text[position], text[position + 1 : position + 2]
        if quoted and char == following == '"':
            field += char
            position += 1
        elif quoted and char == '"' and following in ("", delimiter):
            quoted = False
        elif not quoted and char == '"' and not field:
            quoted = True
        elif not quoted and char == delimiter:
            fields.append(field)
            field = ""
        else:
            field += char
        position += 1
    return None if quoted else [*fields, field]
