"""What every page and stream is served with, built once in `web.app` and found on `app.state`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import HTTPConnection

from base.clock import Clock
from base.settings import Settings
from web.bundle import Bundle
from web.i18n import Language, negotiate
from web.live import Hub
from web.pages import Pages
from web.security import Pass

if TYPE_CHECKING:
    from web.floor import Feed
    from web.routes.signin import Attempts


@dataclass(frozen=True, kw_only=True)
class Context:
    """The parts shared by all requests of one web process.

    patience_s: how long the dialer may take over a command of an agent.
    """

    settings: Settings
    engine: AsyncEngine
    hub: Hub
    feed: "Feed"
    clock: Clock
    pages: Pages
    bundle: Bundle | None
    zone: ZoneInfo
    operator_pass: Pass | None
    attempts: "Attempts"
    patience_s: float

    def language(self, connection: HTTPConnection) -> Language:
        return negotiate(connection, Language(self.settings.language))

    def now(self) -> datetime:
        return self.clock.now()

    def render(self, name: str, connection: HTTPConnection, values: Mapping[str, object]) -> str:
        """A template in the language the request wants, with what the page's frame needs."""
        url = connection.url
        frame = {
            "path": url.path,
            "switch": {str(lang): f"{url.path}?{url.include_query_params(lang=lang).query}" for lang in Language},
            "with_signin": self.operator_pass is not None,
            "script": self.bundle.script_path if self.bundle else None,
            "now": self.now(),
        }
        return self.pages.render(name, self.language(connection), **frame, **values)


def context_of(connection: HTTPConnection) -> Context:
    context: Context = connection.app.state.context
    return context


Shared = Annotated[Context, Depends(context_of)]
