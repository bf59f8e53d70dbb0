"""Who may see pages, and what a browser may do with them.

Without an operator's key the pages are for this machine alone; with one, everybody signs in, also people who come
through a reverse proxy on this machine. The agents' API has its own tokens and is not behind this door.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base.clock import Clock
from base.settings import WebSettings

COOKIE = "alo_operator"
SIGNED_IN_S = 12 * 3600
PUBLIC_PATHS = ("/api/", "/healthz", "/assets/", "/static/")
OPEN_PATHS = (*PUBLIC_PATHS, "/sign-in")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}

Refusal = Literal["remote", "host", "cross_site"]


class Pass:
    """Makes and checks the signed cookie of a signed-in operator."""

    def __init__(self, token: str, signing_key: bytes, clock: Clock) -> None:
        # The token is part of the key: when it is changed, every cookie given out before is worth nothing.
        self._key = hmac.digest(signing_key, token.encode(), "sha256")
        self._token_digest = hashlib.sha256(token.encode()).digest()
        self._clock = clock

    def right_token(self, token: str) -> bool:
        return hmac.compare_digest(hashlib.sha256(token.encode()).digest(), self._token_digest)

    def issue(self) -> str:
        """A cookie value good for SIGNED_IN_S."""
        expires = str(int(self._clock.now().timestamp()) + SIGNED_IN_S)
        return f"{expires}.{self._sign(expires)}"

    def valid(self, value: str) -> bool:
        expires, _, signature = value.partition(".")
        if not hmac.compare_digest(signature.encode(errors="replace"), self._sign(expires).encode()):
            return False
        return int(expires) > self._clock.now().timestamp()

    def _sign(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode(errors="replace"), "sha256").hexdigest()


def is_loopback(host: str | None) -> bool:
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def same_origin(request: Request) -> bool:
    """True when the browser says that the request comes from a page of ours."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    # A client that sends neither is no browser of the last ten years, and holds no cookie it could be tricked with.
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


class Guard:
    """ASGI middleware: the security headers on every answer, and the door before the pages."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        web: WebSettings,
        operator_pass: Pass | None,
        refuse: Callable[[Request, Refusal], Response],
    ) -> None:
        self._app = app
        self._web = web
        self._pass = operator_pass
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        request = Request(scope)
        answer = self._turn_away(request)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _turn_away(self, request: Request) -> Response | None:
        refusal = self._refusal(request)
        if refusal is not None:
            return self._refuse(request, refusal)
        path = request.url.path
        if self._pass is None or path.startswith(OPEN_PATHS) or self._pass.valid(request.cookies.get(COOKIE, "")):
            return None
        if request.headers.get("hx-request"):
            # htmx would follow a redirect and put the sign-in page into a fragment; this loads it as a page.
            return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
        target = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(target)}", status_code=303)

    def _refusal(self, request: Request) -> Refusal | None:
        if request.url.path.startswith(PUBLIC_PATHS):
            return None
        if self._pass is None:
            if not is_loopback(request.client.host if request.client else None) or _was_forwarded(request):
                return "remote"
            # A foreign name that resolves to 127.0.0.1 would let another site read the pages (DNS rebinding).
            if request.url.hostname not in LOCAL_NAMES | {self._web.host}:
                return "host"
        if request.method not in SAFE_METHODS and not same_origin(request):
            return "cross_site"
        return None


def _was_forwarded(request: Request) -> bool:
    return any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
