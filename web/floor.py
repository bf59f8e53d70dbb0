"""The live floor: the dialer's pictures made into the pieces of a page, each sent only when it changed."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from web.context import Context
from web.format import percent
from web.i18n import Language, translate
from web.pacing import share
from web.pages import Pages
from web.picture import AgentLine, Picture, picture
from web.store import calls, campaigns
from web.store.campaigns import CampaignRow

TOPIC = "campaign:"
RECENT_CALLS = 15
SPOKEN_EVERY_S = 30.0


@dataclass(frozen=True, kw_only=True)
class FloorCampaign:
    """A campaign and its picture, None until the dialer has drawn the first."""

    row: CampaignRow
    picture: Picture | None


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


class Drawing:
    """Draws campaigns in one language; the row of an agent who has not moved since the last time is kept."""

    def __init__(self, pages: Pages, language: Language) -> None:
        self._pages = pages
        self._language = language
        self._rows: Mapping[AgentLine, str] = {}

    def campaigns(self, shown: Sequence[FloorCampaign]) -> dict[str, str]:
        """The pieces of these campaigns by event name, and `floor`, which holds them."""
        found: dict[str, str] = {}
        self._rows = {
            line: self._rows.get(line) or self._render("_agent.html", agent=line)
            for campaign in shown
            if campaign.picture is not None
            for line in campaign.picture.agent_list
        }
        for campaign in shown:
            if (picture := campaign.picture) is not None:
                rows = "\n".join(self._rows[line] for line in picture.agent_list)
                figures = self._render("_figures.html", campaign=campaign, picture=picture, share=share)
                found[f"figures-{campaign.row.id}"] = figures
                found[f"agents-{campaign.row.id}"] = self._render("_agents.html", picture=picture, rows=rows)
        return {"floor": self._render("_floor.html", campaigns=shown, pieces=found), **found}

    def whole(self, shown: Sequence[FloorCampaign], recent: Sequence[calls.CallView], now: datetime) -> Pieces:
        """Everything on the page."""
        found = self.campaigns(shown)
        found["recent"] = self._render("_recent.html", recent=recent, now=now)
        found["spoken"] = " ".join(_spoken(c, self._language) for c in shown if c.picture)
        return Pieces(shape=tuple((c.row, c.picture is None) for c in shown), html=found)

    def _render(self, name: str, **values: object) -> str:
        return self._pages.render(name, self._language, **values)


class Feed:
    """The floor for every open page: drawn once per change and language, however many are looking."""

    def __init__(self, pages: Pages) -> None:
        self._drawings = {language: Drawing(pages, language) for language in Language}
        self._drawn: dict[Language, tuple[int, Pieces]] = {}
        self._drawing = asyncio.Lock()

    async def draw(self, context: Context, language: Language) -> Pieces:
        """The floor as it is now."""
        shown, recent = await read(context)
        return self._drawings[language].whole(shown, recent, context.now())

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
                drawn = self._drawn[language] = (version, await self.draw(context, language))
            return drawn[1]


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
