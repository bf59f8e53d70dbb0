"""Values of lists: numbers, documents, days and moments."""

from datetime import UTC, datetime, time

from crm.imports.documents import document
from crm.imports.errors import BadValueError
from crm.imports.phones import phone
from crm.imports.values import due_on


def number_or_none(text: str) -> str | None:
    """E.164; None when nothing is written. Raises BadValueError."""
    if not text:
        return None
    found = phone(text)
    if found is None:
        raise BadValueError("telefone inválido: escreva com DDD, como (11) 98765-4321")
    return found[0]


def document_or_none(text: str) -> str | None:
    """CPF or CNPJ; None when nothing is written. Raises BadValueError."""
    return document(text) if text else None


def day(text: str) -> str:
    """A day as an ISO date. Raises BadValueError."""
    try:
        return due_on(text)
    except BadValueError:
        raise BadValueError("data inválida: escreva como 31/12/2026") from None


def moment_or_none(text: str) -> str | None:
    """The beginning of a day, in UTC; None when nothing is written. Raises BadValueError."""
    return datetime.combine(datetime.fromisoformat(day(text)), time(), UTC).isoformat() if text else None
