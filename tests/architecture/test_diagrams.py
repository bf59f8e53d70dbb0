"""The diagrams people read are those of the tables the machines run on."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HOUSE = Path(__file__).parents[2]


@pytest.fixture
def diagrams() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diagrams", HOUSE / "docs" / "diagrams.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_diagrams_in_architecture_md_are_those_of_the_tables(diagrams: ModuleType):
    page = diagrams.PAGE.read_text(encoding="utf-8")
    assert diagrams.drawn(page) == page, "run `python docs/diagrams.py`"


def test_every_transition_table_of_the_house_is_drawn(diagrams: ModuleType):
    tables = {path.parent.name for path in HOUSE.glob("dialer/**/table.py")}
    assert tables == set(diagrams.MACHINES)


def test_an_arrow_that_is_not_in_the_table_is_taken_off_the_page(diagrams: ModuleType):
    page = diagrams.PAGE.read_text(encoding="utf-8")
    stale = page.replace("    ended --> [*]\n", "    ended --> ringing: Rang\n")
    assert stale != page
    assert diagrams.drawn(stale) == page


def test_a_page_without_a_place_for_a_machine_is_refused(diagrams: ModuleType):
    with pytest.raises(AssertionError, match="no place for the call machine"):
        diagrams.drawn("# Architecture\n")
