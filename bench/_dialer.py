"""A dialer in this process, on an exchange that is none: for what the telephones would only hide."""

from collections.abc import Iterable
from pathlib import Path

from base.clock import SystemClock
from base.database import create_engine
from base.settings import TrunkSettings
from dialer.asterisk.port import Exchange
from dialer.model import DialerSettings
from dialer.runtime import roster
from dialer.service import Dialer

CALLER_ID = "+551140000000"


def dialer(
    exchange: Exchange, *, url: str, folder: Path, trunk: str, max_calls: int, calls_per_second: float
) -> Dialer:
    """Ready to be started, with one trunk; agents are let in by the exchange itself."""

    async def configure(_accounts: Iterable[roster.AgentAccount]) -> None:
        """Nothing is written for a program that does not run."""

    limits = TrunkSettings(
        host="127.0.0.1", caller_ids=(CALLER_ID,), calls_per_second=calls_per_second, max_calls=max_calls
    )
    return Dialer(
        settings=DialerSettings(
            node="main",
            database_url=url,
            spool=folder,
            journal=folder / "journal",
            sounds=folder / "sounds",
            timezone="America/Sao_Paulo",
            language="pt-BR",
            trunks={trunk: limits},
        ),
        engine=create_engine(url),
        exchange=exchange,
        clock=SystemClock(),
        configure_agents=configure,
    )
