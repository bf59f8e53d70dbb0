"""Asterisk as a process of ours: started whole or not at all, found again after a restart, and stopped."""

import contextlib
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import Final

import psutil

from base.errors import AloError
from base.settings import Settings
from dialer.asterisk.configure import AsteriskPlaces, places
from dialer.asterisk.install import AsteriskProgram

_ASK_AGAIN_S: Final = 0.1
_TAIL_LINES: Final = 6


class AsteriskError(AloError):
    """Asterisk did not start, or cannot."""


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port Asterisk is to listen on, and the setting that moves it."""

    kind: socket.SocketKind
    address: str
    number: int
    setting: str


class AsteriskProcess:
    """The Asterisk of `settings.asterisk_dir`, whose configuration has been written before."""

    def __init__(self, program: AsteriskProgram, settings: Settings) -> None:
        self.program = program
        self.settings = settings
        self.places: AsteriskPlaces = places(settings)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs from our folder, whoever started it; None when there is none."""
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        try:
            pid = int(self.places.pid_file.read_text())
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        # A pid is given again to another process some day: the command line must name our configuration.
        return pid if str(self.places.config) in command else None

    def running(self) -> bool:
        return self.pid is not None

    def start(self, *, timeout_s: float = 60.0) -> bool:
        """Start Asterisk and return when it is fully booted; False when it was running already and is adopted.

        Raises AsteriskError with the reason, and then leaves nothing running.
        """
        if self.running():
            self._wait_until_booted(time.monotonic() + timeout_s)
            return False
        for port in self._ports():
            _check_free(port)
        try:
            self._spawn()
        except OSError as error:
            raise AsteriskError(
                f"Asterisk did not start: {error}. Is the disk full, or {self.places.directory} not yours?"
            ) from error
        try:
            self._wait_until_booted(time.monotonic() + timeout_s)
        except BaseException:
            self.stop(timeout_s=1.0)
            raise
        return True

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """Hang up all calls and end the process: asked first, killed after `timeout_s`; nothing when none runs."""
        pid = self.pid
        if pid is None:
            self.places.pid_file.unlink(missing_ok=True)
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            process.terminate()
            try:
                self._reap(process, timeout_s)
            except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
                process.kill()
                self._reap(process, 5.0)
        self._child = None
        self.places.pid_file.unlink(missing_ok=True)

    def console(self, command: str, *, timeout_s: float = 15.0) -> str:
        """What Asterisk's console answers to `command`. Raises AsteriskError when it does not answer in time."""
        line = [*self.program.command, "-C", str(self.places.config), "-rx", command]
        try:
            done = subprocess.run(line, capture_output=True, text=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired as error:
            raise AsteriskError(f"Asterisk's console did not answer within {timeout_s:.0f} s.") from error
        if done.returncode:
            raise AsteriskError(f"Asterisk's console cannot be reached: {(done.stderr or done.stdout).strip()[-200:]}")
        return done.stdout

    def _spawn(self) -> None:
        self.places.log_dir.mkdir(parents=True, exist_ok=True)
        self.places.log.unlink(missing_ok=True)
        with (self.places.log_dir / "start.log").open("wb") as output:
            self._child = subprocess.Popen(
                [*self.program.command, "-f", "-C", str(self.places.config)],
                cwd=self.places.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C at the terminal must not end the calls before we have said goodbye to them.
                start_new_session=True,
            )

    def _wait_until_booted(self, until: float) -> None:
        while not self._manager_answers():
            if not self.running():
                raise AsteriskError(f"Asterisk ended while starting. {self._last_words()}")
            if time.monotonic() > until:
                raise AsteriskError(f"Asterisk is not ready in time. {self._last_words()}")
            time.sleep(_ASK_AGAIN_S)
        try:
            self.console("core waitfullybooted", timeout_s=max(until - time.monotonic(), 1.0))
        except AsteriskError as error:
            raise AsteriskError(f"{error} {self._last_words()}") from error

    def _manager_answers(self) -> bool:
        asterisk = self.settings.asterisk
        try:
            with socket.create_connection((asterisk.manager_host, asterisk.manager_port), timeout=1.0) as link:
                return link.recv(64).startswith(b"Asterisk Call Manager")
        except OSError:
            return False

    def _last_words(self) -> str:
        for path in (self.places.log, self.places.log_dir / "start.log"):
            with contextlib.suppress(OSError):
                lines = [x for x in path.read_text(errors="replace").splitlines() if x.strip()]
                if lines:
                    return f"Its log, {path}, ends with: " + " / ".join(lines[-_TAIL_LINES:])
        return f"It said nothing in {self.places.log_dir}."

    def _reap(self, process: psutil.Process, timeout_s: float) -> None:
        if self._child is not None and self._child.pid == process.pid:
            self._child.wait(timeout_s)
        else:
            process.wait(timeout_s)

    def _ports(self) -> tuple[Port, ...]:
        asterisk = self.settings.asterisk
        udp, tcp = socket.SOCK_DGRAM, socket.SOCK_STREAM
        sip, number = asterisk.bind_address, asterisk.sip_port
        return (
            Port(kind=udp, address=sip, number=number, setting="sip_port"),
            Port(kind=tcp, address=sip, number=number, setting="sip_port"),
            Port(kind=tcp, address="127.0.0.1", number=asterisk.http_port, setting="http_port"),
            Port(kind=tcp, address=asterisk.manager_host, number=asterisk.manager_port, setting="manager_port"),
        )


def _check_free(port: Port) -> None:
    with socket.socket(socket.AF_INET, port.kind) as trial:
        if port.kind is socket.SOCK_STREAM:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((port.address, port.number))
        except OSError as error:
            protocol = "UDP" if port.kind is socket.SOCK_DGRAM else "TCP"
            raise AsteriskError(
                f"Asterisk cannot have {protocol} port {port.number} at {port.address}: {error.strerror}. Stop the "
                f"program that has it, or set another `{port.setting}` under [asterisk] in alo.toml."
            ) from error
