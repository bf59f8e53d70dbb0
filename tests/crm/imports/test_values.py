"""Single values as Brazilian exports write them: what is read, what is refused and why."""

from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.documents import cnpj_check_digits, cpf_check_digits, document
from crm.imports.errors import BadValueError
from crm.imports.phones import phone
from crm.imports.values import cents, due_on, email, instalment, state
from crm.model import PhoneType
from crm.places import STATE_OF_DDD, STATES

DIGIT = st.sampled_from("0123456789")
CPF_BASE = st.text(DIGIT, min_size=9, max_size=9).filter(lambda base: len(set(base)) > 1)
CNPJ_BASE = st.text(DIGIT | st.sampled_from("ABCXYZ"), min_size=12, max_size=12).filter(lambda base: len(set(base)) > 1)
DDD = st.sampled_from(sorted(STATE_OF_DDD))


def plain_check_digit(values: list[int], weights: range) -> int:
    rest = sum(v * w for v, w in zip(values, weights, strict=True)) * 10 % 11
    return rest % 10


@given(CPF_BASE)
def test_a_cpf_is_read_with_and_without_punctuation(base: str) -> None:
    digits = base + cpf_check_digits(base)
    assert document(digits) == digits
    assert document(f" {digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]} ") == digits


@given(CPF_BASE)
def test_cpf_check_digits_follow_the_rule_written_plainly(base: str) -> None:
    values = [int(digit) for digit in base]
    one = plain_check_digit(values, range(10, 1, -1))
    two = plain_check_digit([*values, one], range(11, 1, -1))
    assert cpf_check_digits(base) == f"{one}{two}"


@given(CPF_BASE, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_never_passes_as_a_cpf(base: str, at: int, off: int) -> None:
    digits = base + cpf_check_digits(base)
    wrong = digits[:at] + str((int(digits[at]) + off) % 10) + digits[at + 1 :]
    # A remainder of 10 or 11 is written 0, so two first check digits can look alike; the rule itself lets them pass.
    if wrong[9:] != cpf_check_digits(wrong[:9]):
        with pytest.raises(BadValueError):
            document(wrong)


@given(CNPJ_BASE)
def test_a_cnpj_is_read_with_and_without_punctuation_and_letters(base: str) -> None:
    plain = base + cnpj_check_digits(base)
    assert document(plain.lower()) == plain
    assert document(f"{plain[:2]}.{plain[2:5]}.{plain[5:8]}/{plain[8:12]}-{plain[12:]}") == plain


def test_known_companies_have_good_cnpjs() -> None:
    # Public examples: Banco do Brasil, and the alphanumeric one in the Receita's own instructions.
    assert document("00.000.000/0001-91") == "00000000000191"
    assert document("12.ABC.345/01DE-35") == "12ABC34501DE35"


def test_zeros_eaten_by_a_spreadsheet_are_put_back() -> None:
    digits = "001234567" + cpf_check_digits("001234567")
    assert document(digits.lstrip("0")) == digits


@pytest.mark.parametrize(
    "text",
    ["", "111.111.111-11", "123.456.789-00", "1234", "1,23E+10", "00.000.000/0001-92", "ação", "0" * 14, "١" * 11],
)
def test_other_documents_are_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        document(text)


@given(st.integers(1, 10**13))
def test_every_amount_written_in_brazil_is_read_back(amount: int) -> None:
    whole, part = f"{amount // 100:,}".replace(",", "."), f"{amount % 100:02d}"
    for written in (f"{whole},{part}", f"R$ {whole},{part}", f"{amount // 100},{part}", f"{amount // 100}.{part}"):
        assert cents(written) == amount


@pytest.mark.parametrize(
    ("text", "expected"), [("1.234", 123400), ("1234,5", 123450), ("0,01", 1), ("R$1.234.567,89", 123456789)]
)
def test_amounts_in_short(text: str, expected: int) -> None:
    assert cents(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "vazio"),
        ("0,00", "zerado"),
        ("-10,00", "negativo"),
        ("1,234.56", "inválido"),
        ("12.34,56", "inválido"),
        ("1.23.456", "inválido"),
        ("dez reais", "inválido"),
        ("1e5", "inválido"),
        ("999.999.999.999.999,00", "alto demais"),
    ],
)
def test_amounts_that_make_no_sense_say_why(text: str, reason: str) -> None:
    with pytest.raises(BadValueError, match=reason):
        cents(text)


