"""The messages of abandonment, as files the exchange plays: each named after what is in it, none written twice."""

import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from base.errors import SettingsError
from dialer.answer.fallback import fallback_message
from dialer.answer.wave import RATE_HZ, Samples, telephone_sound

log = logging.getLogger(__name__)

ENDING = ".sln"
_KEPT = re.compile(r"message-[0-9a-f]{16}")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMessage:
    """A message as a campaign names it."""

    name: str
    seconds: float


class Messages:
    """The messages in `folder`, signed 16-bit at 8 kHz."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, file: Path) -> KeptMessage:
        """Keep the sound of `file` as a message. Raises SettingsError when it cannot be one, or not be kept."""
        samples = telephone_sound(file)
        data = _encoded(samples)
        name = f"message-{hashlib.sha256(data).hexdigest()[:16]}"
        try:
            self._write(name, data)
        except OSError as error:
            raise SettingsError(f"The message cannot be kept in {self._folder}: {error.strerror}.") from error
        return KeptMessage(name=name, seconds=len(samples) / RATE_HZ)

    def has(self, name: str) -> bool:
        """Whether the message of this name is here."""
        return _KEPT.fullmatch(name) is not None and self._path(name).is_file()

    def of(self, name: str | None, caller_id: str) -> str:
        """The path, without ending, of a campaign's message: its own, or the built-in one where that is not here.

        One that cannot be written is logged: a call must not be lost for it.
        """
        if name is not None:
            if self.has(name):
                return str(self._folder / name)
            log.error("a campaign's message of abandonment is not on this machine", extra={"sound": name})
        builtin = f"number-{re.sub(r'[^0-9]', '', caller_id)}"
        try:
            if not self._path(builtin).is_file():
                self._write(builtin, _encoded(fallback_message(caller_id)))
        except OSError as error:
            log.error("the built-in message of abandonment cannot be written", extra={"why": error.strerror})  # noqa: TRY400
        return str(self._folder / builtin)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"

    def _write(self, name: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / f".{name}.{os.getpid()}"
        part.write_bytes(data)
        part.replace(self._path(name))


def _encoded(samples: Samples) -> bytes:
    return (np.clip(samples, -1.0, 1.0) * 32767).round().astype("<i2").tobytes()
