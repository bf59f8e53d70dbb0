"""A call's recording, whole or in part, from wherever recordings are kept."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import fsspec
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import select

from recording.tables import recording
from web.context import Context, Shared

CHUNK_BYTES = 256 * 1024
MEDIA_TYPE = "audio/wav"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
router = APIRouter(include_in_schema=False)


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None when the whole is to be sent: no range, several, or not understood.

    Raises ValueError when the range lies outside the `size` bytes there are.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < start:
            return None
    if start >= size or end < start:
        raise ValueError(f"bytes {start}-{end} of {size}")
    return start, end


@router.api_route("/recordings/{call_id}", methods=["GET", "HEAD"])
async def recording_of(call_id: UUID, request: Request, context: Shared) -> Response:
    """The stored file, channel 1 the agent and channel 2 the debtor. RFC 9110 section 14 ranges, one at a time."""
    async with context.engine.connect() as connection:
        query = select(recording.c.url, recording.c.sha256).where(
            recording.c.call_id == call_id, recording.c.url.is_not(None)
        )
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise HTTPException(404)
    filesystem, path = await asyncio.to_thread(_place, context, row.url)
    try:
        size = int(await asyncio.to_thread(filesystem.size, path))
    except OSError as error:
        raise HTTPException(404, "error.recording_gone") from error
    etag = f'"{row.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, max-age=3600"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", etag) != etag:
        wanted = ""
    try:
        part = parse_range(wanted, size)
    except ValueError:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, end = part or (0, size - 1)
    headers["Content-Length"] = str(end - start + 1)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=MEDIA_TYPE)
    body = _bytes(filesystem, path, start, end)
    return StreamingResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _place(context: Context, url: str) -> tuple[Any, str]:
    below = PurePosixPath(url)
    if below.is_absolute() or ".." in below.parts or "://" in url:
        # Only ours write this column; if it ever points out of the folder, nothing is served.
        raise HTTPException(404)
    filesystem, root = fsspec.core.url_to_fs(context.settings.recordings)
    return filesystem, f"{str(root).rstrip('/')}/{below}"


async def _bytes(filesystem: Any, path: str, start: int, end: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(filesystem.open, path, "rb")
    try:
        await asyncio.to_thread(file.seek, start)
        left = end - start + 1
        while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
    finally:
        await asyncio.to_thread(file.close)
