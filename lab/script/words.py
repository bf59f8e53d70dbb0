"""Amounts in Portuguese words, so that the text of a script is exactly what is spoken."""

from datetime import date, timedelta

# fmt: off
_UNITS = (
    "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze",
    "catorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove",
)
_TENS = ("", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa")
_HUNDREDS = (
    "", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos", "setecentos", "oitocentos",
    "novecentos",
)
# fmt: on


def number(value: int) -> str:
    """A whole number from 0 to 999,999 in words, masculine."""
    if not 0 <= value < 1_000_000:
        raise ValueError(f"{value} is out of range")
    if value < 20:
        return _UNITS[value]
    if value < 100:
        tens, rest = divmod(value, 10)
        return _TENS[tens] + (f" e {_UNITS[rest]}" if rest else "")
    if value == 100:
        return "cem"
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return _HUNDREDS[hundreds] + (f" e {number(rest)}" if rest else "")
    thousands, rest = divmod(value, 1000)
    head = "mil" if thousands == 1 else f"{number(thousands)} mil"
    # "mil e cem", "mil e vinte", but "mil duzentos e trinta": `e` before a last group of one word.
    link = " e " if rest and (rest < 100 or rest % 100 == 0) else " "
    return head + (f"{link}{number(rest)}" if rest else "")


def amount(cents: int) -> str:
    """An amount of money, as "quatrocentos e vinte reais" or "… e cinquenta centavos"."""
    whole, rest = divmod(cents, 100)
    reais = f"{number(whole)} {'real' if whole == 1 else 'reais'}"
    centavos = f"{number(rest)} {'centavo' if rest == 1 else 'centavos'}"
    if not rest:
        return reais
    return f"{reais} e {centavos}" if whole else centavos


def next_day(day: int, today: date) -> date:
    """The next date with that day of the month (1–28), at least two days from `today`."""
    found = today + timedelta(days=2)
    while found.day != day:
        found += timedelta(days=1)
    return found
