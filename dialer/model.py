"""What the dialer needs to know."""

from dataclasses import dataclass
from pathlib import Path

from base.settings import TrunkSettings
from dialer.runtime.summary import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class DialerSettings:
    """What the dialer needs to know; the roof fills it from the settings."""

    node: str
    database_url: str
    spool: Path
    journal: Path
    """What Asterisk itself wrote down of its channels."""
    sounds: Path
    """Where the exchange reads the messages of abandonment from."""
    timezone: str
    language: Language
    trunks: dict[str, TrunkSettings]
