"""The pages as a person uses them."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.web.seed import floor_snapshot

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.postgres]
expect.set_options(timeout=20_000)
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


async def opened(browser: Browser, address: str, **how: object) -> tuple[Page, list[str]]:
    """A page and what it complained about: broken scripts, refused by the content policy, not found."""
    page = await browser.new_page(locale="pt-BR", timezone_id="America/Sao_Paulo", **how)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    return page, complaints


async def test_a_figure_changes_while_the_page_is_looked_at(browser: Browser, site: Site) -> None:
    page, complaints = await opened(browser, site.address)
    await expect(page.locator("[data-live]")).to_have_text("ao vivo")
    dials = page.locator("[data-figure=dials]")
    await expect(dials).to_have_text("1.284")
    await page.evaluate("document.body.dataset.untouched = 'yes'")
    await site.seed.live(f"campaign:{site.campaign}", floor_snapshot(site.campaign, at=datetime.now(UTC), dials=1301))
    await expect(dials).to_have_text("1.301")
    assert await page.locator("body").get_attribute("data-untouched") == "yes", "the page was loaded again"
    assert complaints == []


async def test_time_in_state_runs(browser: Browser, site: Site) -> None:
    page, _ = await opened(browser, site.address)
    clock = page.locator("tr.s-talking time").first
    before = await clock.text_content()
    await expect(clock).not_to_have_text(before or "")
    assert len((before or "").split(":")) == 2, "minutes and seconds, not the time of day"


async def test_a_silent_dialer_is_noticed(browser: Browser, site: Site) -> None:
    page, _ = await opened(browser, site.address)
    await expect(page.locator("[data-stale]")).to_contain_text("Sem notícias do discador", timeout=40_000)


async def test_a_person_finds_a_debtor_and_listens_to_a_sentence(browser: Browser, site: Site) -> None:
    page, complaints = await opened(browser, f"{site.address}/debtors")
    await page.get_by_role("searchbox").press_sequentially("regina")
    rows = page.locator("#results tbody tr")
    await expect(rows).to_have_count(1)
    assert "q=regina" in page.url
    await rows.get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Marta Regina Alves")
    segment = page.locator(".said").nth(3)
    await segment.locator(".seek").click()
    await expect(segment).to_have_class("said by-debtor playing")
    audio = page.locator("audio")
    first = await audio.evaluate("audio => audio.currentTime")
    assert first >= 13.4
    await page.wait_for_function("then => document.querySelector('audio').currentTime > then + 0.5", arg=first)
    assert page.url.endswith(f"/debtors/{site.debtor}")
    assert complaints == []


async def test_everything_is_reached_by_keyboard(browser: Browser, site: Site) -> None:
    page, _ = await opened(browser, site.address)
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["pt-BR", "en"])
async def test_nothing_overflows(browser: Browser, site: Site, scheme: str, size: str, language: str) -> None:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    page, complaints = await opened(browser, f"{site.address}/?lang={language}", viewport=viewport, color_scheme=scheme)
    for name, path in {
        "floor": "/",
        "debtors": "/debtors",
        "debtor": f"/debtors/{site.debtor}",
        "imports": "/imports",
        "error": "/debtors/0",
    }.items():
        await page.goto(site.address + path)
        await page.wait_for_load_state("load")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if folder := os.environ.get("ALO_SHOTS"):
            await page.wait_for_timeout(300)
            Path(folder).mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=f"{folder}/{name}-{size}-{scheme}-{language}.png", full_page=True)
        assert wide <= width, f"{path} is {wide} px wide on a screen of {width}"
    assert [c for c in complaints if "404" not in c] == []
