"""`alo demo`: set the stage, run the main job, watch it, report, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock, Timeout
from rich.console import Console
from rich.live import Live

from alo.administration import set_status
from alo.demo.report import make_report
from alo.demo.screen import demo_screen
from alo.demo.stage import CAMPAIGN, CREDITOR, Stage, open_campaign, set_stage
from alo.processes import Child, ours, wait_until_started
from alo.screen import campaign_line
from alo.setup import set_up
from alo.up import House, environment_of
from base.database import plain_url
from base.errors import AloError
from base.settings import load_settings

LONGEST_S = 345.0
"""After so long nothing is dialled any more and the demo comes to its end."""

TOLD_EVERY_S = 15.0
"""Where there is no terminal to redraw, a line so often."""

TAIL_S = 60.0
"""For calls that are still up, wrap-up and the last transcripts."""


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def run_demo(console: Console, *, keep: bool, seed: int, debtors: int, agents: int, folder: Path | None) -> int:
    """Run the demo in `folder` (emptied first; by default below the cache); 0 when the report finds nothing wrong."""
    # SIGTERM ends the demo as Ctrl-C does: in order.
    signal.signal(signal.SIGTERM, _interrupt)
    settings = load_settings()
    set_up(settings, console, lab=True)
    folder = folder or settings.cache_dir / "demo"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{folder}.lock", timeout=0):
            return _run(console, folder, keep=keep, seed=seed, debtors=debtors, agents=agents)
    except Timeout:
        raise AloError(f"Another demo runs in {folder}. Stop it first, or give this one another --folder.") from None


def _run(console: Console, folder: Path, *, keep: bool, seed: int, debtors: int, agents: int) -> int:
    stage = set_stage(console, folder=folder, seed=seed, debtors=debtors, agents_count=agents)
    began = time.monotonic()
    lab: list[Child] = []
    house = House(stage.settings, say=lambda line: console.print(f"  starting {line}"))
    try:
        with house:
            return _play(console, stage, house, lab, began, keep=keep)
    except KeyboardInterrupt:
        console.print("\nStopped; everything the demo started has ended.")
        return 130
    finally:
        for child in lab:
            child.stop(5.0)


def _play(console: Console, stage: Stage, house: House, lab: list[Child], began: float, *, keep: bool) -> int:
    open_campaign(stage, house.database_url)
    _import(console, stage, house)
    _start_lab(stage, lab)
    console.print(
        "The demo campaign declares its own calling hours, every hour of every day: its debtors are simulated.\n"
        "A real campaign takes the hours of alo.toml, in the debtor's time zone."
    )
    settings = stage.settings.model_copy(update={"database_url": house.database_url})
    set_status(settings, console, CAMPAIGN, "running")
    _watch(console, stage, house, lab, began)
    for child in lab[1:]:
        child.stop(8.0)
    lab[0].stop(8.0)
    good = make_report(console, stage, house.database_url, elapsed_s=time.monotonic() - began)
    if keep:
        web = stage.settings.web
        console.print(f"\nEverything is still up: http://{web.host}:{web.port}  (Ctrl-C stops it)")
        while True:
            house.watch()
            time.sleep(0.5)
    return 0 if good else 1


def _import(console: Console, stage: Stage, house: House) -> None:
    command = ours("import", str(stage.mailing_file), "--creditor", CREDITOR, "--campaign", CAMPAIGN)
    environment = {**environment_of(stage.settings), "ALO_DATABASE_URL": house.database_url}
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AloError(f"The sample mailing was not imported: {done.stderr.strip()}")
    for line in done.stdout.splitlines():
        if line.strip():
            console.print(f"  {line.strip()}", highlight=False, soft_wrap=True)


def _start_lab(stage: Stage, lab: list[Child]) -> None:
    logs = stage.settings.data_dir / "logs"
    ready = stage.folder / "carrier.ready"
    python, plan = sys.executable, str(stage.plan_file)
    carrier = Child(
        "carrier",
        [python, "-m", "lab.carrier", plan, "--ready-file", str(ready), "--stats-file", str(stage.carrier_stats)],
        log_dir=logs,
        environment={},
    )
    carrier.start()
    lab.append(carrier)
    wait_until_started(carrier, ready.exists, seconds=20)
    robots = Child("robots", [python, "-m", "lab.robots", plan], log_dir=logs, environment={})
    robots.start()
    lab.append(robots)


def _watch(console: Console, stage: Stage, house: House, lab: list[Child], began: float) -> None:
    web = f"http://{stage.settings.web.host}:{stage.settings.web.port}"
    total = len(stage.mailing.debtors)
    paused_at: float | None = None
    quiet, told_at = _Quiet(), began
    with Live(console=console, refresh_per_second=4, transient=True, auto_refresh=console.is_terminal) as live:
        while True:
            house.watch()
            for child in lab:
                if child.exit_code() is not None:
                    raise AloError(f"The lab's {child.name} ended early:\n{child.last_words()}")
            picture = _picture(house.database_url)
            elapsed = time.monotonic() - began
            doing = "Calling" if paused_at is None else "Finishing"
            if console.is_terminal:
                live.update(demo_screen(picture, debtors=total, elapsed_s=elapsed, doing=doing, web=web))
            elif picture is not None and time.monotonic() - told_at > TOLD_EVERY_S:
                told_at = time.monotonic()
                console.print(f"{elapsed:4.0f} s  {campaign_line(picture)}", soft_wrap=True, highlight=False)
            if picture is not None and quiet.done(picture, total):
                return
            if paused_at is None and elapsed > LONGEST_S - TAIL_S:
                _stop_dialling(house.database_url)
                paused_at = elapsed
            if elapsed > LONGEST_S:
                return
            time.sleep(0.25)


class _Quiet:
    """Nothing left to do, and so for three looks a second apart: the last fact may still be on its way."""

    def __init__(self) -> None:
        self._since: float | None = None

    def done(self, picture: dict[str, Any], debtors: int) -> bool:
        calls, agents = picture["calls"], picture["agents"]
        idle = (
            picture["totals"]["dials"] >= debtors
            and not any(calls.values())
            and not agents["talking"]
            and not agents["wrapup"]
            and not picture["transcripts"]["pending"]
        )
        now = time.monotonic()
        if not idle:
            self._since = None
            return False
        self._since = self._since or now
        return now - self._since > 3.0


def _stop_dialling(url: str) -> None:
    # Not paused: the live picture goes on. No lead is due any more.
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute("update lead set next_at = now() + interval '1 day' where status = 'open'")


def _picture(url: str) -> dict[str, Any] | None:
    with psycopg.connect(plain_url(url)) as connection:
        row = connection.execute(
            "select l.snapshot from live l join campaign c on l.topic = 'campaign:' || c.id where c.name = %s",
            [CAMPAIGN],
        ).fetchone()
    return None if row is None else dict(row[0])
