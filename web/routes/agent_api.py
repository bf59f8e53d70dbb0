"""The agents' HTTP API: a desk or a robot watches its own state and presses its buttons here."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from web.context import Shared
from web.i18n import translate
from web.store import agents, commands

PATIENCE_S = 5.0
MOST_DATA_BYTES = 16_384


class ApiError(Exception):
    """The request cannot be served; `message` says what to do about it."""

    def __init__(self, status: int, error: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": error, "message": message, **more}


class Problem(BaseModel):
    """Why a request was not done, and what to do."""

    error: str = Field(description="a fixed word for programs")
    message: str = Field(description="a sentence for people, in the language of the request")
    allowed: list[str] | None = Field(default=None, description="what would have been accepted")


class Done(BaseModel):
    """The dialer did it."""

    done: bool = True


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DispositionBody(Body):
    call_id: UUID
    code: str = Field(min_length=1, max_length=64, description="a code of the table of dispositions")
    data: dict[str, Any] = Field(default_factory=dict, description="what belongs to it: a date, an amount in cents")


class PauseBody(Body):
    reason: str = Field(default="", max_length=200)


async def signed_in(
    request: Request,
    context: Shared,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(HTTPBearer(auto_error=False))],
) -> str:
    """The login of the agent whose token the request bears."""
    language = context.language(request)
    if bearer is None or not bearer.credentials:
        raise ApiError(401, "no_token", translate(language, "api.no_token"))
    async with context.engine.connect() as connection:
        login = await agents.login_of_token(connection, bearer.credentials)
    if login is None:
        raise ApiError(401, "bad_token", translate(language, "api.bad_token"))
    return login


Agent = Annotated[str, Depends(signed_in)]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or one that belongs to no active agent"},
    409: {"model": Problem, "description": "The dialer refused, or did not answer in time; nothing was done"},
    422: {"model": Problem, "description": "The request is badly written"},
}
STREAM = {
    "description": "Event `state`: the agent's picture, at once and at each change",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
router = APIRouter(prefix="/api/agent", tags=["agent"])


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses={200: STREAM, 401: PROBLEMS[401]},
    summary="The agent's own state as it changes",
)
async def events(login: Agent, context: Shared) -> EventSourceResponse:
    topic = f"agent:{login}"
    unknown = {"login": login, "state": "offline", "since": context.now().isoformat(), "call": None}

    async def states() -> AsyncIterator[ServerSentEvent]:
        async with context.hub.subscribe(lambda moved: moved == topic) as subscription:
            yield _event(context.hub.snapshot(topic) or unknown)
            while True:
                moved = await subscription.changed()
                yield _event(moved[topic] or unknown)

    return EventSourceResponse(states(), sep="\n")


@router.post("/hangup", responses=PROBLEMS, summary="End the agent's call")
async def hangup(login: Agent, request: Request, context: Shared) -> Done:
    return await _do(context, request, "agent.hangup", {"login": login})


@router.post("/disposition", responses=PROBLEMS, summary="Say how the call went; ends the wrap-up")
async def disposition(login: Agent, body: DispositionBody, request: Request, context: Shared) -> Done:
    language = context.language(request)
    if len(json.dumps(body.data)) > MOST_DATA_BYTES:
        message = translate(language, "api.invalid", what=f"data: > {MOST_DATA_BYTES} bytes")
        raise ApiError(422, "invalid", message)
    async with context.engine.connect() as connection:
        allowed = await agents.disposition_codes(connection)
    if body.code not in allowed:
        message = translate(language, "api.unknown_disposition", code=body.code, allowed=", ".join(allowed))
        raise ApiError(422, "unknown_disposition", message, allowed=allowed)
    payload = {"login": login, "call_id": str(body.call_id), "code": body.code, "data": body.data}
    return await _do(context, request, "agent.disposition", payload)


@router.post("/pause", responses=PROBLEMS, summary="Take no calls until ready again")
async def pause(login: Agent, request: Request, context: Shared, body: PauseBody | None = None) -> Done:
    return await _do(context, request, "agent.pause", {"login": login, "reason": body.reason if body else ""})


@router.post("/leave", responses=PROBLEMS, summary="Log out, after the call in hand if there is one")
async def leave(login: Agent, request: Request, context: Shared) -> Done:
    return await _do(context, request, "agent.leave", {"login": login})


@router.post("/ready", responses=PROBLEMS, summary="Take calls")
async def ready(login: Agent, request: Request, context: Shared) -> Done:
    return await _do(context, request, "agent.ready", {"login": login})


def answer(error: ApiError) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse(error.body, status_code=error.status, headers=headers)


async def _do(context: Shared, request: Request, kind: str, payload: dict[str, Any]) -> Done:
    given = await commands.ask(context.engine, kind, payload, patience_s=context.patience_s)
    language = context.language(request)
    if not given.done:
        raise ApiError(409, "silent", translate(language, "api.silent", seconds=f"{context.patience_s:g}"))
    if given.reason:
        raise ApiError(409, "refused", translate(language, "api.refused", reason=given.reason))
    return Done()


def _event(snapshot: Any) -> ServerSentEvent:
    return ServerSentEvent(event="state", data=json.dumps(snapshot, ensure_ascii=False), sep="\n")
