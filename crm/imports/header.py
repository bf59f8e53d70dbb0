"""Which column is what: the header of a creditor's export, by the names Brazilian systems give them."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from crm.errors import ImportFileError

ALIASES = {
    # The first name found wins, so the most exact comes first.
    "name": ("nome", "nome_devedor", "nome_completo", "devedor", "nome_cliente", "cliente", "razao_social", "sacado"),
    "document": ("cpf_cnpj", "cpfcnpj", "cnpj_cpf", "cpf_cnpj_devedor", "documento", "cpf", "cnpj", "doc"),
    "contract": (
        "contrato",
        "numero_contrato",
        "numero_do_contrato",
        "num_contrato",
        "nr_contrato",
        "n_contrato",
        "id_contrato",
        "titulo",
        "fatura",
    ),
    "instalment": ("parcela", "numero_parcela", "num_parcela", "nr_parcela", "n_parcela", "prestacao"),
    "amount": (
        "valor",
        "valor_parcela",
        "valor_em_aberto",
        "saldo_devedor",
        "saldo",
        "valor_divida",
        "valor_titulo",
        "valor_original",
    ),
    "due_on": ("vencimento", "data_vencimento", "data_de_vencimento", "dt_vencimento", "dt_venc", "venc"),
    "state": ("uf", "estado", "sigla_uf", "uf_devedor"),
    "strategic": ("peso_estrategico", "importancia_estrategica", "importancia"),
    "email": ("email", "e_mail", "mail", "email1", "email_1"),
}
NEEDED = {"name": "nome", "document": "cpf_cnpj", "contract": "contrato", "amount": "valor", "due_on": "vencimento"}
OWN = ("linha", "motivo")
"""The columns we add to a rejected file; they are cut off when a mended one is imported."""
_PHONE = re.compile(r"(?:telefone|fone|tel|celular|whatsapp)_?(\d*)(?:_(?:residencial|comercial|celular|movel|fixo))?")
_DDD = re.compile(r"ddd_?(\d*)(?:_(?:telefone|fone|tel|celular))?")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where each value stands in a row, counted from 0; `None` where the file has no such column.

    phones: the number's column and, where it is apart, its area code's.
    """

    delimiter: str
    count: int
    name: int
    document: int
    contract: int
    instalment: int | None
    amount: int
    due_on: int
    state: int | None
    strategic: int | None
    email: int | None
    phones: tuple[tuple[int, int | None], ...]
    line: str


def columns(line: str, path: Path) -> Columns:
    """Read the header. Raises ImportFileError naming what is missing."""
    line = line.rstrip("\r\n")
    delimiter = max(";\t,|", key=line.count)
    names = [_plain(name) for name in line.split(delimiter)]
    while names and names[-1] in OWN:
        names.pop()
        line = line.rpartition(delimiter)[0]
    at = {key: next((names.index(a) for a in aliases if a in names), None) for key, aliases in ALIASES.items()}
    missing = [shown for key, shown in NEEDED.items() if at[key] is None]
    ddds = {match[1]: i for i, name in enumerate(names) if (match := _DDD.fullmatch(name))}
    phones = tuple((i, ddds.get(match[1])) for i, name in enumerate(names) if (match := _PHONE.fullmatch(name)))
    if not phones:
        missing.append("telefone1")
    if missing:
        raise ImportFileError(
            f"{path} has no column {', '.join(missing)}. The first line must name the columns, such as "
            "nome;cpf_cnpj;contrato;parcela;valor;vencimento;telefone1;telefone2;email;uf."
        )
    found = {key: index for key, index in at.items() if index is not None}
    return Columns(
        delimiter=delimiter,
        count=len(names),
        name=found["name"],
        document=found["document"],
        contract=found["contract"],
        instalment=at["instalment"],
        amount=found["amount"],
        due_on=found["due_on"],
        state=at["state"],
        strategic=at["strategic"],
        email=at["email"],
        phones=phones,
        line=line,
    )


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.strip().strip('"').lower())
    return re.sub(r"[^a-z0-9]+", "_", "".join(c for c in bare if not unicodedata.combining(c))).strip("_")
