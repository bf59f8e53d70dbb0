"""The operator's sign-in: one key, a signed cookie."""

from collections import deque
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from base.clock import Clock
from web.context import Context, Shared
from web.security import COOKIE, SIGNED_IN_S

router = APIRouter(include_in_schema=False)


class Attempts:
    """Wrong keys of the last minute, whoever gave them: a person mistypes twice, a program thousands of times."""

    MOST = 10
    WINDOW_S = 60.0

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=self.MOST)

    def exhausted(self) -> bool:
        full = len(self._wrong) == self.MOST
        return full and self._clock.monotonic_s() - self._wrong[0] < self.WINDOW_S

    def wrong(self) -> None:
        self._wrong.append(self._clock.monotonic_s())


def own_path(target: str) -> str:
    """`target` when it is a path of ours, else the floor: a link must not send people elsewhere after signing in."""
    safe = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if safe else "/"


@router.get("/sign-in")
async def form(request: Request, context: Shared, next: str = "/") -> Response:  # noqa: A002  the word people see
    if context.operator_pass is None:
        return RedirectResponse("/", status_code=303)
    return _page(context, request, next, None, 200)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    context: Shared,
    token: Annotated[str, Form(max_length=500)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002  as above
) -> Response:
    operator_pass = context.operator_pass
    if operator_pass is None:
        return RedirectResponse("/", status_code=303)
    if context.attempts.exhausted():
        return _page(context, request, next, "signin.too_many", 429)
    if not operator_pass.right_token(token.strip()):
        context.attempts.wrong()
        return _page(context, request, next, "signin.wrong", 403)
    response = RedirectResponse(own_path(next), status_code=303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, operator_pass.issue(), max_age=SIGNED_IN_S, httponly=True, samesite="lax", secure=secure
    )
    return response


@router.post("/sign-out")
async def sign_out() -> Response:
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _page(context: Context, request: Request, target: str, problem: str | None, status: int) -> HTMLResponse:
    values = {"target": own_path(target), "problem": problem}
    return HTMLResponse(context.render("signin.html", request, values), status_code=status)
