"""Who gets in, and what a browser is told not to do."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from base.errors import SettingsError
from base.settings import Settings, WebSettings, load_settings
from tests.web.conftest import HandClock
from web.app import create_app
from web.routes.signin import own_path
from web.security import COOKIE, SIGNED_IN_S, is_loopback

pytestmark = pytest.mark.postgres
TOKEN = "correct-horse-battery"
Browser = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Browsers at any address, speaking to any name of ours."""
    opened: list[httpx.AsyncClient] = []

    def make(peer: str = "127.0.0.1", base: str = "http://127.0.0.1:8080", **headers: str | bytes) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(peer, 4000))
        opened.append(httpx.AsyncClient(transport=transport, base_url=base, headers=headers))
        return opened[-1]

    yield make
    for client in opened:
        await client.aclose()


class TestWithoutAKey:
    async def test_pages_are_for_this_machine_alone(self, browser: Browser) -> None:
        assert (await browser().get("/debtors")).status_code == 200
        assert (await browser("::1", "http://[::1]:8080").get("/debtors")).status_code == 200
        for path in ("/", "/debtors", "/recordings/x", "/live/floor/en"):
            answer = await browser("192.0.2.9", "http://192.0.2.5:8080").get(path)
            assert answer.status_code == 403
            assert "ALO_WEB__OPERATOR_TOKEN" in answer.text

    async def test_a_proxy_on_this_machine_does_not_open_the_door(self, browser: Browser) -> None:
        assert (await browser(**{"X-Forwarded-For": "203.0.113.7"}).get("/debtors")).status_code == 403

    async def test_a_foreign_name_for_this_machine_is_refused(self, browser: Browser) -> None:
        answer = await browser(base="http://rebound.example").get("/debtors")
        assert answer.status_code == 403
        assert "127.0.0.1" in answer.text

    async def test_health_is_for_everybody(self, browser: Browser) -> None:
        assert (await browser("192.0.2.9").get("/healthz")).status_code == 200

    async def test_there_is_nothing_to_sign_in_to(self, browser: Browser) -> None:
        assert (await browser().get("/sign-in")).headers["location"] == "/"


class TestWithAKey:
    @pytest.fixture
    def web_settings(self) -> WebSettings:
        return WebSettings(operator_token=TOKEN)

    async def test_everybody_signs_in_and_comes_back_to_the_page(self, browser: Browser) -> None:
        client = browser("192.0.2.9", "http://alo.example")
        away = await client.get("/debtors?q=ana")
        assert away.status_code == 303
        assert away.headers["location"] == "/sign-in?next=/debtors%3Fq%3Dana"
        assert (await client.get(away.headers["location"])).status_code == 200
        back = await client.post("/sign-in", data={"token": TOKEN, "next": "/debtors?q=ana"})
        assert back.headers["location"] == "/debtors?q=ana"
        cookie = back.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert (await client.get("/debtors?q=ana")).status_code == 200
        await client.post("/sign-out")
        assert (await client.get("/debtors")).status_code == 303

    async def test_over_https_the_cookie_never_travels_bare(self, browser: Browser) -> None:
        answer = await browser(base="https://alo.example").post("/sign-in", data={"token": TOKEN})
        assert "secure" in answer.headers["set-cookie"].lower()

    async def test_a_wrong_key_is_refused_and_a_guessing_program_slowed(
        self, browser: Browser, clock: HandClock
    ) -> None:
        client = browser()
        for _ in range(10):
            assert (await client.post("/sign-in", data={"token": "wrong"})).status_code == 403
        assert (await client.post("/sign-in", data={"token": TOKEN})).status_code == 429
        clock.move(61)
        assert (await client.post("/sign-in", data={"token": TOKEN})).status_code == 303

    @pytest.mark.parametrize("value", ["", "x", "99999999999.abc", "99999999999.", ".", "é.é"])
    async def test_a_made_up_cookie_is_worth_nothing(self, browser: Browser, value: str) -> None:
        client = browser(Cookie=f"{COOKIE}={value}".encode())
        assert (await client.get("/debtors")).status_code == 303

    async def test_a_cookie_ends(self, browser: Browser, clock: HandClock) -> None:
        client = browser()
        await client.post("/sign-in", data={"token": TOKEN})
        clock.move(SIGNED_IN_S + 1)
        assert (await client.get("/debtors")).status_code == 303

    async def test_a_new_key_ends_all_cookies(self, browser: Browser, settings: Settings, clock: HandClock) -> None:
        client = browser()
        await client.post("/sign-in", data={"token": TOKEN})
        web = WebSettings(operator_token="another-long-enough-key")
        changed = create_app(settings.model_copy(update={"web": web}), clock=clock)
        transport = httpx.ASGITransport(changed, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as later:
            later.cookies = client.cookies
            assert (await later.get("/debtors")).status_code == 303

    async def test_a_fragment_is_not_filled_with_the_sign_in_page(self, browser: Browser) -> None:
        answer = await browser(**{"HX-Request": "true"}).get("/debtors")
        assert answer.headers["hx-redirect"] == "/sign-in"
        assert not answer.content


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8080"}, 303),
        ({"Origin": "http://127.0.0.1:8080"}, 303),
    ],
)
async def test_forms_are_taken_from_our_own_pages_only(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert (await browser(**headers).post("/sign-out")).status_code == status


async def test_every_answer_tells_the_browser_to_run_nothing_foreign(browser: Browser) -> None:
    client = browser()
    for path in ("/", "/debtors", "/nowhere", "/healthz", "/api/agent/events", "/api/openapi.json"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-store" in headers["cache-control"]


async def test_pages_hold_no_inline_code_or_style_and_no_foreign_address(browser: Browser) -> None:
    for path in ("/", "/debtors", "/imports"):
        text = (await browser().get(path)).text
        for forbidden in (" style=", " onclick", "<style", "javascript:", "http://", "https://"):
            assert forbidden not in text, (path, forbidden)


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "evil"])
def test_signing_in_leads_to_pages_of_ours_only(target: str) -> None:
    assert own_path(target) == "/"


def test_loopback_addresses() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("10.0.0.1", "::ffff:10.0.0.1", "", None, "localhost")))


def test_a_short_key_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="operator_token"):
        load_settings(web={"operator_token": "1234"})


def test_without_a_database_the_web_process_says_how_to_start() -> None:
    with pytest.raises(SettingsError, match="alo up"):
        create_app(Settings())
