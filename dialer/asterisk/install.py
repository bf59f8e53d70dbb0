"""Which Asterisk we run: the one named in the settings, the system's when it is 20 or newer, else a private one."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from base.debian import fetch_prefix, find_prefix, triplet
from base.errors import MissingPartError
from base.settings import Settings

OLDEST: Final = (20, 0)
PACKAGES: Final = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en")
_VERSION: Final = re.compile(r"Asterisk (?:certified[/-])?(\d+)\.(\d+)")


@dataclass(frozen=True, kw_only=True)
class AsteriskProgram:
    """An Asterisk that answers `-V`: how to start it and where its own files are."""

    command: tuple[str, ...]
    """What to put before Asterisk's own arguments."""
    modules_dir: Path
    data_dir: Path
    """Holds `sounds`, `documentation` and the like; read only."""
    version: tuple[int, int]

    @property
    def sounds_dir(self) -> Path:
        return self.data_dir / "sounds"


def find_asterisk(settings: Settings) -> AsteriskProgram | None:
    """The Asterisk to use, or None when one must be fetched first. Asks no network.

    Raises MissingPartError when the program named in the settings is not a usable one.
    """
    if settings.asterisk.program is not None:
        return _named(settings.asterisk.program)
    system = shutil.which("asterisk", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")
    if system:
        try:
            return _named(Path(system))
        except MissingPartError:
            # Too old or without its modules: the private one serves instead.
            pass
    return _private(settings)


def install_asterisk(
    settings: Settings, progress: Callable[[str, float | None], None] | None = None
) -> AsteriskProgram:
    """The Asterisk to use, fetched into the cache folder when this machine has none.

    `progress` is called with what is being done and the fraction done, if known. Raises MissingPartError.
    """
    found = find_asterisk(settings)
    if found is None:
        fetch_prefix(_prefix_dir(settings), PACKAGES, progress=progress)
        found = _private(settings)
    if found is None:
        raise MissingPartError(f"Asterisk was fetched into {_prefix_dir(settings)}, but is not there any more.")
    return found


def _prefix_dir(settings: Settings) -> Path:
    return settings.cache_dir / "asterisk"


def _named(program: Path) -> AsteriskProgram:
    if not program.is_file():
        raise MissingPartError(f"There is no Asterisk at {program}; correct `program` under [asterisk] in alo.toml.")
    beside = program.resolve().parent.parent
    places = [lib / "asterisk" / "modules" for lib in (beside / "lib" / triplet(), beside / "lib64", beside / "lib")]
    modules = next((p for p in places if (p / "chan_pjsip.so").exists()), None)
    if modules is None:
        raise MissingPartError(
            f"{program} has no chan_pjsip module in {' or '.join(map(str, places))}. Install Asterisk's modules, or "
            "remove `program` from alo.toml and let Alô fetch an Asterisk of its own."
        )
    data_places = (beside / "share/asterisk", Path("/var/lib/asterisk"))
    data = next((p for p in data_places if (p / "sounds").is_dir()), data_places[0])
    return _checked((str(program),), modules, data)


def _private(settings: Settings) -> AsteriskProgram | None:
    prefix = find_prefix(_prefix_dir(settings), PACKAGES)
    if prefix is None:
        return None
    modules = prefix.libraries / "asterisk" / "modules"
    return _checked(prefix.command("usr/sbin/asterisk"), modules, prefix.root / "usr/share/asterisk")


def _checked(command: tuple[str, ...], modules: Path, data: Path) -> AsteriskProgram:
    try:
        said = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingPartError(f"{command[-1]} does not start: {error}. Install Asterisk 20 or newer.") from error
    match = _VERSION.search(said.stdout)
    if match is None:
        words = (said.stderr or said.stdout).strip()[-200:]
        raise MissingPartError(f"{command[-1]} does not say its version: {words}. Install Asterisk 20 or newer.")
    version = (int(match[1]), int(match[2]))
    if version < OLDEST:
        raise MissingPartError(
            f"{command[-1]} is Asterisk {match[1]}.{match[2]}, and Alô needs {OLDEST[0]} or newer. Remove `program` "
            "from alo.toml and Alô fetches one of its own."
        )
    return AsteriskProgram(command=command, modules_dir=modules, data_dir=data, version=version)
