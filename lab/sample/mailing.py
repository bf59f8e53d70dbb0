"""The mailing a creditor exports: `;` between columns, latin-1, 1.234,56, dd/mm/aaaa, and here and there a bad row.

Everything written is also returned, so that an import can be held against it.
"""

import csv
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from lab.sample.identities import Identity, identities, written_cpf
from lab.sample.ledger import Due, debts

HEADER = ("nome", "cpf_cnpj", "contrato", "parcela", "valor", "vencimento", "telefone1", "telefone2", "email", "uf")
ENCODING = "latin-1"

_Row = dict[str, str]


class Fault(StrEnum):
    """What is wrong with a bad row; the value is a word that a reason given for it holds."""

    INVALID_CPF = "CPF"
    NO_PHONE = "sem telefone"
    IMPOSSIBLE_PHONE = "telefone inválido"
    IMPOSSIBLE_DATE = "vencimento"
    WORDY_DATE = "vencimento inválido"
    BAD_AMOUNT = "valor inválido"
    NEGATIVE_AMOUNT = "valor negativo"
    TOO_FEW_COLUMNS = "colunas"
    EMPTY_NAME = "nome"
    DUPLICATE = "repetidos"


@dataclass(frozen=True, kw_only=True)
class GoodRow:
    """A row that has to be imported."""

    line: int
    """In the file; the header is line 1."""
    cpf: str
    contract: str
    instalment: int
    amount_cents: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that has to be rejected."""

    line: int
    fault: Fault


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """What was written. Debtors of bad rows are not among `debtors`."""

    path: Path
    debtors: tuple[Identity, ...]
    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]


def write_mailing(path: Path, seed: int, today: date, debtors: int = 84, source: Path | None = None) -> Mailing:
    """Write a mailing of `debtors` people with one to three instalments each and one bad row of each Fault.

    The same arguments write the same bytes. source: see `lab.sample.ledger`. Raises LedgerError and OSError.
    """
    chance = random.Random(f"mailing {seed}")
    everybody = identities(debtors + len(Fault), chance)
    people, strangers = everybody[:debtors], everybody[debtors:]
    owed = debts(len(everybody), today, chance, source)
    entries: list[tuple[Identity, str, int, Due, Fault | None]] = []
    for index, (who, dues) in enumerate(zip(people, owed, strict=False)):
        contract = f"AUR-{today.year - 1}{index + 1:05}"
        entries += [(who, contract, part, due, None) for part, due in enumerate(dues, 1)]
    half = len(entries) // 2
    for index, (who, dues, kind) in enumerate(zip(strangers, owed[debtors:], Fault, strict=True)):
        if kind is Fault.DUPLICATE:
            # Behind the row it repeats, which is a good one: bad rows stand in the second half only.
            entries.append((*entries[chance.randrange(half)][:4], kind))
        else:
            entry = (who, f"AUR-{today.year}{90001 + index}", 1, dues[0], kind)
            entries.insert(chance.randrange(half, len(entries)), entry)
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    lines: list[list[str]] = []
    for line, (who, contract, part, due, fault) in enumerate(entries, 2):
        row = _row(who, contract, part, due, chance)
        if fault is None:
            good.append(
                GoodRow(
                    line=line,
                    cpf=who.cpf,
                    contract=contract,
                    instalment=part,
                    amount_cents=due.amount_cents,
                    due_on=due.due_on,
                )
            )
        else:
            bad.append(BadRow(line=line, fault=fault))
        values = list({**row, **_SPOILT[fault](row)}.values() if fault else row.values())
        lines.append(values[:5] if fault is Fault.TOO_FEW_COLUMNS else values)
    _write(path, lines)
    return Mailing(path=path, debtors=tuple(people), good=tuple(good), bad=tuple(bad))


def written_amount(cents: int) -> str:
    """An amount as Brazilians write it: 123456 is 1.234,56."""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def _row(who: Identity, contract: str, part: int, due: Due, chance: random.Random) -> _Row:
    values = (
        who.name.upper() if chance.random() < 0.5 else who.name,
        written_cpf(who.cpf) if chance.random() < 0.6 else who.cpf,
        contract,
        str(part),
        written_amount(due.amount_cents),
        due.due_on.strftime("%d/%m/%Y"),
        who.phones[0].written,
        who.phones[1].written if len(who.phones) > 1 else "",
        who.email or "",
        who.state,
    )
    return dict(zip(HEADER, values, strict=True))


def _other_digit(text: str) -> str:
    return f"{text[:-1]}{(int(text[-1]) + 1) % 10}"


_SPOILT: Mapping[Fault, Callable[[_Row], _Row]] = {
    Fault.INVALID_CPF: lambda row: {"cpf_cnpj": _other_digit(row["cpf_cnpj"])},
    Fault.NO_PHONE: lambda _: {"telefone1": "", "telefone2": "", "email": ""},
    Fault.IMPOSSIBLE_PHONE: lambda _: {"telefone1": "(00) 1234-567", "telefone2": ""},
    Fault.IMPOSSIBLE_DATE: lambda row: {"vencimento": f"31/02{row['vencimento'][5:]}"},
    Fault.WORDY_DATE: lambda _: {"vencimento": "a combinar"},
    Fault.BAD_AMOUNT: lambda _: {"valor": "mil reais"},
    Fault.NEGATIVE_AMOUNT: lambda row: {"valor": f"-{row['valor']}"},
    Fault.TOO_FEW_COLUMNS: lambda _: {},
    Fault.EMPTY_NAME: lambda _: {"nome": " "},
    Fault.DUPLICATE: lambda _: {},
}


def _write(path: Path, lines: list[list[str]]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with part.open("w", encoding=ENCODING, newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(lines)
    part.replace(path)
