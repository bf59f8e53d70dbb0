"""`alo campaign answers`: the message for those for whom no agent came, and how people are told from machines."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.transactions import in_transaction
from base.errors import SettingsError
from base.settings import Settings
from crm import campaigns
from crm.model import AnswerDetection
from dialer.answer.sounds import Messages
from dialer.answer.words import message_words
from dialer.asterisk.configure import places


def choose_detection(name: str) -> AnswerDetection:
    """The detection named. Raises SettingsError naming those there are."""
    if name not in set(AnswerDetection):
        raise SettingsError(f"There is no detection {name}. Choose one of: {', '.join(AnswerDetection)}.")
    return AnswerDetection(name)


def keep_message(settings: Settings, console: Console, file: Path | None) -> str | None:
    """Keep the file as a message, and say so; its name. Raises SettingsError when it cannot be one."""
    if file is None:
        return None
    kept = Messages(places(settings).sounds).keep(file)
    console.print(f"The message of {kept.seconds:.0f} s is kept as {kept.name}.", highlight=False)
    return kept.name


def set_answers(
    settings: Settings, console: Console, *, name: str, message: Path | None, detection: str | None, reset: bool
) -> None:
    """Change what is given of what a campaign does with who picks up, and show it."""
    asked = None if detection is None else choose_detection(detection)
    kept = keep_message(settings, console, message)

    async def work(connection: AsyncConnection) -> campaigns.Answers:
        before = await campaigns.answers(connection, name)
        await campaigns.set_answers(
            connection,
            name,
            message=kept or (None if reset else before.abandonment_message),
            detection=asked or before.answer_detection,
        )
        return await campaigns.answers(connection, name)

    found = in_transaction(settings, work)
    table = Table("answers", "value")
    table.add_row("detection", found.answer_detection.value)
    table.add_row("abandonment message", found.abandonment_message or "built in")
    console.print(table)
    warn(settings, console, name, found)


def warn(settings: Settings, console: Console, name: str, found: campaigns.Answers) -> None:
    """Say what is missing for people who get no agent in time."""
    missing = what_is_missing(settings, name, found)
    if missing is not None:
        words = message_words(found.creditor, found.caller_id)
        console.print(f"[yellow]Warning[/] {missing} Have this spoken, recorded and given to it:")
        console.print(f"  {words}", markup=False, highlight=False)
        console.print(f"  alo campaign answers {name} --abandonment-message FILE.wav", markup=False, highlight=False)


def what_is_missing(settings: Settings, name: str, found: campaigns.Answers) -> str | None:
    """Why people whom no agent came for do not hear who called, None when they do."""
    if found.abandonment_message is None:
        return (
            f"Campaign {name} has no message for people who get no agent in time: they hear an apology and the number "
            f"{found.caller_id}, not the creditor's name."
        )
    if not Messages(places(settings).sounds).has(found.abandonment_message):
        return f"The message of campaign {name}, {found.abandonment_message}, is not on this machine."
    return None
