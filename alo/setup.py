"""What a machine must have before the first start; each step is a look when it is there already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from base.debian import fetch_prefix, find_prefix
from base.settings import Settings
from dialer.asterisk.install import find_asterisk, install_asterisk
from transcribe.weights import ensure_model, has_model
from web import bundle

Tell = Callable[[str, float | None], None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to fetch: whether it is there, and how to get it (told: words, share done)."""

    name: str
    there: Callable[[], bool]
    get: Callable[[Tell], object]


def steps(settings: Settings, *, lab: bool) -> list[Step]:
    """The product's steps, and with `lab` those of the demo and the tests."""
    model, cache = settings.whisper.model, settings.cache_dir
    found = [
        Step(
            name="Asterisk",
            there=lambda: find_asterisk(settings) is not None,
            get=lambda tell: install_asterisk(settings, tell),
        ),
        Step(
            name="Whisper weights",
            there=lambda: has_model(model, cache),
            get=lambda tell: ensure_model(model, cache, lambda done, total: tell("fetching", done / max(total, 1))),
        ),
        Step(
            name="Web pages' scripts",
            there=lambda: bundle.locate(settings) is not None,
            get=lambda tell: bundle.build(settings, lambda line: tell(line, None)),
        ),
    ]
    if lab:
        found += lab_steps(settings)
    return found


def lab_steps(settings: Settings) -> list[Step]:
    """SIPp for tests and loads, and the voices of the simulated debtors."""
    from lab import sipp
    from lab.voices.fetch import fetch_voices

    folder, cache = settings.cache_dir / "lab", settings.cache_dir
    return [
        Step(
            name="SIPp (tests and loads)",
            there=lambda: find_prefix(folder, sipp.PACKAGES) is not None,
            get=lambda tell: fetch_prefix(folder, sipp.PACKAGES, progress=tell),
        ),
        Step(
            name="Brazilian voices",
            there=(cache / "voices" / "kokoro.onnx").exists,
            get=lambda tell: fetch_voices(cache, lambda part, done, total: tell(part, done / max(total, 1))),
        ),
    ]


def set_up(settings: Settings, console: Console, *, lab: bool) -> None:
    """Get what is missing, with a bar for each; raises MissingPartError, saying what to do, when it cannot be had."""
    missing = [step for step in steps(settings, lab=lab) if not step.there()]
    if not missing:
        return
    with progress_bars(console) as bars:
        for step in missing:
            task = bars.add_task(step.name, total=1.0, words="")
            step.get(_teller(bars, task))
            bars.update(task, completed=1.0, words="there")


@contextmanager
def progress_bars(console: Console) -> Iterator[Progress]:
    """Bars with a name, a share, a few words and the time."""
    columns = (
        SpinnerColumn(finished_text="[green]✔"),
        TextColumn("{task.description:<24}"),
        BarColumn(bar_width=28),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
    )
    with Progress(*columns, console=console) as bars:
        yield bars


def _teller(bars: Progress, task: TaskID) -> Tell:
    def tell(words: str, share: float | None) -> None:
        bars.update(task, words=words[:60])
        if share is not None:
            bars.update(task, completed=min(share, 0.99))

    return tell
