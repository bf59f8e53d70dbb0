"""The diagrams people read are those of the tables the machines run on."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs" / "diagrams.py"


def test_the_diagrams_in_architecture_md_are_those_of_the_tables():
    spec = importlib.util.spec_from_file_location("diagrams", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    diagrams = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(diagrams)
    page = diagrams.PAGE.read_text(encoding="utf-8")
    assert diagrams.drawn(page) == page, "run `python docs/diagrams.py`"
