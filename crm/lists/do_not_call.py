"""Do-not-call lists: by number, by person, or by a person's number; of one creditor or of all."""

from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from crm.errors import ImportFileError
from crm.imports.errors import BadValueError
from crm.lists.reading import DOCUMENT, NUMBER, Fields, ListResult, creditor_id, fill
from crm.lists.values import document_or_none, moment_or_none, number_or_none

KINDS = ("imported", "internal", "opt_out")
COLUMNS = {
    "number": NUMBER,
    "document": DOCUMENT,
    "expires_at": ("validade", "vence_em", "expira_em", "expires_at", "expires"),
}


async def import_do_not_call(
    connection: AsyncConnection, path: Path, *, creditor: str | None, kind: str, source: str
) -> ListResult:
    """Add the file's entries; those already there stay as they are. The caller commits.

    creditor: whose calls it forbids; None: everybody's. source: the list's name. Raises ImportFileError.
    """
    if kind not in KINDS:
        raise ImportFileError(f"There is no list of kind {kind}. Choose one of: {', '.join(KINDS)}.")
    parameters = {"creditor_id": await creditor_id(connection, creditor), "kind": kind, "source": source}
    return await fill(
        connection, path, columns=COLUMNS, statement="list_do_not_call", parse=_entry, parameters=parameters
    )


def _entry(fields: Fields) -> dict[str, Any]:
    number, document = number_or_none(fields["number"]), document_or_none(fields["document"])
    if number is None and document is None:
        raise BadValueError("linha sem telefone e sem CPF/CNPJ")
    return {"number": number, "document": document, "expires_at": moment_or_none(fields["expires_at"])}
