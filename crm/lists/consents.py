"""Consent to be called: who gave it, for which number, when, and where it can be shown. A withdrawal ends it."""

from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from crm.imports.errors import BadValueError
from crm.lists.reading import DOCUMENT, NUMBER, Fields, ListResult, creditor_id, fill
from crm.lists.values import document_or_none, moment_or_none, number_or_none

COLUMNS = {
    "document": DOCUMENT,
    "number": NUMBER,
    "given_at": ("dado_em", "data", "given_at", "given"),
    "expires_at": ("validade", "vence_em", "expires_at", "expires"),
    "withdrawn_at": ("revogado_em", "withdrawn_at", "withdrawn"),
    "source": ("origem", "prova", "source"),
}


async def import_consents(connection: AsyncConnection, path: Path, *, creditor: str | None) -> ListResult:
    """Add the file's consents; one already there takes over when it ends and when it was withdrawn. The caller commits.

    creditor: to whom it was given; None: to all. Raises ImportFileError.
    """
    parameters = {"creditor_id": await creditor_id(connection, creditor)}
    return await fill(
        connection, path, columns=COLUMNS, statement="list_consent", parse=_consent, parameters=parameters
    )


def _consent(fields: Fields) -> dict[str, Any]:
    document, given_at = document_or_none(fields["document"]), moment_or_none(fields["given_at"])
    if document is None:
        raise BadValueError("linha sem CPF/CNPJ")
    if given_at is None:
        raise BadValueError("linha sem a data em que o consentimento foi dado")
    if not fields["source"]:
        raise BadValueError("linha sem origem: diga onde o consentimento pode ser mostrado")
    return {
        "document": document,
        "number": number_or_none(fields["number"]),
        "given_at": given_at,
        "expires_at": moment_or_none(fields["expires_at"]),
        "withdrawn_at": moment_or_none(fields["withdrawn_at"]),
        "source": fields["source"],
    }
