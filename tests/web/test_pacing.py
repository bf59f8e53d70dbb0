"""Pacing in words: every reason the engine can give, in both languages, and every window beside its limit."""

from enum import StrEnum

import httpx
import pytest
from fastapi import FastAPI

from dialer.runtime.holds import Hold
from pacing import Reason
from tests.web.conftest import open_stream
from tests.web.seed import Seed, floor_snapshot
from web.i18n import TEXTS, Language
from web.pacing import Pacing, Promise, WindowShare, parse_pacing, parse_promise, share

NUMBERS = {
    "max_lines": 60,
    "lines_allowed": 12,
    "calls_per_second": 2.5,
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("why", [*Reason, *Hold])
def test_every_reason_has_words_with_its_numbers(why: StrEnum, language: Language) -> None:
    group = "hold" if isinstance(why, Hold) else "reason"
    assert f"pacing.{group}.{why}" in TEXTS[language], f"give {why} words in web/i18n"
    hold = why.value if isinstance(why, Hold) else None
    words = Pacing(reason=why.value, hold=hold, numbers=NUMBERS).words(language)
    assert words.endswith(".")
    assert "{" not in words


def test_numbers_are_written_as_people_of_each_language_write_them() -> None:
    pacing = Pacing(reason="calls_per_second", hold=None, numbers=NUMBERS)
    assert pacing.words(Language.PT_BR) == "Aguardando: limite de 2,5 discagens por segundo atingido."
    assert "of 2.5 dials" in pacing.words(Language.EN)
    assert "all – lines" in Pacing(reason="no_lines", hold=None, numbers={}).words(Language.EN)


def test_predictive_mode_shows_what_it_expects_and_before_how_much_it_has_seen() -> None:
    numbers = {"answer_probability": 0.2486, "answer_delay_s": 7.98, "handle_s": 183.6}
    told = Pacing(reason="launching", hold=None, numbers=numbers)
    assert told.behind(Language.PT_BR) == (
        "previsto: 25\xa0% atendem, após 8,0\xa0s de toque",
        "3:03 por atendimento",
    )
    starting = Pacing(reason="cold_start", hold=None, numbers={"evidence_calls": 12.0, "evidence_wanted": 30.0})
    assert starting.behind(Language.EN) == ("12 of 30 calls have ended",)
    assert Pacing(reason="launching", hold=None, numbers=NUMBERS).behind(Language.EN) == ()


@pytest.mark.parametrize(
    ("reason", "hold", "alarming"),
    [("launching", None, False), ("launching", "link_down", True), ("trunk_failing", None, True)],
)
def test_what_holds_back_or_brakes_stands_out(reason: str, hold: str | None, alarming: bool) -> None:
    assert Pacing(reason=reason, hold=hold, numbers={}).alarming is alarming


def test_a_reason_of_a_newer_dialer_is_shown_as_it_is() -> None:
    assert "moon_is_full" in Pacing(reason="moon_is_full", hold=None, numbers={}).words(Language.EN)


@pytest.mark.parametrize("told", [None, {}, [], {"launch": 0}, {"windows": []}, {"abandonment": None}])
def test_a_dialer_that_tells_nothing_is_shown_as_nothing(told: object) -> None:
    assert parse_pacing(told) is None
    assert parse_promise(told) is None


def window(length_s: float, abandonment: float | None) -> WindowShare:
    return WindowShare(length_s=length_s, live=100, abandonment=abandonment)


def test_a_promise_is_over_when_any_window_is() -> None:
    day, month = window(86_400.0, 0.01), window(2_592_000.0, 0.031)
    assert not Promise(target=0.03, limit=0.03, windows=(day, window(3600.0, None))).over
    assert Promise(target=0.03, limit=0.03, windows=(day, month)).over


def test_the_hard_limit_is_the_limit_where_there_is_one() -> None:
    told = {"abandonment": 0.02, "soft": 0.025, "hard": 0.029, "windows": [{"length_s": 3600, "live": 0}]}
    promise = parse_promise(told)
    assert promise is not None
    assert (promise.target, promise.limit, promise.over) == (0.02, 0.029, False)


def test_the_gauge_has_its_limit_at_sixty_and_bears_a_limit_of_nothing() -> None:
    promise = Promise(target=0.03, limit=0.03, windows=())
    assert [promise.gauge(s) for s in (None, 0.0, 0.03, 0.9)] == [0.0, 0.0, 60.0, 100.0]
    assert Promise(target=0.0, limit=0.0, windows=()).gauge(0.01) == 100.0


def test_windows_are_named_as_people_say_them() -> None:
    assert [window(s, None).name(Language.PT_BR) for s in (86_400.0, 2_592_000.0, 5400.0)] == [
        "24 h",
        "30 dias",
        "1,5 h",
    ]
    assert (share(0.03, Language.EN), share(0.025, Language.EN)) == ("3%", "2.5%")


async def test_the_floor_says_why_nothing_is_dialled(app: FastAPI, client: httpx.AsyncClient, seed: Seed) -> None:
    campaign = await seed.campaign(await seed.creditor())
    told = floor_snapshot(campaign)
    told["pacing"] = {"launch": 4, "reason": "launching", "hold": "list_empty", "leaving": 0}
    told["promise"] |= {"abandonment": 0.02, "hard": 0.029}
    told["agent_list"][0] |= {"pause_wanted": True, "leave_wanted": False}
    told["agent_list"][2] |= {"pause_wanted": True, "leave_wanted": True}
    async with open_stream(app, "/live/floor/pt-BR") as stream:
        await stream.until("floor")
        await seed.live(f"campaign:{campaign}", told)
        html = await stream.until("floor")
    assert "nenhum contato pode ser chamado agora" in html
    assert "meta 2\xa0% · limite 2,9\xa0%" in html
    assert (html.count("depois, pausa"), html.count("depois, sai")) == (1, 1)
    assert "30 dias: 1,8\xa0% de 9.120 atendidas" in html
