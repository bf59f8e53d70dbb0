"""The live floor: the dialer's pictures made into the pieces of a page, each sent only when it changed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from web.context import Context
from web.format import parse_moment, percent
from web.i18n import Language, translate
from web.live import Snapshot
from web.pacing import Pacing, Promise, parse_pacing, parse_promise, share
from web.store import calls, campaigns
from web.store.campaigns import CampaignRow

TOPIC = "campaign:"
RECENT_CALLS = 15
SPOKEN_EVERY_S = 30.0
AGENT_STATES = ("ready", "talking", "wrapup", "paused", "offline")
TRUNK_TROUBLES = ("unreachable", "congested", "unregistered")
OUTCOMES = (
    "connected",
    "abandoned",
    "hangup_early",
    "machine",
    "noanswer",
    "busy",
    "dead_number",
    "congestion",
    "failed",
    "unknown",
)


@dataclass(frozen=True, kw_only=True)
class AgentLine:
    login: str
    name: str
    state: str
    since: datetime | None
    then: str | None
    """What the agent asked to do after the call in hand: "pause" or "leave"."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A text's key and what stands in it."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One campaign as the dialer last saw it; a figure it did not give is 0, or None where 0 would be a claim."""

    at: datetime | None
    dialling: int
    ringing: int
    waiting: int
    talking: int
    agents: Mapping[str, int]
    agent_list: tuple[AgentLine, ...]
    dials: int
    answers: int
    connected: int
    abandoned: int
    abandonment: float | None
    mean_wait_s: float | None
    outcomes: tuple[tuple[str, int], ...]
    leads_left: int
    leads_closed: int
    transcripts_pending: int
    transcripts_done: int
    pacing: Pacing | None
    promise: Promise | None
    troubles: tuple[Trouble, ...]
    """What is wrong with the trunks or the exchange."""

    @property
    def outcome_total(self) -> int:
        return sum(count for _, count in self.outcomes)


@dataclass(frozen=True, kw_only=True)
class FloorCampaign:
    """A campaign and its picture, None until the dialer has drawn the first."""

    row: CampaignRow
    picture: Picture | None


def picture(snapshot: Snapshot) -> Picture:
    """Read a `campaign:ID` snapshot; a dialer one version older or newer may leave things out."""
    at_work, totals = _part(snapshot, "calls"), _part(snapshot, "totals")
    promise = parse_promise(snapshot.get("promise"))
    agents, leads = _part(snapshot, "agents"), _part(snapshot, "leads")
    transcripts, outcomes = _part(snapshot, "transcripts"), _part(totals, "by_outcome")
    return Picture(
        at=parse_moment(snapshot.get("at")),
        dialling=at_work.get("dialling", 0),
        ringing=at_work.get("ringing", 0),
        waiting=at_work.get("waiting", 0),
        talking=at_work.get("talking", 0),
        agents={state: agents.get(state, 0) for state in AGENT_STATES},
        agent_list=_agent_lines(snapshot.get("agent_list") or ()),
        dials=totals.get("dials", 0),
        answers=totals.get("answers", 0),
        connected=totals.get("connected", 0),
        abandoned=totals.get("abandoned", 0),
        # The windows of the promise are what counts; a dialer that tells of none has at least today's share.
        abandonment=promise.windows[0].abandonment if promise and promise.windows else totals.get("abandonment"),
        mean_wait_s=totals.get("mean_wait_s"),
        outcomes=tuple((name, outcomes[name]) for name in OUTCOMES if outcomes.get(name)),
        leads_left=sum(leads.get(state, 0) for state in ("open", "reserved", "dialling")),
        leads_closed=leads.get("closed", 0),
        transcripts_pending=transcripts.get("pending", 0),
        transcripts_done=transcripts.get("done", 0),
        pacing=parse_pacing(snapshot.get("pacing")),
        promise=promise,
        troubles=_troubles(snapshot),
    )


async def read(context: Context) -> tuple[list[FloorCampaign], list[calls.CallView]]:
    """What the floor shows now."""
    snapshots = {int(topic.removeprefix(TOPIC)): found for topic, found in context.hub.snapshots(TOPIC).items()}
    async with context.engine.connect() as connection:
        rows = await campaigns.on_the_floor(connection, set(snapshots))
        recent = await calls.latest(connection, RECENT_CALLS)
    shown = [FloorCampaign(row=r, picture=picture(snapshots[r.id]) if r.id in snapshots else None) for r in rows]
    return shown, recent


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The page's pieces by event name. `floor` holds the campaigns' small pieces and is needed when `shape` moves."""

    shape: tuple[object, ...]
    html: Mapping[str, str]


