"""The debtors' list and one debtor's page."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from web.context import Shared
from web.store import debtors

BIGGEST_ID = 2**63 - 1
Id = Annotated[int | None, Query(ge=1, le=BIGGEST_ID)]
router = APIRouter(include_in_schema=False)


@router.get("/debtors")
async def listing(
    request: Request, context: Shared, q: Annotated[str, Query(max_length=120)] = "", after: Id = None
) -> HTMLResponse:
    words = q.replace("\0", "").strip()
    async with context.engine.connect() as connection:
        page = await debtors.search(connection, words, after)
    return HTMLResponse(context.render("debtors.html", request, {"page": page, "q": words, "paged": after is not None}))


@router.get("/debtors/{debtor_id}")
async def one(request: Request, context: Shared, debtor_id: int, before: Id = None) -> HTMLResponse:
    async with context.engine.connect() as connection:
        found = await debtors.one(connection, debtor_id, before) if 0 < debtor_id <= BIGGEST_ID else None
    if found is None:
        raise HTTPException(404)
    today = context.now().astimezone(context.zone).date()
    values = {"debtor": found, "today": today, "days_late": debtors.days_late, "paged": before is not None}
    return HTMLResponse(context.render("debtor.html", request, values))
