"""`alo campaign what-if`: what it prints."""

import asyncio
import io

import pytest
from rich.console import Console

from alo.what_if import notes, percent, show_what_if, table
from base.database import create_engine
from base.settings import HoursSettings, Settings
from crm import campaigns
from crm.model import Mode, WeeklyHours
from dialer.runtime import learned
from pacing import Pacer
from pacing.whatif import what_if
from tests.pacing.learned import learned_pacer


async def keep(url: str, pacer: Pacer) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        campaign_id = await campaigns.create(
            connection,
            name="[carteira]",
            creditor="Banco",
            trunk="main",
            caller_id="+551130000000",
            mode=Mode.PREDICTIVE,
            hours=WeeklyHours.from_settings(HoursSettings()),
        )
        await learned.keep(campaign_id, "main", learned.Learned(state=pacer.state(), seen={}))(connection)
    await engine.dispose()


def printed(show) -> str:
    console = Console(width=120, file=io.StringIO(), record=True)
    show(console)
    return " ".join(console.export_text().split())


def test_both_tables_of_a_campaign_are_printed(database_url):
    asyncio.run(keep(database_url, learned_pacer()))
    settings = Settings(database_url=database_url)
    said = printed(lambda console: show_what_if(settings, console, "[carteira]", agents=12, around=2))
    assert "Campaign [carteira]: 25 % of calls reach a person" in said
    assert "(learned from 400 calls and 100 talks)" in said
    assert "Another promise, 12 agents" in said
    assert "More or fewer agents, promise 3 %" in said
    assert "0 % is exact" in said
    assert "*" not in said


def test_the_line_of_now_is_bold_and_one_outside_is_marked():
    told = what_if(learned_pacer(), agents=20, targets=(0.2,))
    made = table("t", "promise", [(percent(one.target), one, one.target == told.target) for one in told.by_target])
    assert [row.style for row in made.rows] == ["bold", ""]
    assert list(made.columns[0].cells) == ["3 %", "20 % *"]
    assert notes(told)[-1] == "* beyond the floors the formula knows (the promise)."


@pytest.mark.parametrize(("share", "text"), [(0.03, "3 %"), (0.005, "0.5 %"), (0.876, "87.6 %"), (1.0, "100 %")])
def test_a_share_has_the_digits_it_needs(share, text):
    assert percent(share) == text
