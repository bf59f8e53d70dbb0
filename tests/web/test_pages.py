"""What the pages show."""

from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from crm.tables import import_batch
from tests.web.conftest import open_stream
from tests.web.seed import Seed, floor_snapshot

pytestmark = pytest.mark.postgres


async def page(client: httpx.AsyncClient, path: str, **headers: str) -> str:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_empty_installation_says_what_to_do_first(client: httpx.AsyncClient) -> None:
    assert "alo campaign create" in await page(client, "/")
    assert "alo import" in await page(client, "/debtors")
    assert "alo import" in await page(client, "/imports")


async def test_without_the_scripts_the_pages_work_and_say_what_to_run(client: httpx.AsyncClient) -> None:
    text = await page(client, "/")
    assert "alo setup" in text
    assert "<script" not in text


async def test_portuguese_first_english_when_asked(client: httpx.AsyncClient) -> None:
    assert 'lang="pt-BR"' in await page(client, "/debtors")
    assert 'lang="en"' in await page(client, "/debtors", **{"Accept-Language": "en-GB"})
    assert 'lang="en"' in await page(client, "/debtors?lang=en")
    assert 'lang="en"' in await page(client, "/debtors"), "the choice stands for the next page"


async def test_the_floor_shows_the_running_campaign(app: FastAPI, client: httpx.AsyncClient, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    await seed.campaign(1, "Rascunho", status="draft")
    assert "Aguardando o primeiro retrato" in await page(client, "/")
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        await stream.until("floor")
        await seed.live(f"campaign:{campaign}", floor_snapshot(campaign))
        assert "1.284" in await stream.until("floor")
    text = await page(client, "/")
    assert 'data-figure="talking">2<' in text
    assert 'data-figure="abandonment">2,2\xa0%<' in text
    assert "limite 3\xa0%" in text
    assert "Fábio Nunes" in text
    assert "Rascunho" not in text


async def test_too_much_abandonment_is_said_in_words(app: FastAPI, client: httpx.AsyncClient, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        await stream.until("floor")
        await seed.live(f"campaign:{campaign}", floor_snapshot(campaign, abandonment=0.041))
        assert "acima do limite" in await stream.until("floor")


async def test_a_picture_with_holes_still_makes_a_page(app: FastAPI, client: httpx.AsyncClient, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    async with open_stream(app, "/live/floor/en") as stream:
        await stream.until("floor")
        await seed.live(f"campaign:{campaign}", {"at": "soon", "totals": None})
        assert 'data-figure="dials">0<' in await stream.until("floor")


async def test_the_latest_calls_are_on_the_floor(client: httpx.AsyncClient, seed: Seed) -> None:
    creditor = await seed.creditor()
    campaign = await seed.campaign(creditor)
    call = await seed.attempt(campaign, await seed.debtor(creditor, "Marta Alves"), "connected")
    await seed.talk(call, await seed.agent("ana", "Ana Souza"), bridged_s=72, disposition="promise")
    text = await page(client, "/")
    assert "Marta Alves" in text
    assert "1:12" in text
    assert "Promessa de pagamento" in text


@pytest.mark.parametrize(
    "words",
    ["joão", "JOAO conc", "529.982.247-25", "52998224725", "11 98888-7777", "98888", "CTR-77"],
)
async def test_a_debtor_is_found_by_name_document_phone_or_contract(
    client: httpx.AsyncClient, seed: Seed, words: str
) -> None:
    creditor = await seed.creditor()
    await seed.debtor(creditor, "Maria Outra", document="11144477735", phone="+552133334444")
    await seed.debtor(
        creditor,
        "João da Conceição",
        document="52998224725",
        phone="+5511988887777",
        debts=(("CTR-77", 123456, date(2026, 1, 5)), ("CTR-78", 100, date(2026, 1, 5))),
    )
    answer = await client.get("/debtors", params={"q": words})
    assert "João da Conceição" in answer.text
    assert "Maria Outra" not in answer.text
    assert "R$\xa01.235,56" in answer.text
    assert "***.982.247-**" in answer.text
    if words != "52998224725":
        assert "52998224725" not in answer.text


async def test_a_wildcard_is_a_letter_like_any_other(client: httpx.AsyncClient, seed: Seed) -> None:
    await seed.debtor(await seed.creditor(), "Maria")
    assert "Nada encontrado" in (await client.get("/debtors", params={"q": "%"})).text


async def test_the_list_goes_on_on_the_next_page(client: httpx.AsyncClient, seed: Seed) -> None:
    creditor = await seed.creditor()
    for number in range(51):
        await seed.debtor(creditor, f"Pessoa {number:03d}")
    first = await page(client, "/debtors")
    assert "Pessoa 049" in first
    assert "Pessoa 050" not in first
    path = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await page(client, path)
    assert "Pessoa 050" in second
    assert "Pessoa 049" not in second


async def test_a_debtors_page_tells_the_calls_newest_first(
    client: httpx.AsyncClient, seed: Seed, tmp_path: Path
) -> None:
    creditor = await seed.creditor()
    campaign = await seed.campaign(creditor)
    person = await seed.debtor(creditor, "Marta Alves", debts=(("CTR-1", 98765, date(2026, 2, 8)),))
    await seed.attempt(campaign, person, "noanswer", ago_s=7200)
    call = await seed.attempt(campaign, person, "connected", ago_s=60)
    await seed.talk(call, await seed.agent("ana", "Ana Souza"), bridged_s=11, disposition="promise")
    await seed.recorded(call, tmp_path / "data" / "recordings")
    await seed.said(call, ("agent", 0.4, 2.0, "Bom dia, falo com Marta?"), ("debtor", 2.3, 4.0, "Sou eu."))
    text = await page(client, f"/debtors/{person[0]}")
    assert text.index("Conversou") < text.index("Não atendeu")
    assert "R$\xa0987,65" in text
    assert "30 dias em atraso" in text
    assert f'src="/recordings/{call}"' in text
    assert "Bom dia, falo com Marta?" in text
    assert f'href="/recordings/{call}#t=2.3"' in text


async def test_a_debtors_page_tells_what_was_heard_without_an_agent(client: httpx.AsyncClient, seed: Seed) -> None:
    creditor = await seed.creditor()
    campaign = await seed.campaign(creditor)
    person = await seed.debtor(creditor, "Marta Alves")
    await seed.attempt(campaign, person, "abandoned", waited_s=1.8, message="part", message_s=4.2)
    await seed.attempt(campaign, person, "machine", ago_s=7200, machine="LONGGREETING-1500-1500")
    text = await page(client, f"/debtors/{person[0]}")
    assert "desligou durante a mensagem de abandono, 0:04" in text
    assert "esperou 1,8" in text
    assert "detector: LONGGREETING-1500-1500" in text


async def test_what_people_typed_is_never_markup(client: httpx.AsyncClient, seed: Seed) -> None:
    creditor = await seed.creditor("<i>Banco</i>")
    campaign = await seed.campaign(creditor, "<img src=x onerror=alert(1)>")
    person = await seed.debtor(creditor, '<script>alert("x")</script>')
    call = await seed.attempt(campaign, person, "connected")
    await seed.talk(call, await seed.agent("ana", "<b>Ana</b>"), bridged_s=3)
    for path in ("/", "/debtors", f"/debtors/{person[0]}", "/debtors?q=<script>"):
        text = await page(client, path)
        for forbidden in ("<script>", "<img", "<b>Ana", "<i>Banco"):
            assert forbidden not in text, path


async def test_what_is_not_there_is_said_in_words(client: httpx.AsyncClient) -> None:
    for path in ("/nowhere", "/debtors/99", "/debtors/0", "/debtors/99999999999999999999", "/debtors/x"):
        answer = await client.get(path)
        assert answer.status_code == 404, path
        assert "Não existe nada" in answer.text


async def test_imports_name_the_file_of_rejected_rows(client: httpx.AsyncClient, seed: Seed) -> None:
    creditor = await seed.creditor()
    async with seed.engine.begin() as connection:
        await connection.execute(
            insert(import_batch).values(
                creditor_id=creditor,
                file_name="carteira.csv",
                sha256="0",
                rows_read=1200,
                rows_new=1190,
                rows_known=3,
                rows_rejected=7,
            )
        )
    text = await page(client, "/imports")
    assert "carteira.rejected.csv" in text
    assert "1.200" in text


async def test_health_tells_database_and_listener(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"]
    assert answer.json()["live"]
