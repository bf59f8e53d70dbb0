"""The processes of one machine: started in order, watched, stopped in the other order, and no other is touched."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from base.errors import AloError

log = logging.getLogger(__name__)

STOP_S = 12.0
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    # A supervisor that is killed outright must not leave a web server on the port.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process of ours, with its log."""

    def __init__(self, name: str, command: Sequence[str], *, log_dir: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log_path = log_dir / f"{name}.log"
        self._command = list(command)
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as output:
            # A session of its own: Ctrl-C reaches the supervisor alone, which then stops everything in order.
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  nothing runs in threads before our children are started
            )

    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """End it at once, without a word (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, seconds: float = STOP_S) -> None:
        """Ask, wait, and after `seconds` insist."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("a process did not stop when asked and is ended", extra={"child": self.name})
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


def ours(*arguments: str) -> list[str]:
    """The command line of another process of this program."""
    return [sys.executable, "-m", "alo", *arguments]


def wait_until_started(child: Child, ready: Callable[[], bool], *, seconds: float) -> None:
    """Wait until `ready()` is true. Raises AloError with the process's last words when it ends or takes too long."""
    end = time.monotonic() + seconds
    while not ready():
        if child.exit_code() is not None or time.monotonic() > end:
            why = "ended at its start" if child.exit_code() is not None else f"was not ready within {seconds:g} s"
            raise AloError(
                f"The {child.name} process {why}. Its log, {child.log_path}, ends with:\n{child.last_words()}"
            )
        time.sleep(0.1)
