"""How a campaign recycles its leads, from words at the command line or a TOML file to the settings it keeps."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.transactions import in_transaction
from base.errors import SettingsError
from base.settings import Settings
from crm import campaigns
from crm.tables import disposition
from dialer.campaign.recycle import AGENT_GUARANTEED, OUTCOME_NAMES, Source, check_recycling, default_of

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,9})\s*([smhd])", re.ASCII)
KINDS = ("outcomes", "dispositions")
FILE_KEYS = ("after", "attempts", *KINDS)


@dataclass(frozen=True, kw_only=True)
class RecyclingOptions:
    """What was given of the recycling. outcomes, dispositions: `busy=15m,4`. file: all of it, as TOML."""

    outcomes: Sequence[str] = ()
    dispositions: Sequence[str] = ()
    after: str | None = None
    attempts: int | None = None
    file: Path | None = None
    reset: Sequence[str] = ()


def seconds(text: str) -> int:
    """`90s`, `15m`, `4h`, `7d` in seconds. Raises SettingsError for anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise SettingsError(f"{text!r} is no delay: write it as 90s, 15m, 4h or 7d.")
    return int(match[1]) * UNITS_S[match[2]]


def written(s: int) -> str:
    """Seconds as people write them: 5400 as 90m."""
    unit = next((u for u in ("d", "h", "m") if s and s % UNITS_S[u] == 0), "s")
    return f"{s // UNITS_S[unit]}{unit}"


def rule_of(text: str) -> tuple[str, dict[str, int]]:
    """`busy=15m`, `busy=15m,4` or `busy=,4` as a name and its rule. Raises SettingsError for anything else."""
    name, equals, rest = text.partition("=")
    after, comma, most = rest.partition(",")
    rule = {}
    if after.strip():
        rule["after_s"] = seconds(after)
    if comma and most.strip().isdecimal():
        rule["most"] = int(most)
    if not equals or not rule or (comma and "most" not in rule):
        raise SettingsError(
            f"{text!r} is no rule: write busy=15m, or busy=15m,4 for 4 times at most, or busy=,4 for that alone."
        )
    return name.strip(), rule


def recycling_settings(
    options: RecyclingOptions, *, before: Mapping[str, Any], codes: Collection[str], closing: Collection[str]
) -> tuple[dict[str, Any], dict[str, int]]:
    """The `recycling` of a campaign and its columns of counts, after what was given.

    codes: the dispositions there are; closing: those that close a lead. Raises SettingsError in a sentence that says
    what to give.
    """
    columns: dict[str, int] = {}
    rules = {kind: dict(before.get(kind, {})) for kind in KINDS}
    if options.file is not None:
        rules, columns = _of_file(options.file)
    for name in options.reset:
        if name not in {*OUTCOME_NAMES, *codes}:
            raise SettingsError(f"There is no {name} to reset. Choose of: {', '.join([*OUTCOME_NAMES, *codes])}.")
        for kind in KINDS:
            rules[kind].pop(name, None)
    for kind, texts in (("outcomes", options.outcomes), ("dispositions", options.dispositions)):
        for text in texts:
            name, rule = rule_of(text)
            rules[kind][name] = {**rules[kind].get(name, {}), **rule}
    columns |= {} if options.after is None else {"recycle_after_s": seconds(options.after)}
    columns |= {} if options.attempts is None else {"attempts_per_lead": options.attempts}
    settings = {kind: found for kind, found in rules.items() if found}
    try:
        check_recycling(settings, codes, closing)
    except ValueError as error:
        raise SettingsError(f"The recycling makes no sense: {error}.") from error
    return settings, columns


def recycle_campaign(settings: Settings, console: Console, *, name: str, options: RecyclingOptions) -> None:
    """Change what is given of a campaign's recycling, and show it."""

    async def work(connection: AsyncConnection) -> tuple[Row[Any], Sequence[Row[Any]], bool]:
        row = await campaigns.locked(connection, name)
        known = (await connection.execute(select(disposition).order_by(disposition.c.code))).all()
        codes, closing = [one.code for one in known], [one.code for one in known if one.closes_lead]
        rules, columns = recycling_settings(options, before=row.recycling, codes=codes, closing=closing)
        changed = rules != row.recycling or any(getattr(row, key) != value for key, value in columns.items())
        if changed:
            await campaigns.change_settings(connection, name, recycling=rules, **columns)
            row = await campaigns.locked(connection, name)
        return row, known, changed

    row, known, changed = in_transaction(settings, work)
    table = Table("after", "of", "again after", "closed after", "")
    for outcome in OUTCOME_NAMES:
        said, default = row.recycling.get("outcomes", {}).get(outcome, {}), default_of(outcome)
        usual = row.recycle_after_s if isinstance(default.delay, Source) else default.delay
        if default.debtor_rests_s is not None and row.mode not in AGENT_GUARANTEED:
            usual = default.debtor_rests_s
        table.add_row(outcome, "outcome", *_shown(said, usual))
    for one in known:
        if not one.closes_lead:
            said = row.recycling.get("dispositions", {}).get(one.code, {})
            table.add_row(one.code, "disposition", *_shown(said, one.recycle_after_s))
    console.print(table)
    console.print(f"A lead is closed after {row.attempts_per_lead} attempts.")
    if changed:
        console.print(f"Campaign {name} recycles so from now on.", markup=False)


def _shown(said: Mapping[str, int], usual_s: int) -> tuple[str, str, str]:
    most = said.get("most")
    return written(said.get("after_s", usual_s)), "" if most is None else f"{most} times", "" if said else "default"


def _of_file(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    try:
        given = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no TOML: {error}.") from error
    unknown = sorted(given.keys() - set(FILE_KEYS))
    if unknown:
        raise SettingsError(f"{path} has {', '.join(unknown)}: it may hold {', '.join(FILE_KEYS)}.")
    wrong = [kind for kind in KINDS if not isinstance(given.get(kind, {}), Mapping)]
    if wrong:
        raise SettingsError(f'{wrong[0]} in {path} is no table: write [{wrong[0]}], and below it busy = "15m".')
    rules = {kind: {name: _of_toml(rule) for name, rule in given.get(kind, {}).items()} for kind in KINDS}
    columns = {} if "after" not in given else {"recycle_after_s": seconds(str(given["after"]))}
    if "attempts" in given:
        if not isinstance(given["attempts"], int) or given["attempts"] < 1:
            raise SettingsError(f"attempts is {given['attempts']}: give a whole number, 1 or more.")
        columns["attempts_per_lead"] = given["attempts"]
    return rules, columns


def _of_toml(rule: object) -> object:
    if isinstance(rule, str):
        return {"after_s": seconds(rule)}
    if not isinstance(rule, Mapping):
        return rule
    return {("after_s" if key == "after" else key): seconds(str(v)) if key == "after" else v for key, v in rule.items()}
