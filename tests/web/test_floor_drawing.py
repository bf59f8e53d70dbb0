"""The floor is drawn from the dialer's pictures; an agent who has not moved is not drawn again."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.seed import floor_snapshot
from web.floor import Drawing, FloorCampaign
from web.i18n import Language
from web.pages import Pages
from web.picture import picture
from web.store.campaigns import CampaignRow


class CountedPages(Pages):
    """Pages that know how often each template was drawn."""

    def __init__(self) -> None:
        super().__init__(ZoneInfo("America/Sao_Paulo"))
        self.drawn: Counter[str] = Counter()

    def render(self, name: str, language: Language, **values: object) -> str:
        self.drawn[name] += 1
        return super().render(name, language, **values)


def campaign(snapshot: dict[str, Any], number: int = 1) -> FloorCampaign:
    row = CampaignRow(id=number, name="Recovery", status="running", mode="predictive")
    return FloorCampaign(row=row, picture=picture(snapshot))


@pytest.fixture
def pages() -> CountedPages:
    return CountedPages()


def test_only_the_row_of_the_agent_who_moved_is_drawn_again(pages: CountedPages) -> None:
    drawing = Drawing(pages, Language.EN)
    before, after = floor_snapshot(1), floor_snapshot(1)
    after["agent_list"][3] |= {"state": "talking"}
    drawing.campaigns([campaign(before)])
    assert pages.drawn["_agent.html"] == len(before["agent_list"])
    html = drawing.campaigns([campaign(after)])["agents-1"]
    assert pages.drawn["_agent.html"] == len(before["agent_list"]) + 1
    assert html == Drawing(pages, Language.EN).campaigns([campaign(after)])["agents-1"]


def test_an_agent_who_has_left_is_not_shown_any_more(pages: CountedPages) -> None:
    drawing = Drawing(pages, Language.EN)
    before, after = floor_snapshot(1), floor_snapshot(1)
    gone = after["agent_list"].pop()
    assert gone["name"] in drawing.campaigns([campaign(before)])["agents-1"]
    assert gone["name"] not in drawing.campaigns([campaign(after)])["agents-1"]


def test_each_piece_is_drawn_once_and_stands_whole_on_the_page(pages: CountedPages) -> None:
    drawn = Drawing(pages, Language.PT_BR).campaigns([campaign(floor_snapshot(n), n) for n in (1, 2)])
    assert pages.drawn["_figures.html"] == pages.drawn["_agents.html"] == 2
    for name in ("figures-1", "agents-1", "figures-2", "agents-2"):
        assert drawn[name] in drawn["floor"]


def test_names_are_never_markup(pages: CountedPages) -> None:
    told = floor_snapshot(1)
    told["agent_list"][0]["name"] = "<b>Ana</b>"
    assert "<b>Ana</b>" not in Drawing(pages, Language.EN).campaigns([campaign(told)])["floor"]
