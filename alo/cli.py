"""The command line. Mistakes a person can mend are one sentence; anything else is a traceback worth reporting."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from alo import campaign_commands, compliance_commands, lead_commands
from alo.terminal import console, errors, settings
from base.errors import AloError
from base.log import configure_logging

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Alô: outbound contact centre."
)
agent_app = typer.Typer(no_args_is_help=True, help="Agents and their softphones.")
lead_commands.add_to(campaign_commands.app)
app.add_typer(campaign_commands.app, name="campaign")
app.add_typer(agent_app, name="agent")
app.add_typer(compliance_commands.do_not_call, name="do-not-call")
app.add_typer(compliance_commands.consent, name="consent")
app.add_typer(compliance_commands.holidays, name="holidays")


@app.command()
def setup(*, lab: Annotated[bool, typer.Option(help="Also what the demo and the tests need.")] = True) -> None:
    """Fetch what this machine lacks: Asterisk, Whisper weights, the web bundle; quick when nothing is missing."""
    from alo.setup import set_up

    set_up(settings(), console, lab=lab)


@app.command()
def up() -> None:
    """Run everything on this machine until Ctrl-C: PostgreSQL, Asterisk, web, worker, dialer."""
    from alo.setup import set_up
    from alo.up import House, run_until_stopped

    configure_logging()
    here = settings()
    set_up(here, console, lab=False)
    asked = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.append(True))
    with House(here, say=lambda line: console.print(f"  starting {line}")) as house:
        console.print(f"Alô is up: http://{here.web.host}:{here.web.port}  (Ctrl-C stops it)")
        run_until_stopped(house, lambda: bool(asked))
        console.print("Stopping …")


@app.command()
def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything up at the end, for a look around.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed, another day.")] = 7,
    debtors: Annotated[int, typer.Option(min=6, max=400)] = 84,
    agents: Annotated[int, typer.Option(min=1, max=20)] = 6,
    folder: Annotated[Path | None, typer.Option(help="Where it keeps its files; emptied first.")] = None,
) -> None:
    """The main job on simulated debtors: dial, connect, record, transcribe, write the timeline; ends with a report."""
    from alo.demo.run import run_demo

    raise typer.Exit(run_demo(console, keep=keep, seed=seed, debtors=debtors, agents=agents, folder=folder))


@app.command()
def web() -> None:
    """Run the web process."""
    import uvicorn

    from alo import wiring

    configure_logging()
    here = settings()
    uvicorn.run(
        wiring.web(here),
        host=here.web.host,
        port=here.web.port,
        log_config=None,
        timeout_graceful_shutdown=3,
        access_log=False,
    )


@app.command()
def dialer() -> None:
    """Run the dialer of this machine's Asterisk."""
    from alo import wiring

    configure_logging()
    asyncio.run(wiring.run_dialer(settings()))


@app.command()
def worker() -> None:
    """Run the worker: finishes recordings, transcribes."""
    from alo import wiring

    configure_logging()
    asyncio.run(wiring.run_worker(settings()))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV as exported by the creditor's system.")],
    *,
    creditor: Annotated[str, typer.Option(help="Whose debts these are.")],
    campaign: Annotated[str | None, typer.Option(help="Also make leads for this campaign.")] = None,
    list_: Annotated[str | None, typer.Option("--list", help="In this list of the campaign, made when new.")] = None,
) -> None:
    """Import a mailing. Bad rows go to FILE.rejected.csv with their line and reason; a second import adds nothing."""
    from alo.imports import import_with_progress

    import_with_progress(settings(), console, file=file, creditor=creditor, campaign=campaign, list_name=list_)


@app.command()
def doctor() -> None:
    """Check every part of this installation and say what to do about what is wrong."""
    from alo.doctor import examine

    raise typer.Exit(examine(settings(), console))


@app.command()
def simulate(
    scenario: Annotated[list[str] | None, typer.Argument(help="Shipped scenarios by name, or TOML files.")] = None,
    *,
    policy: Annotated[
        list[str] | None,
        typer.Option(help="Repeat it; the first is the baseline. By default predictive, progressive and oracle."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=10_000, help="Simulated days for each policy.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Of the first day; the same for every policy.")] = 1,
    target: Annotated[float, typer.Option(help="Promised abandonment, as a share: 0.03 is 3 %.")] = 0.03,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one for each core.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Also draw it, into a .svg or .png file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of tables.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the shipped scenarios.")] = False,
) -> None:
    """Compare pacing policies on simulated days: what they promise, what they keep, what agents wait."""
    from alo.simulate import run

    if list_:
        run.list_scenarios(console)
        return
    request = run.checked(
        asked=scenario or run.DEFAULT_SCENARIOS,
        policies=policy or run.DEFAULT_POLICIES,
        days=days,
        seed=seed,
        target=target,
        workers=workers,
        plot=plot,
    )
    run.run(request, console, errors, as_json=as_json)


@agent_app.command("add")
def agent_add(
    login: str,
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    campaign: Annotated[list[str] | None, typer.Option(help="Enrol in this campaign; may be repeated.")] = None,
) -> None:
    """Add an agent and show the softphone's password and the API token, this once."""
    from alo import administration

    administration.add_agent(settings(), console, login=login, name=name, campaigns=campaign or [])


@agent_app.command("list")
def agent_list() -> None:
    """The agents and their campaigns."""
    from alo import administration

    administration.list_agents(settings(), console)


def main() -> None:
    """Entry point: a mistake a person can mend ends with its sentence and its exit code."""
    # Its products are small: more threads would only wait for each other on a machine that has calls to carry.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except AloError as error:
        errors.print(f"[bold red]alo:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
