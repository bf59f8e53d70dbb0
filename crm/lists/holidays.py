"""Local holidays: towns', known by their area code, and what a state adds."""

from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from crm.imports.errors import BadValueError
from crm.imports.values import state
from crm.lists.reading import Fields, ListResult, fill
from crm.lists.values import day
from crm.places import STATE_OF_DDD

COLUMNS = {
    "day": ("data", "dia", "day", "date"),
    "ddd": ("ddd", "area_code"),
    "state": ("uf", "estado", "state"),
    "name": ("feriado", "nome", "name"),
    "source": ("lei", "fonte", "source"),
}


async def import_holidays(connection: AsyncConnection, path: Path) -> ListResult:
    """Add the file's holidays; a day already entered for a place stays as it is. The caller commits.

    A row with an area code counts for all who have it, as the town of a debtor is not known. Raises ImportFileError.
    """
    return await fill(connection, path, columns=COLUMNS, statement="list_holiday", parse=_holiday, parameters={})


def _holiday(fields: Fields) -> dict[str, Any]:
    ddd, uf = fields["ddd"], state(fields["state"])
    if ddd and ddd not in STATE_OF_DDD:
        raise BadValueError("DDD inválido: escreva os dois dígitos, como 11")
    if not ddd and uf is None:
        raise BadValueError("linha sem DDD e sem UF")
    if not fields["source"]:
        raise BadValueError("linha sem lei: diga a lei ou o decreto do feriado")
    return {
        "day": day(fields["day"]),
        "place": f"BR-{ddd or uf}",
        "name": fields["name"] or "feriado local",
        "source": fields["source"],
    }
