"""Telephone numbers, parsed once, to E.164.

Brazilian numbers, all but a few of any file, are read here by Anatel's numbering plan; foreign ones go to phonenumbers,
which is a hundred times slower. Understood: punctuation, +55, the trunk zero, carrier codes
(0 15 11 …, 0xx11 …), and mobile numbers from before the ninth digit (all of Brazil has it since 2016).
"""

import re

from crm.model import PhoneType
from crm.places import STATE_OF_DDD

_NOT_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}
_PLAIN = frozenset("0123456789 ()-.+xX\t")
_FIRST_NUMBER = re.compile(r"[+(0-9][0-9 ().+xX\t-]*")
_LANDLINE = frozenset("2345")
_OLD_MOBILE = frozenset("6789")


def phone(text: str) -> tuple[str, PhoneType] | None:
    """The number in E.164 and its type; None when it is not a number of a person that can be dialled."""
    if not _PLAIN.issuperset(text):
        # "Tel. (11) 3333-4444 ramal 12", "11 3333-4444 / 98765-4321": the first number is taken.
        first = _FIRST_NUMBER.search(text)
        return phone(first[0]) if first else None
    digits = text.translate(_NOT_DIGITS)
    found = _brazilian(digits, international="+" in text[:2])
    if found is None and "+" in text[:2] and not digits.startswith("55"):
        return _foreign(text)
    return found


def _brazilian(digits: str, *, international: bool) -> tuple[str, PhoneType] | None:
    length = len(digits)
    if international:
        if not digits.startswith("55"):
            return None
        digits = digits[2:].removeprefix("0")
    elif digits[:1] == "0":
        if digits[:4] == "0055":
            digits = digits[4:]
        else:
            digits = digits[1:]
            if len(digits) >= 12:  # the carrier's two digits, then the area code
                digits = digits[2:]
    elif length >= 12 and digits.startswith("55"):
        digits = digits[2:].removeprefix("0")
    length = len(digits)
    if digits[:2] not in STATE_OF_DDD:
        return None
    if length == 11 and digits[2] == "9":
        return None if _is_filler(digits[3:]) else ("+55" + digits, PhoneType.MOBILE)
    if length == 10:
        if digits[2] in _LANDLINE:
            return None if _is_filler(digits[2:]) else ("+55" + digits, PhoneType.LANDLINE)
        if digits[2] in _OLD_MOBILE:
            return None if _is_filler(digits[2:]) else (f"+55{digits[:2]}9{digits[2:]}", PhoneType.MOBILE)
    return None


def _is_filler(subscriber: str) -> bool:
    """99999999 and its like are typed by people who had no number to type."""
    return subscriber == subscriber[0] * len(subscriber)


def _foreign(text: str) -> tuple[str, PhoneType] | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    kinds = phonenumbers.PhoneNumberType
    if kind not in (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, PhoneType.LANDLINE if kind == kinds.FIXED_LINE else PhoneType.MOBILE
