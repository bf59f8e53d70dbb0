"""What is said the same way is no error; everything else is counted as it is by everybody."""

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.numerals import HUNDREDS, LARGEST, SMALL, TENS, number_words, spelled_out
from transcribe.score import WordErrors, normalised, word_errors

VALUES = (
    {word: i for i, word in enumerate(SMALL)}
    | {word: i * 10 for i, word in enumerate(TENS) if i > 1}
    | {word: i * 100 for i, word in enumerate(HUNDREDS) if i}
    | {"cem": 100}
)


def heard_number(words: str) -> int:
    """What a listener adds up."""
    total = group = 0
    for word in words.split():
        if word == "mil":
            total, group = total + max(group, 1) * 1000, 0
        elif word in ("milhão", "milhões"):
            total, group = total + group * 1_000_000, 0
        elif word != "e":
            group += VALUES[word]
    return total + group


@given(st.integers(0, LARGEST))
def test_a_number_in_words_is_heard_as_the_same_number(number):
    assert heard_number(number_words(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (100, "cem"),
        (101, "cento e um"),
        (842, "oitocentos e quarenta e dois"),
        (1000, "mil"),
        (1020, "mil e vinte"),
        (1200, "mil e duzentos"),
        (1234, "mil duzentos e trinta e quatro"),
        (2_000_000, "dois milhões"),
        (1_000_001, "um milhão e um"),
    ],
)
def test_numbers_are_said_as_brazilians_say_them(number, words):
    assert number_words(number) == words


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_numbers_beyond_hundreds_of_millions_are_refused(number):
    with pytest.raises(ValueError, match="between"):
        number_words(number)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("R$ 842", "oitocentos e quarenta e dois reais"),
        ("R$ 1.234,56", "mil duzentos e trinta e quatro reais e cinquenta e seis centavos"),
        ("R$ 0,50", "cinquenta centavos"),
        ("R$ 1", "um real"),
        ("R$ 5 mil", "cinco mil reais"),
        ("R$ 2.000.000", "dois milhões de reais"),
        ("2 milhões de reais", "dois milhões de reais"),
        ("842,50 reais", "oitocentos e quarenta e dois reais e cinquenta centavos"),
        ("12345 reais", "doze mil trezentos e quarenta e cinco reais"),
        ("100 mil reais", "cem mil reais"),
        ("30%", "trinta por cento"),
        ("3,5 %", "três vírgula cinco por cento"),
        ("dia 28", "dia vinte e oito"),
        ("28/10/2025", "vinte e oito de outubro de dois mil e vinte e cinco"),
        ("01/05/26", "primeiro de maio de dois mil e vinte e seis"),
        ("às 14h", "às quatorze horas"),
        ("às 14h30", "às catorze horas e trinta"),
        ("às 9:15", "às nove horas e quinze"),
        ("1h", "uma hora"),
        ("2ª parcela", "segunda parcela"),
        ("4.680", "quatro mil seiscentos e oitenta"),
        ("709-215", "sete zero nove dois um cinco"),
        ("709215", "sete zero nove dois um cinco"),
        ("0800", "zero oito zero zero"),
        ("123.456.789-09", "um dois três quatro cinco seis sete oito nove zero nove"),
        ("duas parcelas de duzentas", "2 parcelas de 200"),
        ("Pra ele, tá? Né!", "para ele está não é"),
        ("45/99", "quarenta e cinco noventa e nove"),
        ("3,05", "três vírgula zero cinco"),
        ("11ª", "onze"),
    ],
)
def test_what_is_said_the_same_way_is_no_error(written, said):
    assert word_errors(said, written) == WordErrors(words=len(normalised(said)))


@given(st.text())
def test_any_text_can_be_normalised_and_keeps_no_digit(text):
    normalised(text)
    assert not any(character in "0123456789" for character in spelled_out(text))


words = st.lists(st.sampled_from(["alô", "bom", "dia", "pago", "amanhã"]), max_size=12)


@given(words.filter(bool), words)
def test_errors_are_as_many_as_the_usual_tool_counts(said, heard):
    ours = word_errors(" ".join(said), " ".join(heard))
    theirs = jiwer.process_words(" ".join(said), " ".join(heard))
    assert ours.total == theirs.substitutions + theirs.deletions + theirs.insertions
    assert ours.words == len(said)
    assert ours.insertions - ours.deletions == len(heard) - len(said)
    assert ours.rate == pytest.approx(theirs.wer)


def test_errors_of_several_calls_add_up():
    whole = word_errors("bom dia", "bom") + word_errors("alô", "alô quem")
    assert whole == WordErrors(deletions=1, insertions=1, words=3)
    assert word_errors("", "").rate == 0
    assert word_errors("", "alô").rate == 1
