"""What an agent wrote down with the disposition is shown in words."""

from datetime import UTC, datetime
from uuid import uuid4

from web.i18n import Language
from web.store.calls import CallView


def call(**given: object) -> CallView:
    empty = dict.fromkeys(CallView.__dataclass_fields__)
    told = {"id": uuid4(), "placed_at": datetime.now(UTC), "segments": (), "disposition_data": given}
    return CallView(**{**empty, **told})  # type: ignore[arg-type]


def test_an_amount_and_a_date_are_shown_as_people_write_them() -> None:
    facts = call(amount_cents=32000, date="2026-12-20").facts(Language.PT_BR)
    assert facts == [("valor", "R$\xa0320,00"), ("data", "20/12/2026")]


def test_what_has_no_word_of_ours_stands_as_it_was_given() -> None:
    assert call(protocol=7, date="soon", amount_cents="?").facts(Language.EN) == [
        ("protocol", "7"),
        ("date", "soon"),
        ("amount", "?"),
    ]
