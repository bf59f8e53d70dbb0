"""CPF and CNPJ: with or without punctuation, check digits verified.

Check digits are modulo 11 over the digits before them; a CNPJ may hold letters since July 2026 (Instrução Normativa
RFB 2.229/2024), whose value is their ASCII code minus 48. Leading zeros eaten by a spreadsheet are put back.
"""

import re

from crm.imports.errors import BadValueError

_PUNCTUATION = str.maketrans("", "", ".-/ \t")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_FIRST = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
_SECOND = (6, *_FIRST)
_CPF_DIGITS, _CNPJ_DIGITS = 11, 14


def document(text: str) -> str:
    """The CPF (11 digits) or CNPJ (14 characters) without punctuation. Raises BadValueError."""
    plain = text.translate(_PUNCTUATION)
    if not plain:
        raise BadValueError("CPF/CNPJ vazio")
    digits = plain.isascii() and plain.isdecimal()
    if digits and _CPF_DIGITS - 2 <= len(plain) <= _CPF_DIGITS:
        return _cpf(plain.zfill(_CPF_DIGITS))
    if digits and len(plain) < _CNPJ_DIGITS and len(plain) > _CPF_DIGITS:
        plain = plain.zfill(_CNPJ_DIGITS)
    plain = plain.upper()
    if _CNPJ.fullmatch(plain):
        return _cnpj(plain)
    raise BadValueError("CPF/CNPJ inválido: precisa de 11 dígitos (CPF) ou 14 (CNPJ)")


def cpf_check_digits(base: str) -> str:
    """The two check digits of a CPF's first nine."""
    d = base.encode()
    # 48 is the code of "0"; 54 and 63 are the sums of the weights.
    first = d[0] * 10 + d[1] * 9 + d[2] * 8 + d[3] * 7 + d[4] * 6 + d[5] * 5 + d[6] * 4 + d[7] * 3 + d[8] * 2
    one = _digit(first - 48 * 54)
    second = d[0] * 11 + d[1] * 10 + d[2] * 9 + d[3] * 8 + d[4] * 7 + d[5] * 6 + d[6] * 5 + d[7] * 4 + d[8] * 3
    return f"{one}{_digit(second - 48 * 63 + one * 2)}"


def cnpj_check_digits(base: str) -> str:
    """The two check digits of a CNPJ's first twelve characters."""
    values = [code - 48 for code in base.encode()]
    one = _digit(sum(value * weight for value, weight in zip(values, _FIRST, strict=True)))
    values.append(one)
    return f"{one}{_digit(sum(value * weight for value, weight in zip(values, _SECOND, strict=True)))}"


def _digit(total: int) -> int:
    rest = total % 11
    return 0 if rest < 2 else 11 - rest


def _cpf(digits: str) -> str:
    if digits[9:] != cpf_check_digits(digits[:9]) or digits == digits[0] * _CPF_DIGITS:
        raise BadValueError("CPF inválido: os dígitos verificadores não conferem")
    return digits


def _cnpj(plain: str) -> str:
    if plain[12:] != cnpj_check_digits(plain[:12]) or plain == plain[0] * _CNPJ_DIGITS:
        raise BadValueError("CNPJ inválido: os dígitos verificadores não conferem")
    return plain
