"""A creditor's file on a real PostgreSQL: good rows in, bad rows back, nothing twice, all or nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from base.errors import AloError, DatabaseError
from crm.errors import CampaignError, ImportFileError
from crm.imports import ImportResult, import_file
from crm.imports.documents import cpf_check_digits

HEADER = "nome;cpf_cnpj;contrato;parcela;valor;vencimento;telefone1;telefone2;email;uf"
MARIA = "Maria da Conceição;529.982.247-25;C1;1;1.234,56;05/01/2026;(11) 98765-4321;1133334444;maria@example.com;SP"
MARIA_2 = "Maria da Conceição;52998224725;C1;2/3;1.234,56;2026-02-05;011 8765-4321;;;"
JOSE = "José Araújo;111.444.777-35;C2;;80,00;10/02/2026;+55 92 3333-4444;;;AM"
BAD_CPF = "Zé;123.456.789-00;C3;1;10,00;01/01/2026;(11) 98765-0000;;;SP"
BAD_ALL = ";1;;x;0;31/02/2026;1;;;XX"


@pytest.fixture
def db(database_url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(database_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def mailing(folder: Path, *rows: str, encoding: str = "latin-1", header: str = HEADER, end: str = "\r\n") -> Path:
    path = folder / "carteira.csv"
    path.write_bytes(end.join((header, *rows, "")).encode(encoding))
    return path


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.rows_read, result.rows_new, result.rows_known, result.rows_rejected


def everything(db: psycopg.Connection[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    tables = ("creditor", "debtor", "debt", "contact_point", "lead", "import_batch")
    return {name: db.execute(f"select * from {name} order by id").fetchall() for name in tables}  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_good_rows_become_debtors_debts_and_numbers(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path, encoding: str, end: str
) -> None:
    result = import_file(database_url, mailing(tmp_path, MARIA, MARIA_2, "", JOSE, encoding=encoding, end=end), "Banco")
    assert counts(result) == (3, 3, 0, 0)
    assert result.rejected_path is None
    debtors = db.execute("select document, name, state from debtor order by name").fetchall()
    assert debtors == [
        {"document": "11144477735", "name": "José Araújo", "state": "AM"},
        {"document": "52998224725", "name": "Maria da Conceição", "state": "SP"},
    ]
    debts = db.execute("select contract, instalment, amount_cents, due_on from debt order by 1, 2").fetchall()
    assert [(d["contract"], d["instalment"], d["amount_cents"], str(d["due_on"])) for d in debts] == [
        ("C1", 1, 123456, "2026-01-05"),
        ("C1", 2, 123456, "2026-02-05"),
        ("C2", 1, 8000, "2026-02-10"),
    ]
    points = db.execute("select value, phone_type, position from contact_point order by value").fetchall()
    assert [tuple(p.values()) for p in points] == [
        ("+551133334444", "landline", 1),
        ("+5511987654321", "mobile", 0),
        ("+559233334444", "landline", 0),
        ("maria@example.com", None, 0),
    ]


def test_bad_rows_are_given_back_with_line_and_reasons(database_url: str, tmp_path: Path) -> None:
    short, extra = "Ana;52998224725;C9", MARIA.replace("Maria da", "Maria; da")
    path = mailing(tmp_path, MARIA, BAD_CPF, "", BAD_ALL, short, extra, MARIA, JOSE)
    result = import_file(database_url, path, "Banco")
    assert counts(result) == (7, 2, 0, 5)
    assert result.rejected_path == tmp_path / "carteira.rejected.csv"
    lines = result.rejected_path.read_bytes().decode("latin-1").split("\r\n")
    assert lines[0] == HEADER + ";linha;motivo"
    assert lines[1] == BAD_CPF + ";3;CPF inválido: os dígitos verificadores não conferem"
    for reason in (
        "nome vazio",
        "contrato vazio",
        "CPF/CNPJ",
        "valor zerado",
        "vencimento",
        "parcela",
        "UF",
        "telefone",
    ):
        assert reason in lines[2]
    assert lines[2].startswith(BAD_ALL + ';5;"')
    assert lines[3] == short + ";;;;;;;;6;a linha tem 3 colunas e o cabeçalho tem 10"
    assert lines[4].endswith(";7;a linha tem 11 colunas e o cabeçalho tem 10")
    assert lines[5] == MARIA + ";8;contrato e parcela repetidos: já estão na linha 2"
    assert lines[6:] == [""]


def test_a_mended_rejected_file_can_be_imported_as_it_is(database_url: str, tmp_path: Path) -> None:
    result = import_file(database_url, mailing(tmp_path, BAD_CPF), "Banco")
    assert result.rejected_path is not None
    mended = tmp_path / "mended.csv"
    mended.write_bytes(result.rejected_path.read_bytes().replace(b"123.456.789-00", b"123.456.789-09"))
    assert counts(import_file(database_url, mended, "Banco")) == (1, 1, 0, 0)


def test_the_same_file_again_adds_nothing_and_says_so(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    path = mailing(tmp_path, MARIA, JOSE, BAD_CPF)
    first = import_file(database_url, path, "Banco")
    assert "2 novas" in first.sentence()
    before = everything(db)
    again = import_file(database_url, path, "Banco")
    assert counts(again) == (3, 0, 2, 1)
    assert "Nada foi acrescentado" in again.sentence()
    assert everything(db) == before


def test_a_newer_file_updates_open_debts_and_learns_the_state(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    import_file(database_url, mailing(tmp_path, MARIA_2, JOSE), "Banco")
    db.execute("update debt set status = 'paid' where contract = 'C2'")
    newer = (MARIA_2.replace("1.234,56", "1.300,00") + "RJ", JOSE.replace("80,00", "90,00"))
    assert counts(import_file(database_url, mailing(tmp_path, *newer), "Banco")) == (2, 0, 2, 0)
    amounts = db.execute("select contract, amount_cents from debt order by 1").fetchall()
    assert [tuple(a.values()) for a in amounts] == [("C1", 130000), ("C2", 8000)]
    states = db.execute("select state from debtor where document = '52998224725'").fetchall()
    assert states == [{"state": "RJ"}]


def test_a_contract_of_another_debtor_is_given_back(database_url: str, tmp_path: Path) -> None:
    import_file(database_url, mailing(tmp_path, MARIA), "Banco")
    stolen = JOSE.replace("C2;;", "C1;1;")
    result = import_file(database_url, mailing(tmp_path, stolen, JOSE), "Banco")
    assert counts(result) == (2, 1, 0, 1)
    assert result.rejected_path is not None
    assert "2;este contrato e parcela já são de outro devedor" in result.rejected_path.read_text("latin-1")


def test_creditors_do_not_share_contracts_or_debtors(database_url: str, tmp_path: Path) -> None:
    path = mailing(tmp_path, MARIA)
    assert import_file(database_url, path, "Banco").rows_new == 1
    assert import_file(database_url, path, "Loja").rows_new == 1


def test_a_campaign_gets_one_lead_per_debtor_by_amount_and_age(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    db.execute("insert into creditor (name) values ('Banco'), ('Loja')")
    db.execute(
        "insert into campaign (name, creditor_id, trunk, caller_id, hours) "
        "select 'Campanha', id, 'main', '+551130000000', '{}' from creditor where name = 'Banco'"
    )
    today = db.execute("select current_date - 10 as late").fetchone()
    assert today is not None
    path = mailing(tmp_path, MARIA, MARIA_2, JOSE.replace("10/02/2026", today["late"].strftime("%d/%m/%Y")))
    result = import_file(database_url, path, "Banco", campaign="Campanha")
    assert result.leads_new == 2
    leads = db.execute("select name, priority from lead join debtor on debtor.id = debtor_id order by name").fetchall()
    # R$ 80: 12 × log10(80) = 22, and 40 for ten days late; R$ 2.469,12: 40, older than 180 days.
    assert [tuple(one.values()) for one in leads] == [("José Araújo", 62), ("Maria da Conceição", 40)]
    before = everything(db)
    assert import_file(database_url, path, "Banco", campaign="Campanha").leads_new == 0
    assert everything(db) == before
    with pytest.raises(CampaignError, match="not for Loja"):
        import_file(database_url, path, "Loja", campaign="Campanha")
    with pytest.raises(CampaignError, match="no campaign Outra"):
        import_file(database_url, path, "Banco", campaign="Outra")
    assert everything(db) == before


def test_quoted_fields_may_hold_delimiters_and_line_breaks(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    quoted = MARIA.replace("Maria da Conceição", '"Maria; ""da""\r\nConceição"')
    stray = JOSE.replace("José", 'José "Zé').replace("C2", "C\\2")
    open_ended = BAD_CPF.replace("Zé", '"Zé')
    path = mailing(tmp_path, quoted, open_ended, stray, open_ended, '"Zélia"' + MARIA_2[MARIA_2.index(";") :])
    result = import_file(database_url, path, "Banco")
    assert counts(result) == (5, 3, 0, 2)
    assert result.rejected_path is not None
    rejected = result.rejected_path.read_text("latin-1")
    assert open_ended + ";4;aspas abertas e não fechadas" in rejected
    assert open_ended + ";6;aspas abertas e não fechadas" in rejected
    names = db.execute("select name from debtor order by name").fetchall()
    assert [one["name"] for one in names] == ['José "Zé Araújo', 'Maria; "da" Conceição']
    assert {"contract": "C\\2"} in db.execute("select contract from debt").fetchall()


def test_other_headers_orders_and_delimiters_are_understood(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    header = "Nº Contrato|Razão Social|CPF/CNPJ|Saldo Devedor|Dt. Vencimento|DDD|Celular|Observação"
    row = "77|Mercearia Boa Vista|00.000.000/0001-91|1.000,00|01/03/2026|011|98765-4321|nada"
    path = mailing(tmp_path, row.replace("|", "\t"), header=header.replace("|", "\t").replace("Nº", "n"))
    assert counts(import_file(database_url, path, "Banco")) == (1, 1, 0, 0)
    assert db.execute("select value from contact_point").fetchall() == [{"value": "+5511987654321"}]


def test_a_bad_second_number_is_dropped_and_counted(database_url: str, tmp_path: Path) -> None:
    row = MARIA.replace("1133334444;maria@example.com", "12;maria@")
    result = import_file(database_url, mailing(tmp_path, row), "Banco")
    assert (result.rows_new, result.contacts_dropped) == (1, 2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"nome;valor\r\n", "no column cpf_cnpj, contrato, vencimento, telefone1"),
        (b"PK\x03\x04 a spreadsheet", "not a text file"),
        (b"nome;cpf_cnpj\r\n\x00\x01\x02", "not a text file"),
        ("nome".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_no_mailing_is_refused_in_plain_words(
    database_url: str, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "carteira.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=says):
        import_file(database_url, path, "Banco")


def test_a_file_that_is_not_there_and_a_creditor_without_name(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="There is no file"):
        import_file(database_url, tmp_path / "nada.csv", "Banco")
    with pytest.raises(ImportFileError, match="is a folder"):
        import_file(database_url, tmp_path, "Banco")
    with pytest.raises(ImportFileError, match="no name"):
        import_file(database_url, mailing(tmp_path, MARIA), " ")


def test_a_header_alone_is_a_mailing_of_nobody(database_url: str, tmp_path: Path) -> None:
    assert counts(import_file(database_url, mailing(tmp_path), "Banco")) == (0, 0, 0, 0)


def test_a_crash_half_way_leaves_nothing_half_done(
    database_url: str, db: psycopg.Connection[dict[str, Any]], tmp_path: Path
) -> None:
    path = mailing(tmp_path, MARIA, BAD_CPF, JOSE)
    for step in (0.5, 0.6, 0.8):

        def crash(done: float, step: float = step) -> None:
            if done >= step:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_file(database_url, path, "Banco", progress=crash)
        assert all(not rows for rows in everything(db).values())
        assert [one.name for one in tmp_path.iterdir()] == ["carteira.csv"]
    assert counts(import_file(database_url, path, "Banco")) == (3, 2, 0, 1)


def test_a_server_that_does_not_answer_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="does not answer") as told:
        import_file("postgresql://127.0.0.1:1/nothing", mailing(tmp_path, MARIA), "Banco")
    assert isinstance(told.value, AloError)


def test_progress_goes_from_nothing_to_all(database_url: str, tmp_path: Path) -> None:
    def cpf(number: int) -> str:
        return f"{number:09d}" + cpf_check_digits(f"{number:09d}")

    rows = [f"Pessoa;{cpf(n)};C{n};1;10,00;01/01/2026;11987{n:06d};;;" for n in range(1, 5001)]
    told: list[float] = []
    result = import_file(database_url, mailing(tmp_path, *rows), "Banco", progress=told.append)
    assert result.rows_new == 5000
    assert told == sorted(told)
    assert told[-1] == 1.0