async def pieces(context: Context, language: Language) -> Pieces:
    shown, recent = await read(context)
    render = context.pages.render
    found = {"floor": render("_floor.html", language, campaigns=shown, share=share)}
    for campaign in shown:
        if campaign.picture is not None:
            values: dict[str, Any] = {"campaign": campaign, "picture": campaign.picture, "share": share}
            found[f"figures-{campaign.row.id}"] = render("_figures.html", language, **values)
            found[f"agents-{campaign.row.id}"] = render("_agents.html", language, **values)
    found["recent"] = render("_recent.html", language, recent=recent, now=context.now())
    found["spoken"] = " ".join(_spoken(c, language) for c in shown if c.picture)
    return Pieces(shape=tuple((c.row, c.picture is None) for c in shown), html=found)


class Feed:
    """The floor for every open page: drawn once per change and language, however many are looking."""

    def __init__(self) -> None:
        self._drawn: dict[Language, tuple[int, Pieces]] = {}
        self._drawing = asyncio.Lock()

    async def changes(self, context: Context, language: Language) -> AsyncIterator[tuple[str, str]]:
        """(event, html) for ever: first everything, then what changed."""
        async with context.hub.subscribe(lambda topic: topic.startswith(TOPIC)) as subscription:
            shape: tuple[object, ...] | None = None
            known: dict[str, str] = {}
            spoke_at = -SPOKEN_EVERY_S
            while True:
                current = await self._pieces(context, language)
                whole, shape = current.shape != shape, current.shape
                for event, html in current.html.items():
                    small = event.startswith(("figures-", "agents-"))
                    if known.get(event) == html or (event == "floor" and not whole) or (small and whole):
                        continue
                    if event == "spoken":
                        # A screen reader told every second would never fall silent.
                        if not html or context.clock.monotonic_s() - spoke_at < SPOKEN_EVERY_S:
                            continue
                        spoke_at = context.clock.monotonic_s()
                    yield event, html
                known = dict(current.html)
                await subscription.changed()

    async def _pieces(self, context: Context, language: Language) -> Pieces:
        async with self._drawing:
            version = context.hub.version
            drawn = self._drawn.get(language)
            if drawn is None or drawn[0] != version:
                drawn = self._drawn[language] = (version, await pieces(context, language))
            return drawn[1]


def _part(snapshot: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = snapshot.get(name)
    return found if isinstance(found, Mapping) else {}


def _troubles(snapshot: Mapping[str, Any]) -> tuple[Trouble, ...]:
    """Trunks of the campaign that are not free for every call, and an exchange that is spared."""
    limit = _part(snapshot, "exchange").get("limit_per_s")
    found = [] if limit is None else [Trouble(key="exchange.slowed" if limit else "exchange.stopped", values={})]
    for name, state in _part(snapshot, "trunks").items():
        if state in TRUNK_TROUBLES:
            found.append(Trouble(key=f"trunk.{state}", values={"trunk": name}))
    return tuple(found)


def _agent_lines(lines: Any) -> tuple[AgentLine, ...]:
    found = [
        AgentLine(
            login=line["login"],
            name=line.get("name") or line["login"],
            state=line["state"] if line.get("state") in AGENT_STATES else "offline",
            since=parse_moment(line.get("since")),
            then="leave" if line.get("leave_wanted") else "pause" if line.get("pause_wanted") else None,
        )
        for line in lines
    ]
    return tuple(sorted(found, key=lambda line: (line.state == "offline", line.name, line.login)))


def _spoken(campaign: FloorCampaign, language: Language) -> str:
    seen = campaign.picture
    assert seen is not None
    return translate(
        language,
        "floor.spoken",
        name=campaign.row.name,
        talking=seen.talking,
        dialling=seen.dialling + seen.ringing,
        ready=seen.agents["ready"],
        abandonment=percent(seen.abandonment, language),
    )
