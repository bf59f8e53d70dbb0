"""The agents' API: their state as it changes, and commands that the dialer answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from base.database import listen
from tests.web.conftest import open_stream
from tests.web.seed import Seed

pytestmark = pytest.mark.postgres
TOKEN = "agents-own-token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
async def agent(seed: Seed) -> None:
    await seed.agent("ana", "Ana Souza", TOKEN)


@pytest.fixture
async def dialer(seed: Seed, database_url: str) -> AsyncIterator[list[tuple[str, dict[str, Any]]]]:
    """A dialer that does what it is asked, and refuses to hang up when there is no call."""
    taken: list[tuple[str, dict[str, Any]]] = []
    ready = asyncio.Event()

    async def work() -> None:
        async for _ in listen(database_url, "alo_command"):
            ready.set()
            async with seed.engine.begin() as connection:
                rows = await connection.execute(text("select id, kind, payload from command where done_at is null"))
                for row in rows.all():
                    taken.append((row.kind, row.payload))
                    refusal = "no call is up" if row.kind == "agent.hangup" else None
                    await connection.execute(
                        text("update command set done_at = now(), answer = :answer where id = :id"),
                        {"id": row.id, "answer": refusal},
                    )

    task = asyncio.create_task(work())
    await asyncio.wait_for(ready.wait(), 10)
    yield taken
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, "no_token"),
        ({"Authorization": "Bearer nobody"}, "bad_token"),
        ({"Authorization": "Basic eA=="}, "no_token"),
    ],
)
async def test_without_a_token_nothing_is_done(client: httpx.AsyncClient, headers: dict[str, str], word: str) -> None:
    for method, path in (
        ("GET", "events"),
        ("POST", "hangup"),
        ("POST", "pause"),
        ("POST", "leave"),
        ("POST", "ready"),
    ):
        answer = await client.request(method, f"/api/agent/{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == word
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_agent_who_left_has_no_token(client: httpx.AsyncClient, seed: Seed) -> None:
    async with seed.engine.begin() as connection:
        await connection.execute(text("update agent set active = false"))
    assert (await client.post("/api/agent/ready", headers=BEARER)).status_code == 401


async def test_the_dialer_does_what_the_agent_asks(
    client: httpx.AsyncClient, dialer: list[tuple[str, dict[str, Any]]]
) -> None:
    call = uuid4()
    asked: list[Callable[[], Any]] = [
        lambda: client.post("/api/agent/ready", headers=BEARER),
        lambda: client.post("/api/agent/pause", headers=BEARER, json={"reason": "almoço"}),
        lambda: client.post("/api/agent/leave", headers=BEARER),
        lambda: client.post(
            "/api/agent/disposition",
            headers=BEARER,
            json={"call_id": str(call), "code": "promise", "data": {"date": "2026-03-20", "amount_cents": 5000}},
        ),
    ]
    for ask in asked:
        answer = await ask()
        assert answer.status_code == 200
        assert answer.json() == {"done": True}
    assert dialer == [
        ("agent.ready", {"login": "ana"}),
        ("agent.pause", {"login": "ana", "reason": "almoço"}),
        ("agent.leave", {"login": "ana"}),
        (
            "agent.disposition",
            {
                "login": "ana",
                "call_id": str(call),
                "code": "promise",
                "data": {"date": "2026-03-20", "amount_cents": 5000},
            },
        ),
    ]


async def test_a_refusal_comes_with_its_reason(
    client: httpx.AsyncClient, dialer: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = await client.post("/api/agent/hangup", headers=BEARER)
    assert answer.status_code == 409
    assert answer.json()["error"] == "refused"
    assert "no call is up" in answer.json()["message"]


async def test_a_silent_dialer_is_not_left_with_an_old_wish(client: httpx.AsyncClient, seed: Seed) -> None:
    answer = await client.post("/api/agent/hangup", headers=BEARER)
    assert answer.status_code == 409
    assert answer.json()["error"] == "silent"
    assert "alo dialer" in answer.json()["message"]
    async with seed.engine.connect() as connection:
        assert (await connection.execute(text("select count(*) from command where done_at is null"))).scalar_one() == 0


async def test_an_unknown_disposition_names_those_there_are(client: httpx.AsyncClient) -> None:
    body = {"call_id": str(uuid4()), "code": "nonsense"}
    answer = await client.post("/api/agent/disposition", headers=BEARER, json=body)
    assert answer.status_code == 422
    assert "promise" in answer.json()["allowed"]
    assert "promise" in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"call_id": "x", "code": "promise"},
        {"call_id": str(uuid4()), "code": ""},
        {"call_id": str(uuid4()), "code": "promise", "data": [1]},
        {"call_id": str(uuid4()), "code": "promise", "data": {"note": "x" * 20_000}},
        {"call_id": str(uuid4()), "code": "promise", "more": 1},
    ],
)
async def test_a_badly_written_request_is_told_what_is_wrong(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await client.post("/api/agent/disposition", headers=BEARER, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid"
    assert answer.json()["message"]


async def test_an_agent_sees_the_own_state_at_once_and_at_each_change(app: FastAPI, seed: Seed) -> None:
    async with open_stream(app, "/api/agent/events", BEARER) as stream:
        event, data = await stream.next()
        assert event == "state"
        assert json.loads(data) | {"since": None} == {"login": "ana", "state": "offline", "since": None, "call": None}
        await seed.live("agent:bruno", {"login": "bruno", "state": "ready"})
        talking = {"login": "ana", "state": "talking", "since": "2026-03-10T17:30:00Z", "call": {"name": "João"}}
        await seed.live("agent:ana", talking)
        assert json.loads(await stream.until("state")) == talking
    async with open_stream(app, "/api/agent/events", BEARER) as stream:
        assert json.loads(await stream.until("state")) == talking


async def test_addresses_that_are_not_there_answer_in_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/agent/nothing", headers=BEARER)
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


async def test_the_api_describes_itself(client: httpx.AsyncClient) -> None:
    described = (await client.get("/api/openapi.json")).json()
    assert set(described["paths"]) == {
        f"/api/agent/{name}" for name in ("events", "hangup", "disposition", "pause", "leave", "ready")
    }
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"HTTPBearer": []}]
            assert {"200", "401"} <= set(operation["responses"])
