"""`alo campaign`: create, pace, start, pause and look at campaigns."""

from pathlib import Path
from typing import Annotated

import typer

from alo.terminal import console, settings

app = typer.Typer(no_args_is_help=True, help="Create, pace, start, pause and look at campaigns.")

MODES = "progressive | ratio | predictive | preview"
Abandonment = Annotated[str | None, typer.Option(help="Promised share of abandoned live answers: 3%.")]
Soft = Annotated[str | None, typer.Option(help="Share from which pacing may hold back.")]
Hard = Annotated[str | None, typer.Option(help="Share that is not to be passed.")]
FalseMachines = Annotated[
    str | None, typer.Option(help="Share of calls taken for machines that are people; counts them as abandoned.")
]
AnswerToAgent = Annotated[float | None, typer.Option(help="Seconds a live person may wait: 2.")]
ClockStart = Annotated[str | None, typer.Option(help="answer | greeting_start | greeting_end")]
Window = Annotated[list[str] | None, typer.Option(help="Counted over 24h and 30d; may be repeated.")]
MaxLines = Annotated[int | None, typer.Option(help="Calls up at once: dialled, waiting, talking.")]
LinesPerAgent = Annotated[float | None, typer.Option(help="The same for each agent at work.")]
CallsPerSecond = Annotated[float | None, typer.Option(help="Dials in any second.")]
Ratio = Annotated[float | None, typer.Option(help="Calls for each ready agent, of mode ratio.")]

Message = Annotated[
    Path | None, typer.Option(help="Sound for people who get no agent in time: who called, where to call back.")
]
DETECTIONS = "off | amd | connect_first"


@app.command()
def create(
    name: str,
    *,
    creditor: Annotated[str, typer.Option(help="Whose debts these are.")],
    caller_id: Annotated[str | None, typer.Option(help="One of the trunk's caller ids; the first by default.")] = None,
    trunk: Annotated[str | None, typer.Option(help="A trunk of alo.toml; the only one by default.")] = None,
    mode: Annotated[str, typer.Option(help=MODES)] = "progressive",
    pack: Annotated[str, typer.Option(help="The policy pack whose rules hold: br | uk | us.")] = "br",
    limit: Annotated[
        list[str] | None, typer.Option(help="Stricter than the pack: days_after_conversation=3; may be repeated.")
    ] = None,
    abandonment_message: Message = None,
    detection: Annotated[str, typer.Option(help=DETECTIONS)] = "off",
    abandonment: Abandonment = None,
    soft: Soft = None,
    hard: Hard = None,
    false_machines: FalseMachines = None,
    answer_to_agent: AnswerToAgent = None,
    clock_start: ClockStart = None,
    window: Window = None,
    max_lines: MaxLines = None,
    lines_per_agent: LinesPerAgent = None,
    calls_per_second: CallsPerSecond = None,
    ratio: Ratio = None,
) -> None:
    """Create a campaign, not yet started, with the calling hours of alo.toml."""
    from alo import administration
    from alo.pacing_options import PacingOptions

    administration.create_campaign(
        settings(),
        console,
        name=name,
        creditor=creditor,
        caller_id=caller_id,
        trunk=trunk,
        mode=mode,
        pack=pack,
        limits=limit or (),
        pacing=PacingOptions(
            abandonment=abandonment,
            soft=soft,
            hard=hard,
            false_machine_share=false_machines,
            answer_to_agent_s=answer_to_agent,
            clock_start=clock_start,
            windows=window or (),
            max_lines=max_lines,
            max_lines_per_agent=lines_per_agent,
            calls_per_second=calls_per_second,
            ratio=ratio,
        ),
        message=abandonment_message,
        detection=detection,
    )


@app.command()
def answers(
    name: str,
    *,
    abandonment_message: Message = None,
    detection: Annotated[str | None, typer.Option(help=DETECTIONS)] = None,
    reset_message: Annotated[bool, typer.Option(help="Back to the built-in message.")] = False,
) -> None:
    """Show what a campaign does with who picks up, or change what is given; it counts from the next dial."""
    from alo.answers import set_answers

    set_answers(settings(), console, name=name, message=abandonment_message, detection=detection, reset=reset_message)


@app.command()
def pacing(
    name: str,
    *,
    mode: Annotated[str | None, typer.Option(help=MODES)] = None,
    abandonment: Abandonment = None,
    soft: Soft = None,
    hard: Hard = None,
    false_machines: FalseMachines = None,
    answer_to_agent: AnswerToAgent = None,
    clock_start: ClockStart = None,
    window: Window = None,
    max_lines: MaxLines = None,
    lines_per_agent: LinesPerAgent = None,
    calls_per_second: CallsPerSecond = None,
    ratio: Ratio = None,
    reset: Annotated[
        list[str] | None, typer.Option(help="Back to its default: an option's name, as hard; may be repeated.")
    ] = None,
) -> None:
    """Show how a campaign is paced, or change what is given; a running dialer follows at once."""
    from alo import administration
    from alo.pacing_options import PacingOptions

    administration.pace_campaign(
        settings(),
        console,
        name=name,
        mode=mode,
        reset=reset or (),
        pacing=PacingOptions(
            abandonment=abandonment,
            soft=soft,
            hard=hard,
            false_machine_share=false_machines,
            answer_to_agent_s=answer_to_agent,
            clock_start=clock_start,
            windows=window or (),
            max_lines=max_lines,
            max_lines_per_agent=lines_per_agent,
            calls_per_second=calls_per_second,
            ratio=ratio,
        ),
    )


@app.command()
def start(name: str) -> None:
    """Start (or go on with) a campaign."""
    from alo import administration

    administration.set_status(settings(), console, name, "running")


@app.command()
def pause(name: str) -> None:
    """Pause a campaign: no further dial; calls that are up go on."""
    from alo import administration

    administration.set_status(settings(), console, name, "paused")


@app.command()
def status(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """What the campaigns are doing now."""
    from alo import administration

    administration.show_status(settings(), console, name)


@app.command("what-if")
def what_if(
    name: str,
    *,
    agents: Annotated[int | None, typer.Option(min=1, help="So many at work; by default those of now.")] = None,
    around: Annotated[int, typer.Option(min=0, max=100, help="Agents more and fewer to show.")] = 5,
) -> None:
    """What another promise, or more or fewer agents, would bring a predictive campaign, from what it has learned."""
    from alo.what_if import show_what_if

    show_what_if(settings(), console, name, agents=agents, around=around)
