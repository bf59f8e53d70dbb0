"""The order in which debtors are dialled: by amount, age and strategic weight, as the campaign weighs them."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from crm.errors import CampaignError, ImportFileError
from crm.imports import import_file
from crm.ordering import KINDS, LeadOrder, parse_order
from crm.priorities import refresh

CENTS, DAYS, WEIGHT = st.integers(1, 10**11), st.integers(-60, 4000), st.integers(0, 100)


@st.composite
def orders(draw: st.DrawFn) -> LeadOrder:
    left, points = 100, {}
    for kind in KINDS:
        points[kind] = draw(st.integers(0, left))
        left -= points[kind]
    return LeadOrder(**points, per_attempt=draw(st.integers(0, 20)), old_first=draw(st.booleans()))


@given(order=orders(), cents=CENTS, days=DAYS, weight=WEIGHT, debtor=st.integers(1, 10**9), attempts=st.integers(0, 30))
def test_a_priority_is_a_whole_number_from_0_to_100(
    order: LeadOrder, cents: int, days: int, weight: int, debtor: int, attempts: int
) -> None:
    told = order.priority(cents=cents, days_late=days, strategic=weight, debtor_id=debtor, attempts=attempts)
    assert 0 <= told <= 100
    assert isinstance(told, int)


@given(order=orders(), cents=CENTS, more=CENTS, days=DAYS, weight=st.integers(0, 99), attempts=st.integers(0, 30))
def test_more_money_and_more_weight_never_come_later_and_more_attempts_never_earlier(
    order: LeadOrder, cents: int, more: int, days: int, weight: int, attempts: int
) -> None:
    def told(money: int, matters: int, tried: int) -> int:
        return order.priority(cents=money, days_late=days, strategic=matters, debtor_id=7, attempts=tried)

    assert told(cents, weight, attempts) <= told(cents + more, weight, attempts)
    assert told(cents, weight, attempts) <= told(cents, weight + 1, attempts)
    assert told(cents, weight, attempts) >= told(cents, weight, attempts + 1)


@pytest.mark.parametrize(("old_first", "days"), [(False, (5, 45, 75, 120, 365)), (True, (365, 120, 75, 45, 5))])
def test_young_debts_come_first_unless_old_ones_are_to(old_first: bool, days: tuple[int, ...]) -> None:
    order = LeadOrder(amount=0, age=40, old_first=old_first)
    assert [order.priority(cents=1, days_late=d, strategic=0, debtor_id=1) for d in days] == [40, 30, 20, 10, 0]


def test_the_amount_has_a_fifth_of_its_points_for_each_tenfold() -> None:
    order = LeadOrder(amount=60, age=0)
    told = [order.priority(cents=100 * 10**n, days_late=0, strategic=0, debtor_id=1) for n in range(8)]
    assert told == [0, 12, 24, 36, 48, 60, 60, 60]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"amout": 1}, "lead_order has no amout: it may hold amount, age, strategic, random, per_attempt, old_first"),
        ({"amount": 101}, "lead_order.amount is 101: give points, a whole number from 0 to 100"),
        ({"amount": 1.5}, "lead_order.amount is 1.5"),
        ({"age": True}, "lead_order.age is True"),
        ({"old_first": 1}, "lead_order.old_first is 1: give true or false"),
        ({"strategic": 30}, "gives 130 points: amount 60, age 40, strategic 30, random 0; give 100 or fewer together"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_in_a_sentence(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_order(settings)


HEADER = "nome;cpf_cnpj;contrato;parcela;valor;vencimento;telefone1;uf;peso_estrategico"
CPFS = ("529.982.247-25", "111.444.777-35", "390.533.447-05", "168.995.350-09", "746.971.314-01")


def ledger(folder: Path, seed: int, name: str = "carteira.csv") -> Path:
    rng, rows = Random(seed), [HEADER]
    for n, cpf in enumerate(CPFS):
        weight = rng.choice(("", "0", "35", "80%", "100"))
        for part in range(1, rng.randrange(2, 5)):
            cents, due = 10 ** rng.randrange(1, 8) + rng.randrange(99), date.today() - timedelta(rng.randrange(-9, 400))  # noqa: DTZ011 — as current_date
            money = f"{cents // 100},{cents % 100:02d}"
            rows.append(f"Pessoa {n};{cpf};{name}{n};{part};{money};{due:%d/%m/%Y};(11) 98765-432{n};SP;{weight}")
    path = folder / name
    path.write_text("\n".join(rows))
    return path


DATA = """
select lead.priority, lead.list, lead.attempts, debtor.id, debtor.strategic_weight, sum(amount_cents)::bigint,
    current_date - min(due_on)
