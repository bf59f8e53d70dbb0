"""One spelling for what was said and what was heard, so that a word error rate counts words and not spellings.

Whisper writes "R$ 1.250,50", "0800" and "30%" where a script says the words.
"""

import re

from lab.script.words import amount, number

_MONEY = re.compile(r"r\$\s*(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))?(?:\s*reais)?")
_GROUPED = re.compile(r"(?<=\d)\.(?=\d{3}\b)")
_DIGITS = re.compile(r"\d+")
_MOST_AS_ONE_NUMBER = 6
_NOT_A_WORD = re.compile(r"[^\w\s]|_")


def normal(text: str) -> str:
    """`text` in small letters without punctuation, numbers and amounts in words."""
    plain = _MONEY.sub(lambda found: f" {_money(found)} ", text.lower())
    plain = _GROUPED.sub("", plain).replace("%", " por cento ")
    plain = _DIGITS.sub(lambda found: f" {_said(found[0])} ", plain)
    return " ".join(_NOT_A_WORD.sub(" ", plain).split())


def _money(found: re.Match[str]) -> str:
    cents = int(found[1].replace(".", "")) * 100 + int(found[2] or 0)
    return amount(cents) if cents < 10**8 else f"{_each(found[1])} reais"


def _said(digits: str) -> str:
    """A number, or its digits one by one where it is no quantity: a leading zero, or too long."""
    if len(digits) > _MOST_AS_ONE_NUMBER or (len(digits) > 1 and digits[0] == "0"):
        return "zero oitocentos" if digits == "0800" else _each(digits)
    return number(int(digits))


def _each(digits: str) -> str:
    return " ".join(number(int(digit)) for digit in digits if digit.isdecimal())
