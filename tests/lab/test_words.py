"""Amounts are said as a Brazilian says them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.script.words import amount, next_day, number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (16, "dezesseis"),
        (21, "vinte e um"),
        (100, "cem"),
        (101, "cento e um"),
        (590, "quinhentos e noventa"),
        (1000, "mil"),
        (1100, "mil e cem"),
        (1234, "mil duzentos e trinta e quatro"),
        (2020, "dois mil e vinte"),
        (315_007, "trezentos e quinze mil e sete"),
    ],
)
def test_numbers_in_words(value: int, words: str):
    assert number(value) == words


@pytest.mark.parametrize("value", [-1, 1_000_000])
def test_numbers_out_of_range_are_refused(value: int):
    with pytest.raises(ValueError, match="out of range"):
        number(value)


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_different_numbers_sound_different(one: int, other: int):
    assert (number(one) == number(other)) is (one == other)


def test_amounts_have_centavos_only_when_there_are_some():
    assert amount(420_00) == "quatrocentos e vinte reais"
    assert amount(1_01) == "um real e um centavo"
    assert amount(50) == "cinquenta centavos"


@given(st.integers(1, 28), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_promised_day_is_the_next_one_of_its_number(day: int, today: date):
    found = next_day(day, today)
    assert found.day == day
    assert timedelta(days=2) <= found - today <= timedelta(days=33)