from lead join debtor on debtor.id = lead.debtor_id join debt on debt.debtor_id = debtor.id and debt.status = 'open'
group by lead.id, debtor.id order by debtor.id
"""


def campaign(db: psycopg.Connection[Any], **settings: Any) -> None:
    db.execute("insert into creditor (name) values ('Banco')")
    db.execute(
        "insert into campaign (name, creditor_id, trunk, caller_id, hours, lead_order) "
        "values ('c', 1, 'm', '+55', '{}', %s)",
        [psycopg.types.json.Jsonb(settings)],
    )


ORDERS = (
    LeadOrder(),
    LeadOrder(amount=35, age=25, strategic=40, per_attempt=3, old_first=True),
    LeadOrder(amount=0, age=0, strategic=30, random=70),
)


@pytest.mark.parametrize("order", ORDERS)
async def test_the_database_reckons_what_the_formula_says_at_import_and_anew(
    database_url: str, engine: AsyncEngine, tmp_path: Path, order: LeadOrder
) -> None:
    settings = {name: getattr(order, name) for name in (*KINDS, "per_attempt", "old_first")}
    with psycopg.connect(database_url, autocommit=True) as db:
        campaign(db, **settings)

        def check() -> None:
            rows = db.execute(DATA).fetchall()
            assert len(rows) == len(CPFS)
            assert [row[0] for row in rows] == [
                order.priority(cents=cents, days_late=days, strategic=weight, debtor_id=debtor, attempts=attempts)
                for _, _, attempts, debtor, weight, cents, days in rows
            ]

        import_file(database_url, ledger(tmp_path, 1), "Banco", "c")
        check()
        db.execute("update lead set attempts = id, priority = 0")
        import_file(database_url, ledger(tmp_path, 2, "b.csv"), "Banco", "c")
        check()
        db.execute("update debt set due_on = due_on - 40, amount_cents = amount_cents * 7")
        db.execute("update debtor set strategic_weight = 100 - strategic_weight")
        db.execute("update lead set status = 'closed', priority = -1 where id = 1")
        assert await refresh(engine, 1) > 0
        assert await refresh(engine, 1) == 0
        assert db.execute("select priority from lead where id = 1").fetchone() == (-1,)
        db.execute("update lead set status = 'open'")
        assert await refresh(engine, 1) == 1
        check()


def test_a_weight_the_creditor_gives_is_kept_and_one_that_makes_no_sense_is_given_back(
    database_url: str, tmp_path: Path
) -> None:
    row = "Ana;529.982.247-25;C{0};1;10,00;01/01/2026;(11) 98765-4321;SP;{1}"
    path = tmp_path / "a.csv"
    with psycopg.connect(database_url, autocommit=True) as db:
        for number, (weight, kept) in enumerate((("70", 70), ("", 70), ("35%", 35), ("alto", 35), ("101", 35))):
            path.write_text(HEADER + "\n" + row.format(number, weight))
            result = import_file(database_url, path, "Banco")
            assert db.execute("select strategic_weight from debtor").fetchall() == [(kept,)]
            assert result.rows_rejected == (weight in ("alto", "101"))
    assert result.rejected_path is not None
    assert "peso estratégico inválido: escreva um número de 0 a 100" in result.rejected_path.read_text()


def test_a_file_goes_into_the_list_that_is_named(database_url: str, tmp_path: Path) -> None:
    with psycopg.connect(database_url, autocommit=True) as db:
        campaign(db)
        one, rest = ledger(tmp_path, 1), tmp_path / "rest.csv"
        rest.write_text(one.read_text())
        one.write_text("\n".join(line for line in rest.read_text().splitlines() if "111.444" not in line))
        import_file(database_url, one, "Banco", "c")
        assert db.execute("select * from lead_list").fetchall() == []
        import_file(database_url, rest, "Banco", "c", list_name="julho")
        assert db.execute("select number, name, weight from lead_list order by 1").fetchall() == [
            (0, "(unnamed)", 1),
            (1, "julho", 1),
        ]
        assert db.execute("select list, count(*) from lead group by 1 order by 1").fetchall() == [(0, 4), (1, 1)]
        assert import_file(database_url, rest, "Banco", "c", list_name="julho").leads_new == 0
        assert db.execute("select count(*) from lead_list").fetchone() == (2,)
        with pytest.raises(ImportFileError, match="name the campaign too"):
            import_file(database_url, rest, "Banco", list_name="julho")
        with pytest.raises(CampaignError, match="A list needs a name"):
            import_file(database_url, rest, "Banco", "c", list_name=" ")
        db.execute("""update campaign set lead_order = '{"amount": 300}'""")
        with pytest.raises(CampaignError, match="The order of campaign c makes no sense"):
            import_file(database_url, rest, "Banco", "c")
