"""Imported files."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.context import Shared
from web.store import imports

router = APIRouter(include_in_schema=False)


@router.get("/imports")
async def listing(request: Request, context: Shared) -> HTMLResponse:
    async with context.engine.connect() as connection:
        batches = await imports.latest(connection)
    return HTMLResponse(context.render("imports.html", request, {"batches": batches}))
