"""Money, dates and numbers are written as people of each language write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from web import format as say
from web.i18n import TEXTS, Language, accepted

PT, EN = Language.PT_BR, Language.EN
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("cents", "portuguese", "english"),
    [
        (123456, "R$\xa01.234,56", "R$1,234.56"),
        (5, "R$\xa00,05", "R$0.05"),
        (100000000, "R$\xa01.000.000,00", "R$1,000,000.00"),
        (-990, "−R$\xa09,90", "−R$9.90"),
    ],
)
def test_money(cents: int, portuguese: str, english: str) -> None:
    assert (say.money(cents, PT), say.money(cents, EN)) == (portuguese, english)


def test_dates_are_told_in_the_operations_time_zone() -> None:
    at = datetime(2026, 3, 1, 2, 5, tzinfo=UTC)
    assert say.moment(at, PT, SAO_PAULO) == "28/02/2026 23:05"
    assert say.moment(at, EN, SAO_PAULO) == "28 Feb 2026, 23:05"
    assert say.day(date(2026, 12, 9), PT) == "09/12/2026"
    assert say.clock(at, SAO_PAULO) == "23:05:00"


def test_shares_and_waits() -> None:
    assert (say.percent(0.0218, PT), say.percent(0.0218, EN)) == ("2,2\xa0%", "2.2%")
    assert say.percent(None, PT) == "–"
    assert say.seconds(0.004, PT) == "4\xa0ms"
    assert say.seconds(1.84, PT) == "1,8\xa0s"


@pytest.mark.parametrize(("value", "text"), [(0.9, "0:00"), (65, "1:05"), (3723, "1:02:03"), (None, "–"), (-3, "0:00")])
def test_durations(value: float | None, text: str) -> None:
    assert say.duration(value) == text


def test_phones_are_read_as_at_home() -> None:
    assert say.phone("+5511912345678") == "(11) 91234-5678"
    assert say.phone("+14155550100") == "+1 415-555-0100"
    assert say.phone("not a phone") == "not a phone"


def test_a_cpf_is_masked_and_a_cnpj_is_not() -> None:
    assert say.masked_document("52998224725") == "***.982.247-**"
    assert say.masked_document("11222333000181") == "11.222.333/0001-81"


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert TEXTS[PT].keys() == TEXTS[EN].keys()
    for key in TEXTS[PT]:
        places = [sorted(p.split("}")[0] for p in TEXTS[lang][key].split("{")[1:]) for lang in Language]
        assert places[0] == places[1], key


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-US,en;q=0.9,pt;q=0.8", EN),
        ("fr, pt-BR;q=0.7, en;q=0.3", PT),
        ("en;q=0, pt;q=0.1", PT),
        ("fr", None),
        ("", None),
        ("en;q=high", None),
    ],
)
def test_the_browsers_best_language_wins(header: str, language: Language | None) -> None:
    assert accepted(header) is language
