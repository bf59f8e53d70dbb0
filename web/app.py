"""The web process: pages for people, streams, the agents' API."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from base.clock import Clock, SystemClock
from base.database import create_engine
from base.errors import SettingsError
from base.settings import Settings, kept_secret
from web import bundle
from web.context import Context, context_of
from web.floor import Feed
from web.i18n import KeepLanguage, translate
from web.live import Hub
from web.pages import ASSETS, Pages
from web.routes import agent_api, debtors, floor, health, imports, recordings, signin
from web.security import Guard, Pass, Refusal

KEPT_FOR_EVER = "public, max-age=31536000, immutable"
FIRST_PICTURES_S = 5.0
log = logging.getLogger(__name__)


class Kept(StaticFiles):
    """Files whose address holds their version."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = KEPT_FOR_EVER
        return response


def create_app(settings: Settings, *, clock: Clock | None = None, patience_s: float = agent_api.PATIENCE_S) -> FastAPI:
    """The application on `settings.database_url`, for uvicorn.

    patience_s: how long the dialer may take over an agent's command. Raises SettingsError without a database.
    """
    if settings.database_url is None:
        raise SettingsError("The web process needs the database's address. Start it with `alo web` or `alo up`.")
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url, pool_size=10)
    pages = Pages(ZoneInfo(settings.timezone))
    context = Context(
        settings=settings,
        engine=engine,
        hub=Hub(engine, settings.database_url),
        feed=Feed(pages),
        clock=clock,
        pages=pages,
        bundle=bundle.locate(settings),
        zone=ZoneInfo(settings.timezone),
        operator_pass=_pass(settings, clock),
        attempts=signin.Attempts(clock),
        patience_s=patience_s,
    )
    app = FastAPI(
        title="Alô",
        version=_version(),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.context = context
    for router in (floor, debtors, imports, recordings, health, signin, agent_api):
        app.include_router(router.router)
    app.mount("/assets/{version}", Kept(directory=ASSETS), name="assets")
    if context.bundle:
        app.mount(f"/static/{context.bundle.version}", Kept(directory=context.bundle.directory), name="static")
    app.add_exception_handler(agent_api.ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _no_database)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(KeepLanguage)

    def refuse(request: Request, refusal: Refusal) -> Response:
        request.scope["app"] = app
        return _sorry(request, 403, f"error.{refusal}")

    app.add_middleware(Guard, web=settings.web, operator_pass=context.operator_pass, refuse=refuse)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    listener = asyncio.create_task(context.hub.run(), name="live hub")
    try:
        # The first page then shows figures at once; without a database it still opens and says what is wrong.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(context.hub.listening.wait(), FIRST_PICTURES_S)
        yield
    finally:
        listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listener
        await context.engine.dispose()


def _pass(settings: Settings, clock: Clock) -> Pass | None:
    token = settings.web.operator_token
    return Pass(token, kept_secret(settings.data_dir / "secrets" / "web").encode(), clock) if token else None


def _version() -> str:
    try:
        return version("alo")
    except PackageNotFoundError:
        return "0"


def _api_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, agent_api.ApiError)
    return agent_api.answer(error)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not _is_api(request):
        return _sorry(request, 404, "error.not_found")
    what = "; ".join(f"{'.'.join(map(str, e['loc'][1:])) or 'body'}: {e['msg']}" for e in error.errors())
    message = translate(context_of(request).language(request), "api.invalid", what=what)
    return JSONResponse({"error": "invalid", "message": message}, status_code=422)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    key = error.detail if error.detail.startswith("error.") else "error.not_found"
    return _sorry(request, error.status_code, key)


def _no_database(request: Request, _error: Exception) -> Response:
    log.warning("the database did not answer a page")
    return _sorry(request, 503, "error.database")


def _failed(request: Request, _error: Exception) -> Response:
    return _sorry(request, 500, "error.server")


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _sorry(request: Request, status: int, key: str) -> Response:
    """What went wrong and what to do, as a page or as JSON."""
    context = context_of(request)
    if _is_api(request):
        message = translate(context.language(request), key)
        return JSONResponse({"error": key.removeprefix("error."), "message": message}, status_code=status)
    return HTMLResponse(context.render("error.html", request, {"key": key, "status": status}), status_code=status)
