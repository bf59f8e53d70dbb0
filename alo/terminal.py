"""What every command has in hand: the screen, the place for complaints, and the settings."""

import sys

from rich.console import Console

from base.settings import Settings, load_settings

# A page that is not a terminal (a log) is wide enough for the report's tables.
console = Console() if sys.stdout.isatty() else Console(width=120)
errors = Console(stderr=True)


def settings() -> Settings:
    """The settings of this command, from alo.toml and the environment."""
    return load_settings()
