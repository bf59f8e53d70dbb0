"""Money, dates, instalments, states and e-mail as Brazilian exports write them."""

import re
from datetime import date
from functools import lru_cache

from crm.imports.errors import BadValueError
from crm.places import STATES

_FIRST_YEAR, _LAST_YEAR = 1980, 2099
_MOST_CENTS = 10**13
_BRAZILIAN = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.ASCII)
_POINT = re.compile(r"(\d+)\.(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T][\d:.]+)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T][\d:.]+)?", re.ASCII)
_INSTALMENT = re.compile(r"0*(\d{1,4})(?:\s*(?:/|de)\s*\d{1,4})?", re.ASCII)
_MOST_STRATEGIC = 100
_SINGLE = frozenset({"", "única", "unica", "u"})
_EMAIL = re.compile(r"[^\s@;,\\]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)


def cents(text: str) -> int:
    """`1.234,56`, `1234,5`, `R$ 1.234`, `1234.56` as integer cents, more than none. Raises BadValueError."""
    plain = text.strip().removeprefix("R$").strip()
    match = _BRAZILIAN.fullmatch(plain) or _POINT.fullmatch(plain)
    if match is None:
        if not plain:
            raise BadValueError("valor vazio")
        if plain.startswith(("-", "(")):
            raise BadValueError("valor negativo: a dívida precisa ser maior que zero")
        raise BadValueError("valor inválido: escreva como 1.234,56")
    whole, part = match.groups()
    amount = int(whole.replace(".", "")) * 100 + int((part or "").ljust(2, "0"))
    if amount == 0:
        raise BadValueError("valor zerado: a dívida precisa ser maior que zero")
    if amount > _MOST_CENTS:
        raise BadValueError("valor alto demais: confira os separadores")
    return amount


@lru_cache(maxsize=20_000)
def due_on(text: str) -> str:
    """`31/12/2026` or `2026-12-31`, also with a time behind, as an ISO date. Raises BadValueError."""
    plain = text.strip()
    if match := _DAY_FIRST.fullmatch(plain):
        day, month, year = map(int, match.groups())
    elif match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = map(int, match.groups())
    else:
        raise BadValueError("vencimento vazio" if not plain else "vencimento inválido: escreva como 31/12/2026")
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadValueError("vencimento inválido: este dia não existe") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadValueError(f"vencimento inválido: ano fora de {_FIRST_YEAR} a {_LAST_YEAR}")
    return found.isoformat()


@lru_cache(maxsize=20_000)
def instalment(text: str) -> int:
    """`3`, `03`, `3/12`, `única` or nothing (1). Raises BadValueError."""
    plain = text.strip().lower()
    if plain in _SINGLE:
        return 1
    match = _INSTALMENT.fullmatch(plain)
    if match is None or int(match[1]) == 0:
        raise BadValueError("parcela inválida: escreva o número, como 3 ou 3/12")
    return int(match[1])


@lru_cache(maxsize=200)
def state(text: str) -> str | None:
    """The two letters of a state, or None when nothing is written. Raises BadValueError."""
    plain = text.strip().upper()
    if plain and plain not in STATES:
        raise BadValueError("UF inválida: escreva a sigla do estado, como SP")
    return plain or None


@lru_cache(maxsize=200)
def strategic(text: str) -> int | None:
    """How much the debtor matters beyond what is owed, 0 to 100; None: nothing is written. Raises BadValueError."""
    plain = text.strip().removesuffix("%").rstrip()
    if not plain:
        return None
    if not plain.isdecimal() or int(plain) > _MOST_STRATEGIC:
        raise BadValueError("peso estratégico inválido: escreva um número de 0 a 100")
    return int(plain)


def email(text: str) -> str | None:
    """The address in lower case; None when it is not one."""
    plain = text.strip().lower()
    return plain if _EMAIL.fullmatch(plain) else None
