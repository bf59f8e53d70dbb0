"""The demo's last page: what was done, how well, and whether anything in it is wrong."""

from collections import Counter, defaultdict

import numpy as np
from rich.console import Console
from rich.table import Table

from alo.demo.checks import checks, word_error_rate
from alo.demo.figures import Figures, gather
from alo.demo.stage import Stage
from alo.screen import seconds, share


def make_report(console: Console, stage: Stage, url: str, *, elapsed_s: float) -> bool:
    """Print the report; True when every check holds."""
    figures = gather(stage, url)
    console.rule(f"[bold]Report[/]  seed {stage.seed}, {elapsed_s:.0f} s from the first start to here")
    _calls(console, figures)
    _agents(console, figures)
    _words(console, figures)
    _rejected(console, figures)
    found = checks(stage, figures)
    table = Table("", "check", "found", box=None, pad_edge=False)
    for check in found:
        table.add_row("[green]✔[/]" if check.holds else "[red]✘[/]", check.says, check.found)
    console.print(table)
    good = all(check.holds for check in found)
    wrong = sum(not check.holds for check in found)
    console.print("[bold green]Everything holds.[/]" if good else f"[bold red]{wrong} of {len(found)} checks fail.[/]")
    if not good:
        console.print(f"Logs of every process: {stage.settings.data_dir / 'logs'}", soft_wrap=True)
    return good


def _calls(console: Console, figures: Figures) -> None:
    outcomes = Counter(dial.outcome or "open" for dial in figures.dials)
    abandoned, connected = outcomes["abandoned"], len(figures.connected)
    waits = np.array([dial.wait_s for dial in figures.connected if dial.wait_s is not None])
    table = Table("dials", *sorted(outcomes), title="Dials by outcome", title_justify="left")
    table.add_row(str(len(figures.dials)), *(str(outcomes[name]) for name in sorted(outcomes)))
    console.print(table)
    p50, p99 = (float(np.percentile(waits, q)) for q in (50, 99)) if waits.size else (None, None)
    console.print(
        f"live answers {len(figures.answered)}   joined {connected}   abandoned {abandoned} "
        f"({share(abandoned / (abandoned + connected) if abandoned + connected else None)})   "
        f"answer→joined p50 {seconds(p50)}, p99 {seconds(p99)}",
        highlight=False,
    )


def _agents(console: Console, figures: Figures) -> None:
    talk: dict[str, list[float]] = defaultdict(list)
    waits: dict[str, list[float]] = defaultdict(list)
    free: dict[str, float] = {}
    for dial in sorted(figures.connected, key=lambda d: d.joined_at or d.placed_at):
        if dial.agent is None or dial.joined_at is None or dial.ended_at is None:
            continue
        talk[dial.agent].append(dial.bridged_s or 0.0)
        if dial.agent in free:
            waits[dial.agent].append(dial.joined_at.timestamp() - free[dial.agent])
        free[dial.agent] = (dial.wrapped_up_at or dial.ended_at).timestamp()
    table = Table("agent", "calls", "talk", "mean talk", "mean wait for the next", title="Agents", title_justify="left")
    for login in sorted(talk):
        pause = waits[login]
        table.add_row(
            login,
            str(len(talk[login])),
            f"{sum(talk[login]):.0f} s",
            f"{np.mean(talk[login]):.1f} s",
            f"{np.mean(pause):.1f} s" if pause else "–",
        )
    console.print(table)


def _words(console: Console, figures: Figures) -> None:
    recorded = [dial.recording_s for dial in figures.dials if dial.recording_s is not None]
    console.print(f"recordings {len(recorded)}, {sum(recorded):.0f} s in all", highlight=False)
    both, agent, debtor = (word_error_rate(figures, who) for who in (None, "agent", "debtor"))
    transcripts = sum(dial.transcript == "done" for dial in figures.dials)
    console.print(
        f"transcripts {transcripts}   words wrong {share(both.rate)} of {both.words} "
        f"(agents {share(agent.rate)} of {agent.words}, debtors {share(debtor.rate)} of {debtor.words}; "
        f"{figures.unscored} channels cut off by a hang-up are not scored)\n"
        "These are clean synthetic voices: with people it is more.",
        highlight=False,
    )


def _rejected(console: Console, figures: Figures) -> None:
    table = Table("line", "reason", title="Rejected rows of the mailing", title_justify="left")
    for line, reason in sorted(figures.rejected.items()):
        table.add_row(str(line), reason)
    console.print(table)
