"""`alo trunk status` and `alo campaign route` on an installation's database: what they show, change and refuse."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from alo.routes import choose_caller_id, choose_route, route_campaign
from alo.trunks import show_trunks
from base.database import engine_url
from base.errors import SettingsError
from base.settings import Settings
from crm.tables import campaign, creditor, live
from crm.trunk_tables import trunk_day

SAO_PAULO, RIO = "+551140000000", "+552140000000"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    carrier = {"host": "127.0.0.1", "carrier": "Operadora"}
    return Settings.model_validate(
        {
            "database_url": database_url,
            "data_dir": tmp_path,
            "trunk": {
                "main": {**carrier, "caller_ids": [SAO_PAULO], "weight": 3},
                "backup": {**carrier, "caller_ids": [RIO, SAO_PAULO]},
            },
            "route": {"brasil": {"trunks": ["main", "backup"]}},
        }
    )


def written(settings: Settings, *rows: tuple[Any, dict[str, Any]]) -> None:
    engine = create_engine(engine_url(settings.database_url or ""))
    with Session(engine) as session, session.begin():
        for table, values in rows:
            session.execute(table.insert().values(values))
    engine.dispose()


def said(settings: Settings, *, numbers: bool = False) -> str:
    console = Console(file=io.StringIO(), width=160)
    show_trunks(settings, console, numbers=numbers)
    return console.file.getvalue()  # type: ignore[attr-defined]


def day(cause: int, calls: int, answered: int, *, trunk: str = "main", number: str = SAO_PAULO) -> tuple[Any, Any]:
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo("America/Sao_Paulo")).date()
    keys = {"day": today, "trunk": trunk, "caller_id": number, "cause": cause}
    return trunk_day, {**keys, "calls": calls, "answered": answered, "talked_s": answered * 30.0, "last_at": now}


def picture(age_s: float, limit_per_s: float | None) -> tuple[Any, Any]:
    at = (datetime.now(UTC) - timedelta(seconds=age_s)).isoformat()
    breath = {"breath": "free" if limit_per_s is None else "slowed", "limit_per_s": limit_per_s}
    trunks = {"main": {"up": 7, "state": "congested"}, "backup": {"up": 2, "state": "free"}}
    return live, {
        "topic": "trunks:main",
        "snapshot": {"node": "main", "at": at, "exchange": breath, "trunks": trunks},
    }


def test_status_shows_what_is_up_what_came_of_today_and_an_exchange_that_is_spared(settings: Settings) -> None:
    written(settings, day(16, 60, 60), day(17, 30, 0), day(34, 10, 0), day(16, 1, 1, trunk="backup", number=RIO))
    written(settings, picture(1, 4.0))
    told = " ".join(said(settings, numbers=True).split())
    assert "main │ Operadora │ congested │ 7 │ 60 │ 4 │ 100 │ 60.0 % │ 30.0 s │ 16: 60, 17: 30, 34: 10" in told
    assert "backup │ Operadora │ free │ 2" in told
    assert f"{RIO} │ backup │ 1 │ 100.0 %" in told
    assert "Asterisk is short of breath and is given 4 calls a second at most" in told


def test_a_picture_that_is_old_is_no_picture(settings: Settings) -> None:
    written(settings, picture(60, None))
    told = said(settings)
    assert "No dialer is running" in told
    assert "congested" not in told


def test_a_campaigns_way_out_is_shown_changed_and_told_to_the_dialer(settings: Settings) -> None:
    written(
        settings,
        (creditor, {"name": "Loja"}),
        (campaign, {"name": "recovery", "creditor_id": 1, "trunk": "main", "caller_id": SAO_PAULO, "hours": []}),
    )
    console = Console(file=io.StringIO(), width=160)
    route_campaign(settings, console, "recovery", trunk=None, caller_id=None, local_presence=None)
    assert f"calls by main and shows its own number {SAO_PAULO}" in console.file.getvalue()  # type: ignore[attr-defined]
    route_campaign(settings, console, "recovery", trunk="brasil", caller_id=RIO, local_presence=True)
    engine = create_engine(engine_url(settings.database_url or ""))
    with Session(engine) as session:
        row = session.execute(select(campaign.c.trunk, campaign.c.caller_id, campaign.c.local_presence)).one()
    engine.dispose()
    assert tuple(row) == ("brasil", RIO, True)
    with pytest.raises(SettingsError, match="does not declare"):
        route_campaign(settings, console, "recovery", trunk="main", caller_id=RIO, local_presence=None)


def test_the_only_route_is_meant_where_none_is_named(settings: Settings) -> None:
    assert choose_route(settings, None).name == "brasil"
    assert choose_caller_id(choose_route(settings, "backup"), None) == RIO
    several = settings.model_copy(update={"route": {}})
    with pytest.raises(SettingsError, match="--trunk: backup, main"):
        choose_route(several, None)
    with pytest.raises(SettingsError, match="There is no trunk mian"):
        choose_route(settings, "mian")
