"""The words people read, in Brazilian Portuguese and English, and which of the two a request wants."""

from collections.abc import Mapping
from enum import StrEnum

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.i18n.en import TEXTS as EN
from web.i18n.pt_br import TEXTS as PT_BR

COOKIE = "alo_language"
KEPT_S = 365 * 24 * 3600


class Language(StrEnum):
    """The languages there are; the value is the HTML `lang` attribute."""

    PT_BR = "pt-BR"
    EN = "en"


TEXTS: Mapping[Language, Mapping[str, str]] = {Language.PT_BR: PT_BR, Language.EN: EN}


def translate(language: Language, key: str, **values: object) -> str:
    """The text of `key` with its places filled; a key nobody wrote is a mistake of ours and raises KeyError."""
    text = TEXTS[language][key]
    return text.format(**values) if values else text


def parse_language(wanted: str | None) -> Language | None:
    """`en-US` → English, `pt` → Brazilian Portuguese, anything else → None."""
    head = (wanted or "").strip().lower().partition("-")[0]
    return {"pt": Language.PT_BR, "en": Language.EN}.get(head)


def negotiate(connection: HTTPConnection, default: Language) -> Language:
    """What was asked for: ?lang, then the kept choice, then the browser's Accept-Language, then the setting."""
    for wanted in (connection.query_params.get("lang"), connection.cookies.get(COOKIE)):
        if language := parse_language(wanted):
            return language
    return accepted(connection.headers.get("accept-language", "")) or default


def accepted(header: str) -> Language | None:
    """The best language of an Accept-Language header that we have; None when it names none of ours."""
    ranked: list[tuple[float, int, Language]] = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameters = part.partition(";")
        language = parse_language(tag)
        if language is None:
            continue
        quality = 1.0
        if parameters.strip().startswith("q="):
            try:
                quality = float(parameters.strip()[2:])
            except ValueError:
                quality = 0.0
        if quality > 0:
            ranked.append((-quality, position, language))
    return min(ranked)[2] if ranked else None


class KeepLanguage:
    """ASGI middleware: a choice made by ?lang stands for the next pages too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = parse_language(HTTPConnection(scope).query_params.get("lang")) if scope["type"] == "http" else None

        async def send_with_choice(message: Message) -> None:
            if message["type"] == "http.response.start" and chosen:
                cookie = f"{COOKIE}={chosen}; Max-Age={KEPT_S}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_choice)
