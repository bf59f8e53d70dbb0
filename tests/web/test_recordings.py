"""A recording is served whole or in part, and nothing else of the disk is."""

from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from tests.web.seed import Seed
from web.routes.recordings import parse_range

pytestmark = pytest.mark.postgres


@pytest.fixture
async def call(seed: Seed) -> UUID:
    creditor = await seed.creditor()
    call = await seed.attempt(await seed.campaign(creditor), await seed.debtor(creditor, "Marta"), "connected")
    await seed.talk(call, await seed.agent("ana", "Ana"), bridged_s=2)
    return call


@pytest.fixture
async def sound(seed: Seed, call: UUID, tmp_path: Path) -> bytes:
    return await seed.recorded(call, tmp_path / "data" / "recordings", seconds=2)


async def test_the_whole_file(client: httpx.AsyncClient, call: UUID, sound: bytes) -> None:
    answer = await client.get(f"/recordings/{call}")
    assert answer.status_code == 200
    assert answer.content == sound
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/wav"
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-43", 0, 43), ("bytes=1000-", 1000, None), ("bytes=-500", -500, None), ("bytes=10-9999999", 10, None)],
)
async def test_a_part_of_it(
    client: httpx.AsyncClient, call: UUID, sound: bytes, asked: str, first: int, last: int | None
) -> None:
    answer = await client.get(f"/recordings/{call}", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == sound[first : None if last is None else last + 1]
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-range"].endswith(f"/{len(sound)}")


async def test_a_part_beyond_the_end_is_refused_with_the_size(
    client: httpx.AsyncClient, call: UUID, sound: bytes
) -> None:
    answer = await client.get(f"/recordings/{call}", headers={"Range": f"bytes={len(sound)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(sound)}"


async def test_a_changed_file_is_sent_whole_and_an_unchanged_one_not_at_all(
    client: httpx.AsyncClient, call: UUID, sound: bytes
) -> None:
    path = f"/recordings/{call}"
    etag = (await client.head(path)).headers["etag"]
    assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304
    stale = await client.get(path, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert stale.content == sound
    fresh = await client.get(path, headers={"Range": "bytes=0-1", "If-Range": etag})
    assert fresh.content == sound[:2]


async def test_no_recording_and_a_lost_file_are_different_sentences(
    client: httpx.AsyncClient, call: UUID, sound: bytes, tmp_path: Path
) -> None:
    assert sound
    assert (await client.get(f"/recordings/{uuid4()}")).status_code == 404
    assert (await client.get("/recordings/../../etc/passwd")).status_code == 404
    next((tmp_path / "data" / "recordings").rglob("*.wav")).unlink()
    lost = await client.get(f"/recordings/{call}")
    assert lost.status_code == 404
    assert "pasta de gravações" in lost.text


@pytest.mark.parametrize("url", ["../secret.wav", "/etc/passwd", "file:///etc/passwd", "2026/../../secret.wav"])
async def test_a_row_that_points_out_of_the_folder_is_not_served(
    client: httpx.AsyncClient, seed: Seed, call: UUID, sound: bytes, tmp_path: Path, url: str
) -> None:
    (tmp_path / "data" / "secret.wav").write_bytes(sound)
    async with seed.engine.begin() as connection:
        await connection.execute(text("update recording set url = :url"), {"url": url})
    assert (await client.get(f"/recordings/{call}")).status_code == 404


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b"])
def test_a_range_that_is_not_understood_is_ignored(header: str) -> None:
    assert parse_range(header, 100) is None
