"""Scenarios from TOML: those shipped, by name, and a person's own, by path."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from base.errors import AloError
from pacing.simulator import Scenario


class ScenarioError(AloError):
    """A scenario is not there or makes no sense."""

    exit_code = 2


def shipped() -> Iterator[Scenario]:
    """The scenarios that come with the program, smallest staff first, then by name."""
    yield from sorted(
        (
            _build(name, _parse(name, resource.read_text(encoding="utf-8")), None)
            for name, resource in _shipped().items()
        ),
        key=lambda scenario: (sum(shift.agents for shift in scenario.staff), scenario.name),
    )


def find(asked: str) -> Scenario:
    """The shipped scenario of that name, or the one in that TOML file.

    Raises ScenarioError, saying what to do, for a name that is not shipped and a file that cannot be read.
    """
    known = _shipped()
    if asked in known:
        return _build(asked, _parse(asked, known[asked].read_text(encoding="utf-8")), None)
    path = Path(asked)
    if path.suffix.lower() == ".toml":
        return _from_file(path)
    close = get_close_matches(asked, known, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise ScenarioError(
        f"There is no scenario {asked}. {hint}Name one of alo simulate --list, or a file ending in .toml."
    )


def _shipped() -> dict[str, Traversable]:
    folder = files("pacing").joinpath("scenarios")
    return {entry.name.removesuffix(".toml"): entry for entry in folder.iterdir() if entry.name.endswith(".toml")}


def _from_file(path: Path) -> Scenario:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ScenarioError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except OSError as error:
        raise ScenarioError(f"The scenario {path} cannot be read: {error.strerror}.") from None
    return _build(path.stem, _parse(str(path), text), path.parent)


def _parse(source: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"The scenario {source} is not TOML: {error}.") from None


def _build(name: str, mapping: dict[str, Any], folder: Path | None) -> Scenario:
    samples = mapping.pop("samples", {})
    try:
        return Scenario.from_mapping({"name": name, **mapping}, samples=_samples(samples, folder or Path()))
    except ValueError as error:
        raise ScenarioError(f"The scenario {name} makes no sense: {error}.") from None


def _samples(described: Any, folder: Path) -> Mapping[str, list[float]]:
    """The arrays of seconds a scenario's `[samples]` describes, each a column of a CSV beside the scenario."""
    if not isinstance(described, dict):
        raise ValueError('samples: give a table like talk = { file = "calls.csv", column = "duration" }')  # noqa: TRY004 - bad data, not a bad call
    return {name: _column(name, entry, folder) for name, entry in described.items()}


def _column(name: str, entry: Any, folder: Path) -> list[float]:
    allowed = {"file", "column", "separator"}
    if not isinstance(entry, dict) or not {"file", "column"} <= set(entry) <= allowed:
        raise ValueError(f'samples.{name}: give file and column, and separator where it is not ","')
    separator = entry.get("separator", ",")
    if not isinstance(separator, str) or len(separator) != 1:
        raise ValueError(f"samples.{name}.separator is {separator!r}: give one character")
    path = folder / str(entry["file"])
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter=separator)
            return [float(row[str(entry["column"])]) for row in rows]
    except KeyError:
        raise ValueError(f"samples.{name}: {path} has no column {entry['column']}") from None
    except OSError as error:
        raise ValueError(f"samples.{name}: {path} cannot be read ({error.strerror})") from None
    except (TypeError, ValueError) as error:
        raise ValueError(f"samples.{name}: {path} holds something that is no number of seconds ({error})") from None
