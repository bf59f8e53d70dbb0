"""Spellings of the same words are the same for the word error rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.script.scoring import normal
from lab.script.words import amount


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Consigo pagar R$ 250, no dia 10.", "Consigo pagar duzentos e cinquenta reais, no dia dez."),
        ("R$ 590,00 reais", "quinhentos e noventa reais"),
        ("São 1.250 reais", "são mil duzentos e cinquenta reais"),
        ("ligue grátis para 0800", "Ligue grátis para zero oitocentos"),
        ("0800 700 0123", "zero oitocentos, setecentos, zero, um, dois, três"),
        ("30% de desconto", "trinta por cento de desconto"),
        ("Alô?!", "alô"),
        ("protocolo 7092151", "protocolo sete zero nove dois um cinco um"),
    ],
)
def test_what_is_heard_in_digits_equals_what_was_said_in_words(heard: str, said: str):
    assert normal(heard) == normal(said)


@given(st.integers(1, 10**8 - 1))
def test_every_amount_meets_its_words(cents: int):
    heard = f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"
    assert normal(heard) == normal(amount(cents))


@given(st.text())
def test_any_text_has_a_normal_form_that_stays(text: str):
    assert normal(normal(text)) == normal(text)