@given(st.text(max_size=12))
def test_any_text_at_all_is_an_amount_or_a_reason(text: str) -> None:
    try:
        amount = cents(text)
    except BadValueError as error:
        amount, reason = 1, str(error)
    else:
        reason = "valor"
    assert amount > 0
    assert reason.startswith("valor")


@given(st.dates(date(1980, 1, 1), date(2099, 12, 31)))
def test_dates_are_read_in_both_orders(day: date) -> None:
    assert due_on(day.strftime("%d/%m/%Y")) == due_on(f" {day.isoformat()} 00:00:00") == day.isoformat()


@pytest.mark.parametrize("text", ["", "31/02/2026", "2026/12/31", "31/12/26", "12-31-2026", "ontem", "01/01/1900"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="vencimento"):
        due_on(text)


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("03", 3), ("3/12", 3), ("3 de 12", 3), ("", 1), ("Única", 1)])
def test_instalments(text: str, number: int) -> None:
    assert instalment(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "a", "1,5", "123456"])
def test_other_instalments_are_refused(text: str) -> None:
    with pytest.raises(BadValueError, match="parcela"):
        instalment(text)


def test_states_and_mail() -> None:
    assert (state(" sp "), state("")) == ("SP", None)
    with pytest.raises(BadValueError, match="UF"):
        state("São Paulo")
    assert email(" Maria@Example.COM ") == "maria@example.com"
    assert email("maria@") is None


@given(DDD, st.from_regex(r"9[6-9][0-9]{7}", fullmatch=True).filter(lambda n: len(set(n[1:])) > 1))
def test_a_mobile_number_is_the_same_however_it_is_written(ddd: str, number: str) -> None:
    expected = (f"+55{ddd}{number}", PhoneType.MOBILE)
    for written in (
        f"({ddd}) {number[:5]}-{number[5:]}",
        f"{ddd}{number}",
        f"+55 {ddd} {number}",
        f"55{ddd}{number}",
        f"0{ddd} {number}",
        f"0xx{ddd} {number}",
        f"0 15 {ddd} {number}",
        f"0055{ddd}{number}",
        f"+55 (0{ddd}) {number}",
        f"{ddd} {number[1:]}",
    ):
        assert phone(written) == expected, written


@given(DDD, st.from_regex(r"[2-5][0-9]{7}", fullmatch=True).filter(lambda n: len(set(n)) > 1))
def test_a_landline_keeps_its_eight_digits(ddd: str, number: str) -> None:
    assert phone(f"({ddd}) {number[:4]}-{number[4:]}") == (f"+55{ddd}{number}", PhoneType.LANDLINE)
    assert phone(f"({ddd}) {number[:4]}-{number[4:]} ramal 12") == (f"+55{ddd}{number}", PhoneType.LANDLINE)


@given(st.text("0123456789 ()-+x", max_size=18))
def test_whatever_is_read_is_a_possible_number_to_the_numbering_plan(text: str) -> None:
    found = phone(text)
    if found is not None:
        assert phonenumbers.is_possible_number(phonenumbers.parse(found[0])), text


def test_numbers_agree_with_the_public_numbering_plan() -> None:
    for ddd in STATE_OF_DDD:
        for number, kind in ((f"{ddd}987654321", "MOBILE"), (f"{ddd}32345678", "FIXED_LINE")):
            found = phone(number)
            assert found is not None
            parsed = phonenumbers.parse(found[0])
            assert phonenumbers.is_valid_number(parsed)
            assert phonenumbers.number_type(parsed) == getattr(phonenumbers.PhoneNumberType, kind)


@pytest.mark.parametrize(
    "text",
    [
        "987654321",
        "(20) 98765-4321",
        "0800 123 4567",
        "(11) 99999-9999",
        "11 0000-0000",
        "não tem",
        "-",
        "190",
        "11 1234",
    ],
)
def test_what_cannot_be_a_persons_number_is_refused(text: str) -> None:
    assert phone(text) is None


def test_a_foreign_number_is_read_by_its_own_plan() -> None:
    assert phone("+351 912 345 678") == ("+351912345678", PhoneType.MOBILE)
    assert phone("+351 12") is None


def test_of_two_numbers_in_one_field_the_first_is_taken() -> None:
    expected = ("+551133334444", PhoneType.LANDLINE)
    assert phone("Tel. 11 3333-4444 / 98765-4321") == phone("11 3333-4444 ou 98765-4321") == expected


def test_there_are_27_states_and_67_area_codes() -> None:
    assert (len(STATES), len(STATE_OF_DDD)) == (27, 67)
    assert set(STATE_OF_DDD.values()) == STATES
