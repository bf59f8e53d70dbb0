"""Lists from files: who is not to be called, who consented, local holidays; good rows in, bad rows told."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from crm.compliance_tables import consent, do_not_call, local_holiday
from crm.errors import ImportFileError
from crm.lists import ListResult, import_consents, import_do_not_call, import_holidays
from crm.tables import creditor


@pytest.fixture
async def db(engine: AsyncEngine) -> Any:
    async with engine.begin() as connection:
        await connection.execute(insert(creditor).values(name="Banco Exemplo"))
        yield connection


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "lista.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


async def rows(db: AsyncConnection, table: Table) -> list[Any]:
    return list(await db.execute(select(table).order_by(table.c.id)))


def blocked(db: AsyncConnection, path: Path, creditor: str | None = None, kind: str = "imported") -> Any:
    return import_do_not_call(db, path, creditor=creditor, kind=kind, source="Procon")


async def test_numbers_and_people_of_a_do_not_call_list(db: AsyncConnection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Telefone;CPF;Validade",
        "(11) 98765-4321;;",
        ";529.982.247-25;31/12/2026",
        "11 3333-4444;52998224725;",
        "123;;",
        ";;",
        ";111.111.111-11;",
        ";52998224725;amanhã",
    )
    result = await blocked(db, path)
    assert (result.rows_new, result.rows_known) == (3, 0)
    assert [line for line, _reason in result.rejected] == [5, 6, 7, 8]
    first, second, third = await rows(db, do_not_call)
    assert (first.number, first.document, first.creditor_id, first.source) == ("+5511987654321", None, None, "Procon")
    assert (second.number, second.document) == (None, "52998224725")
    assert second.expires_at == datetime(2026, 12, 31, tzinfo=UTC)
    assert (third.number, third.document) == ("+551133334444", "52998224725")


async def test_a_list_imported_again_adds_nothing_and_each_creditor_has_its_own(
    db: AsyncConnection, tmp_path: Path
) -> None:
    path = written(tmp_path, "numero", "(11) 98765-4321", "11987654321")
    assert await blocked(db, path) == ListResult(rows_new=1, rows_known=1, rejected=())
    assert await blocked(db, path) == ListResult(rows_new=0, rows_known=2, rejected=())
    assert (await blocked(db, path, "Banco Exemplo")).rows_new == 1
    assert [row.creditor_id for row in await rows(db, do_not_call)] == [None, 1]


async def test_what_is_wrong_with_a_list_is_told(db: AsyncConnection, tmp_path: Path) -> None:
    path = written(tmp_path, "nada;disto", "1;2")
    with pytest.raises(ImportFileError, match=r"no header that is known.*numero, cpf_cnpj"):
        await blocked(db, path)
    with pytest.raises(ImportFileError, match="no creditor Ninguém"):
        await blocked(db, path, "Ninguém")
    with pytest.raises(ImportFileError, match="no list of kind secret"):
        await blocked(db, path, kind="secret")


async def test_consents_and_their_withdrawal(db: AsyncConnection, tmp_path: Path) -> None:
    head = "cpf;telefone;dado em;revogado em;origem"
    one = "529.982.247-25;(11) 98765-4321;01/03/2026;;contrato"
    result = await import_consents(
        db,
        written(tmp_path, head, one, one, ";;01/03/2026;;x", "52998224725;;;;x", "52998224725;;01/03/2026;;"),
        creditor="Banco Exemplo",
    )
    assert (result.rows_new, [line for line, _reason in result.rejected]) == (1, [4, 5, 6])
    (given,) = await rows(db, consent)
    assert (given.given_at, given.withdrawn_at, given.creditor_id) == (datetime(2026, 3, 1, tzinfo=UTC), None, 1)
    over = written(tmp_path, head, one.replace(";;contrato", ";05/03/2026;contrato"))
    assert (await import_consents(db, over, creditor="Banco Exemplo")).rows_new == 1
    await import_consents(db, written(tmp_path, head, one), creditor="Banco Exemplo")
    (withdrawn,) = await rows(db, consent)
    assert withdrawn.withdrawn_at == datetime(2026, 3, 5, tzinfo=UTC)


async def test_local_holidays_stand_for_their_area_code_or_state(db: AsyncConnection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "data;ddd;uf;feriado;lei",
        "14/07/2026;19;;Aniversário de Campinas;Lei municipal 1/1900",
        "20/01/2026;;RJ;;Lei estadual 2/1900",
        "20/01/2026;20;;x;y",
        "20/01/2026;;;x;y",
        "20/01/2026;11;;x;",
        "32/01/2026;11;;x;y",
        encoding="latin-1",
    )
    result = await import_holidays(db, path)
    assert (result.rows_new, [line for line, _reason in result.rejected]) == (2, [4, 5, 6, 7])
    town, state = await rows(db, local_holiday)
    assert (town.day, town.place, town.name) == (date(2026, 7, 14), "BR-19", "Aniversário de Campinas")
    assert (state.place, state.name, state.source) == ("BR-RJ", "feriado local", "Lei estadual 2/1900")
