"""The live floor and its stream."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from web.context import Shared
from web.i18n import Language, parse_language

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(request: Request, context: Shared) -> HTMLResponse:
    drawn = await context.feed.draw(context, context.language(request))
    return HTMLResponse(context.render("floor.html", request, {"pieces": drawn.html}))


@router.get("/live/floor/{language}")
async def stream(language: str, context: Shared) -> EventSourceResponse:
    """The floor's pieces as events; the language is the page's own, fixed when it was drawn."""
    chosen = parse_language(language) or Language(context.settings.language)

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for event, html in context.feed.changes(context, chosen):
            yield ServerSentEvent(event=event, data=html, sep="\n")

    return EventSourceResponse(events(), sep="\n")
