"""`alo simulate` from the command line to its figures."""

import json
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alo.cli import app
from alo.simulate import run
from base.errors import AloError

# Policies that need no warming up, on a small floor and a short day.
TWO = ["--policy", "ratio:2", "--policy", "vicidial-hard", "--workers", "1"]
FLOOR = "hours = 1.0\nstaff = [{ agents = 10 }]\nring = 'realistic'\n"


@pytest.fixture
def floor(tmp_path: Path) -> str:
    (tmp_path / "floor.toml").write_text(FLOOR)
    return str(tmp_path / "floor.toml")


def simulated(*arguments: str) -> str:
    """What the command prints on its standard output."""
    done = CliRunner().invoke(app, ["simulate", *arguments])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def told(*arguments: str) -> list[dict]:
    found: list[dict] = json.loads(simulated(*arguments, *TWO, "--json"))
    return found


def test_two_policies_side_by_side(floor):
    page = simulated(floor, *TWO, "--days", "2")
    assert "ratio:2" in page
    assert "vicidial-hard" in page
    assert "utilisation, %" in page
    assert "Means of 2 days" in page


def test_as_json_a_program_reads_it(floor):
    [found] = told(floor, "--days", "3", "--seed", "5", "--target", "0.02")
    assert (found["scenario"], found["seeds"], found["target"]) == ("floor", [5, 6, 7], 0.02)
    ratio, vicidial = found["policies"]
    assert (ratio["policy"], vicidial["policy"]) == ("ratio:2", "vicidial-hard")
    assert ratio["means"]["utilisation"]["days"] == 3
    gain = vicidial["difference_to_first"]["utilisation"]["mean"]
    assert gain == pytest.approx(vicidial["means"]["utilisation"]["mean"] - ratio["means"]["utilisation"]["mean"])
    assert ratio["means"]["worst_hour"] is None
    assert found["finding"]


def test_the_same_seeds_give_the_same_figures_on_any_number_of_workers(floor):
    alone = told(floor, "--days", "2")
    assert json.loads(simulated(floor, *TWO[:4], "--workers", "2", "--days", "2", "--json")) == alone


@pytest.mark.slow
def test_a_figure_for_each_scenario(floor, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(FLOOR)
    simulated(floor, *TWO, "--days", "1", "--plot", str(tmp_path / "one.svg"))
    simulated(floor, str(other), *TWO, "--days", "1", "--plot", str(tmp_path / "two.png"))
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".toml") == [
        "one.svg", "two-floor.png", "two-other.png",
    ]  # fmt: skip


def test_asked_twice_is_simulated_once(floor):
    assert [one["scenario"] for one in told(floor, floor, "--days", "1")] == ["floor"]


def test_the_list_names_the_shipped_scenarios_and_the_policies():
    page = simulated("--list")
    assert "twenty-agents" in page
    assert "trunk-failure" in page
    assert "vicidial-average" in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "There is no scenario nowhere"),
        (["--policy", "best"], "policy 'best' is unknown: give one of"),
        (["--target", "3"], "like 0.03 for 3 %"),
        (["--plot", "figure.pdf"], "written as .svg or .png"),
        (["--plot", "nowhere/figure.png"], "There is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_day_is_simulated(arguments, sentence):
    with pytest.raises(AloError, match=sentence) as refused:
        simulated(*arguments)
    assert refused.value.exit_code == 2


@pytest.mark.slow
def test_a_figure_that_cannot_be_written_is_said(floor, tmp_path):
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(AloError, match=r"taken.svg cannot be written: Is a directory"):
        simulated(floor, *TWO, "--days", "1", "--plot", str(tmp_path / "taken.svg"))


def test_a_worker_that_dies_is_said(floor, monkeypatch):
    def dies(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(run, "_one_day", dies)
    with pytest.raises(AloError, match="try fewer --workers"):
        simulated(floor, *TWO, "--days", "1")


def test_matplotlib_is_imported_only_for_a_figure():
    asked = "import sys, alo.simulate.run; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
