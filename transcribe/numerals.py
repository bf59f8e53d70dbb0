"""Numbers as Brazilians say them, so that "R$ 842" is "oitocentos e quarenta e dois reais". Pure."""

import re
from collections.abc import Callable
from itertools import pairwise

LARGEST = 999_999_999


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SMALL = _list(
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito "
    "dezenove"
)
TENS = _list("_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
HUNDREDS = _list("_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos")
MONTHS = _list("_ janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")
ORDINALS = _list("_ primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo")
SCALES = _list("mil milhão milhões")

SPOKEN_BY_DIGIT_FROM = 5
"""A bare number of so many digits is read digit by digit: a protocol, a document, a telephone."""


def number_words(number: int) -> str:
    """The number as it is said, masculine: 842 → oitocentos e quarenta e dois. Raises ValueError beyond LARGEST."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 0 and {LARGEST}")
    if number == 0:
        return SMALL[0]
    millions, rest = divmod(number, 1_000_000)
    thousands, units = divmod(rest, 1000)
    groups: list[tuple[int, str]] = []
    if millions:
        groups.append((millions, f"{_below_thousand(millions)} {'milhão' if millions == 1 else 'milhões'}"))
    if thousands:
        groups.append((thousands, "mil" if thousands == 1 else f"{_below_thousand(thousands)} mil"))
    if units:
        groups.append((units, _below_thousand(units)))
    said = groups[0][1]
    for _, (value, words) in pairwise(groups):
        # "mil e duzentos", "mil e vinte", but "mil duzentos e trinta".
        said += (" e " if value < 100 or value % 100 == 0 else " ") + words
    return said


def spelled_out(text: str) -> str:
    """The text with every number, amount, date, time and share in words; the rest as it was."""
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cem"
    hundreds, rest = divmod(number, 100)
    parts = [HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        parts.append(TENS[rest // 10])
        rest %= 10
    if rest:
        parts.append(SMALL[rest])
    return " e ".join(parts)


def _digits(text: str) -> str:
    return " ".join(SMALL[int(digit)] for digit in text if digit.isdecimal())


def _whole(text: str) -> str:
    """A whole number with or without thousands' dots."""
    bare = text.replace(".", "")
    return number_words(int(bare)) if len(bare) <= len(str(LARGEST)) else _digits(bare)


def _number(text: str) -> str:
    """A number with an optional decimal comma."""
    whole, _, decimals = text.partition(",")
    if not decimals:
        return _whole(whole)
    read = _whole(decimals) if decimals[0] != "0" else _digits(decimals)
    return f"{_whole(whole)} vírgula {read}"


def _amount(found: re.Match[str]) -> str:
    whole, cents, scale = found["whole"], found["cents"], (found["scale"] or "").strip()
    value = int(whole.replace(".", ""))
    said = f"{_whole(whole)} {scale}".strip()
    unit = "real" if value == 1 and not scale else "reais"
    if scale.startswith("milh") or (not scale and value >= 1_000_000 and value % 1_000_000 == 0):
        unit = "de reais"
    parts = [f"{said} {unit}"] if value or not int(cents or 0) else []
    if int(cents or 0):
        parts.append(f"{number_words(int(cents))} {'centavo' if int(cents) == 1 else 'centavos'}")
    return f" {' e '.join(parts)} "


def _date(found: re.Match[str]) -> str:
    day, month, year = int(found["day"]), int(found["month"]), found["year"]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return f" {number_words(day)} {number_words(month)} {number_words(int(year)) if year else ''} "
    said = f"{'primeiro' if day == 1 else number_words(day)} de {MONTHS[month]}"
    if year:
        said += f" de {number_words(int(year) + (2000 if len(year) == 2 else 0))}"
    return f" {said} "


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    said = f"{number_words(hour)} {'hora' if hour == 1 else 'horas'}"
    return f" {said} e {number_words(minute)} " if minute else f" {said} "


def _ordinal(found: re.Match[str]) -> str:
    number = int(found["number"])
    return f" {ORDINALS[number]} " if 0 < number < len(ORDINALS) else f" {number_words(number)} "


def _bare(found: re.Match[str]) -> str:
    text = found[0]
    grouped = re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text)
    plain = re.fullmatch(r"\d+(,\d+)?", text)
    bare = text.partition(",")[0]
    by_digit = len(bare) >= SPOKEN_BY_DIGIT_FROM or (len(bare) > 1 and bare[0] == "0")
    if grouped or (plain and not by_digit):
        return f" {_number(text)} "
    return f" {_digits(text)} "


_GROUPED = r"\d{1,3}(?:\.\d{3})+|\d{1,9}"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            rf"R\$\s*(?P<whole>{_GROUPED})(?:,(?P<cents>\d{{2}}))?(?!\d)(?P<scale>\s+(?:mil|milhão|milhões)\b)?",
            re.IGNORECASE,
        ),
        _amount,
    ),
    (
        re.compile(
            rf"(?<![\d.,])(?P<whole>{_GROUPED})(?:,(?P<cents>\d{{2}}))?(?P<scale>\s+(?:mil|milhão|milhões))?"
            r"\s+(?:de\s+)?rea(?:l|is)\b",
            re.IGNORECASE,
        ),
        _amount,
    ),
    (
        re.compile(r"(?<!\d)(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?(?!\d)"),
        _date,
    ),
    (re.compile(r"(?<!\d)(?P<hour>\d{1,2})\s?(?:h|hrs?|horas?)(?P<minute>[0-5]\d)?(?:min)?\b", re.IGNORECASE), _time),
    (re.compile(r"(?<!\d)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?!\d)"), _time),
    (re.compile(r"(?P<number>\d{1,2})[ºª°]"), _ordinal),
    (re.compile(r"(?P<share>\d+(?:,\d+)?)\s*%"), lambda found: f" {_number(found['share'])} por cento "),
    (re.compile(r"\d+(?:[.,-]\d+)*"), _bare),
)
