"""The sample mailing reads like a creditor's export, and what it claims to hold is what is in it."""

import csv
import random
import statistics
from datetime import date
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.sample.identities import cpf_check_digits, identities, is_cpf, make_cpf, written_cpf
from lab.sample.ledger import LedgerError, debts
from lab.sample.mailing import HEADER, Fault, Mailing, write_mailing, written_amount

TODAY = date(2026, 3, 2)


@pytest.fixture
def mailing(tmp_path: Path) -> Mailing:
    return write_mailing(tmp_path / "carteira.csv", 7, TODAY)


def rows(mailing: Mailing) -> list[list[str]]:
    with mailing.path.open(encoding="latin-1", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


@given(st.integers())
def test_generated_cpfs_have_right_check_digits(seed: int):
    assert is_cpf(make_cpf(random.Random(seed)))


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 10), st.integers(1, 9))
def test_a_changed_digit_is_noticed(base: str, place: int, by: int):
    cpf = base + cpf_check_digits(base)
    wrong = f"{cpf[:place]}{(int(cpf[place]) + by) % 10}{cpf[place + 1 :]}"
    # One pair escapes by design of the check digits: a remainder of ten counts as nought.
    assert not is_cpf(wrong) or wrong[9:] == cpf_check_digits(wrong[:9])


def test_known_cpfs():
    assert is_cpf("52998224725")
    assert not is_cpf("52998224724")
    assert not is_cpf("11111111111")
    assert not is_cpf("5299822472")
    assert written_cpf("52998224725") == "529.982.247-25"


def test_people_and_numbers_are_all_different_and_numbers_are_possible():
    people = identities(300, random.Random(3))
    numbers = [phone.e164 for who in people for phone in who.phones]
    assert len({who.cpf for who in people}) == len({who.name for who in people}) == 300
    assert len(set(numbers)) == len(numbers)
    for who in people:
        for phone in who.phones:
            parsed = phonenumbers.parse(phone.written, "BR")
            assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == phone.e164
            assert phonenumbers.is_valid_number(parsed)


def test_telephones_are_written_in_many_ways():
    written = {
        "".join("d" if c.isdigit() else c for c in phone.written)
        for who in identities(200, random.Random(3))
        for phone in who.phones
    }
    assert len(written) >= 7


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path):
    one = write_mailing(tmp_path / "one.csv", 7, TODAY).path.read_bytes()
    assert write_mailing(tmp_path / "same.csv", 7, TODAY).path.read_bytes() == one
    assert write_mailing(tmp_path / "other.csv", 8, TODAY).path.read_bytes() != one


def test_the_file_is_latin_1_with_semicolons_and_crlf(mailing: Mailing):
    text = mailing.path.read_bytes().decode("latin-1")
    assert text.splitlines()[0] == ";".join(HEADER)
    assert "ção" in text.lower() or "ção".encode("latin-1") in mailing.path.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        mailing.path.read_bytes().decode("utf-8")
    assert text.count("\r\n") == text.count("\n") == 1 + len(mailing.good) + len(mailing.bad)


def test_good_rows_read_back_as_they_were_told(mailing: Mailing):
    table = rows(mailing)
    for good in mailing.good:
        row = dict(zip(HEADER, table[good.line - 1], strict=True))
        assert "".join(c for c in row["cpf_cnpj"] if c.isdigit()) == good.cpf
        assert (row["contrato"], row["parcela"]) == (good.contract, str(good.instalment))
        assert round(float(row["valor"].replace(".", "").replace(",", ".")) * 100) == good.amount_cents
        assert row["vencimento"] == good.due_on.strftime("%d/%m/%Y")


def test_there_are_eighty_debtors_and_more_instalments(mailing: Mailing):
    assert len(mailing.debtors) == len({good.cpf for good in mailing.good}) == 84
    assert len(mailing.good) > 100
    assert len({(good.contract, good.instalment) for good in mailing.good}) == len(mailing.good)


def test_there_is_one_bad_row_of_each_fault(mailing: Mailing):
    assert sorted(bad.fault for bad in mailing.bad) == sorted(Fault)
    table = rows(mailing)
    by_fault = {bad.fault: table[bad.line - 1] for bad in mailing.bad}
    assert not is_cpf("".join(c for c in by_fault[Fault.INVALID_CPF][1] if c.isdigit()))
    assert by_fault[Fault.NO_PHONE][6:9] == ["", "", ""]
    assert by_fault[Fault.NEGATIVE_AMOUNT][4].startswith("-")
    assert len(by_fault[Fault.TOO_FEW_COLUMNS]) < len(HEADER)
    assert not by_fault[Fault.EMPTY_NAME][0].strip()


@pytest.mark.parametrize("seed", range(20))
def test_a_repeated_row_repeats_a_good_one(tmp_path: Path, seed: int):
    mailing = write_mailing(tmp_path / "m.csv", seed, TODAY)
    (repeated,) = (bad.line for bad in mailing.bad if bad.fault is Fault.DUPLICATE)
    contract, part = rows(mailing)[repeated - 1][2:4]
    assert any((good.contract, str(good.instalment)) == (contract, part) for good in mailing.good)


def test_today_falls_inside_the_due_dates(mailing: Mailing):
    due = [good.due_on for good in mailing.good]
    assert min(due) < TODAY < max(due)
    assert all(min(g.due_on for g in mailing.good if g.cpf == who.cpf) < TODAY for who in mailing.debtors)


def test_amounts_follow_the_law_fitted_to_the_real_ledger():
    reais = [due.amount_cents / 100 for dues in debts(3000, TODAY, random.Random(1)) for due in dues]
    assert statistics.mean(reais) == pytest.approx(59.90 * 12, rel=0.02)
    assert statistics.stdev(reais) == pytest.approx(20.43 * 12, rel=0.05)


def test_the_real_ledger_is_used_when_it_is_given(tmp_path: Path, shared_data: Path):
    source = shared_data / "ibm-accounts-receivable.csv"
    mailing = write_mailing(tmp_path / "m.csv", 7, TODAY, source=source)
    with source.open(encoding="utf-8-sig", newline="") as file:
        real = {round(float(row["InvoiceAmount"]) * 1200) for row in csv.DictReader(file)}
    assert {good.amount_cents for good in mailing.good} <= real
    assert min(good.due_on for good in mailing.good) < TODAY < max(good.due_on for good in mailing.good)
    assert len(mailing.debtors) == 84


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "customerID,DueDate,InvoiceAmount\nx,soon,9\n"])
def test_another_file_as_ledger_is_told_in_a_sentence(tmp_path: Path, content: str):
    (tmp_path / "ledger.csv").write_text(content)
    with pytest.raises(LedgerError, match="leave it out"):
        debts(3, TODAY, random.Random(1), tmp_path / "ledger.csv")


@given(st.integers(0, 10**11))
def test_amounts_are_written_as_brazilians_write_them(cents: int):
    text = written_amount(cents)
    assert int(text.replace(".", "").replace(",", "")) == cents
    assert written_amount(123456) == "1.234,56"
    assert all(len(group) == 3 for group in text.split(",")[0].split(".")[1:])
