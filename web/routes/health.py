"""Is this process fit to serve? For load balancers and `alo doctor`."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web.context import Shared

PATIENCE_S = 3.0
router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def health(context: Shared) -> JSONResponse:
    """200 when the database answers and live pictures are listened for, 503 otherwise."""
    try:
        async with asyncio.timeout(PATIENCE_S), context.engine.connect() as connection:
            await connection.execute(text("select 1"))
        database = True
    except (SQLAlchemyError, OSError, TimeoutError):
        database = False
    live = context.hub.listening.is_set()
    well = database and live
    body = {"status": "ok" if well else "failing", "database": database, "live": live, "scripts": bool(context.bundle)}
    return JSONResponse(body, status_code=200 if well else 503)
