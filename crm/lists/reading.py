"""A CSV as a list: its columns found by name, its good rows written, its bad ones told with line and reason."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from base.database import sql
from crm.errors import ImportFileError
from crm.imports.errors import BadValueError
from crm.imports.reading import inspect, records

ROWS_AT_ONCE = 5000
NUMBER = ("numero", "number", "telefone", "fone", "celular", "phone")
DOCUMENT = ("cpf_cnpj", "cpf", "cnpj", "documento", "document")
Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ListResult:
    """What an import did: rows new, known already, and rejected with line and reason."""

    rows_new: int
    rows_known: int
    rejected: tuple[tuple[int, str], ...]


async def fill(
    connection: AsyncConnection,
    path: Path,
    *,
    columns: Mapping[str, tuple[str, ...]],
    statement: str,
    parse: Callable[[Fields], dict[str, Any]],
    parameters: Mapping[str, Any],
) -> ListResult:
    """Read `path` and give its rows, as `parse` makes them, to the room's statement. The caller commits.

    columns: the names each may have; a file may lack some, whose values are then empty. Raises ImportFileError.
    """
    rejected: list[tuple[int, str]] = []
    known = new = 0
    rows = _good(path, columns, parse, rejected)
    while part := list(islice(rows, ROWS_AT_ONCE)):
        done = await connection.exec_driver_sql(sql("crm", statement), {**parameters, "rows": json.dumps(part)})
        new += done.rowcount
        known += len(part) - done.rowcount
    return ListResult(rows_new=new, rows_known=known, rejected=tuple(rejected))


async def creditor_id(connection: AsyncConnection, name: str | None) -> int | None:
    """The creditor of that name; None for all creditors. Raises ImportFileError when it is not there."""
    if name is None:
        return None
    found: int | None = await connection.scalar(text("select id from creditor where name = :name"), {"name": name})
    if found is None:
        raise ImportFileError(f"There is no creditor {name}. Write the name as in its campaigns.")
    return found


def _good(
    path: Path,
    columns: Mapping[str, tuple[str, ...]],
    parse: Callable[[Fields], dict[str, Any]],
    rejected: list[tuple[int, str]],
) -> Iterator[dict[str, Any]]:
    source = inspect(path)
    with source.open() as file:
        header = file.readline().rstrip("\r\n")
        delimiter = max(";\t,|", key=header.count)
        names = [_plain(name) for name in header.split(delimiter)]
        where = {
            column: next((names.index(alias) for alias in aliases if alias in names), None)
            for column, aliases in columns.items()
        }
        if all(index is None for index in where.values()):
            wanted = ", ".join(aliases[0] for aliases in columns.values())
            raise ImportFileError(f"{path} has no header that is known. Begin it with a line like: {wanted}.")
        for record in records(file, delimiter, first_number=2):
            fields = record.fields or []
            found = {
                column: fields[index].strip() if index is not None and index < len(fields) else ""
                for column, index in where.items()
            }
            try:
                yield parse(found)
            except BadValueError as reason:
                rejected.append((record.number, str(reason)))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.strip().strip('"').lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace(" ", "_")
