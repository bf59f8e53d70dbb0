"""The front's workers: started when needed, each with four places, restarted when one dies."""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab.handset import CALLS_PER_PROCESS
from lab.handset.endpoint import RTP_PORTS

log = logging.getLogger(__name__)

READY_S = 30.0
LEAVE_S = 2.5


@dataclass(eq=False, kw_only=True)
class Worker:
    """One process and the calls that it holds."""

    process: asyncio.subprocess.Process
    number: int
    port: int = 0
    calls: set[str] = field(default_factory=set)

    @property
    def free(self) -> int:
        """Places left; none before it listens."""
        return CALLS_PER_PROCESS - len(self.calls) if self.port else 0


class Team:
    """All workers; `on_ended` is told of each call that has left one."""

    def __init__(self, *, plan: Path, rtp_port_first: int, most: int, spare: int, ended: Callable[[str], None]) -> None:
        self._plan = plan
        self._rtp_port_first = rtp_port_first
        self._most = most
        self._spare = spare
        self._ended = ended
        self._workers: list[Worker] = []
        self._readers: set[asyncio.Task[None]] = set()
        self._growing = False
        self._leaving = False

    @property
    def growing(self) -> bool:
        """Whether places are about to become free."""
        return len(self._workers) < self._most or any(not worker.port for worker in self._workers)

    @property
    def _wants_more(self) -> bool:
        return sum(worker.free for worker in self._workers) < self._spare and len(self._workers) < self._most

    async def grow(self) -> None:
        """Start workers until there are spare places, or as many workers as allowed."""
        if self._growing or self._leaving:
            return
        self._growing = True
        try:
            while not self._leaving and self._wants_more:
                await self._start()
        finally:
            self._growing = False

    def place(self, call_id: str) -> Worker | None:
        """A worker for a new call: the one with the most places; None when all are taken."""
        worker = max(self._workers, key=lambda w: w.free, default=None)
        if worker is None or worker.free <= 0:
            return None
        worker.calls.add(call_id)
        return worker

    async def leave(self) -> None:
        """Close every worker's standard input and wait; what does not go is ended."""
        self._leaving = True
        for worker in self._workers:
            if worker.process.stdin is not None:
                worker.process.stdin.close()
        exits = [asyncio.ensure_future(worker.process.wait()) for worker in self._workers]
        if exits:
            await asyncio.wait(exits, timeout=LEAVE_S)
        for worker in self._workers:
            if worker.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    worker.process.kill()
        await asyncio.gather(*exits, *self._readers, return_exceptions=True)

    async def _start(self) -> None:
        used = {worker.number for worker in self._workers}
        number = next(n for n in range(self._most) if n not in used)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lab.carrier.worker",
            str(self._plan),
            str(self._rtp_port_first + number * RTP_PORTS),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        worker = Worker(process=process, number=number)
        self._workers.append(worker)
        ready = asyncio.Event()
        task = asyncio.create_task(self._read(worker, ready))
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ready.wait(), READY_S)

    async def _read(self, worker: Worker, ready: asyncio.Event) -> None:
        assert worker.process.stdout is not None
        async for line in worker.process.stdout:
            with contextlib.suppress(ValueError):
                row = json.loads(line)
                if "port" in row:
                    worker.port = row["port"]
                    ready.set()
                if "ended" in row:
                    worker.calls.discard(row["ended"])
                    self._ended(row["ended"])
        self._workers.remove(worker)
        ready.set()
        for call_id in worker.calls:
            self._ended(call_id)
        if not self._leaving:
            log.error("a worker of the carrier has ended", extra={"exit_code": await worker.process.wait()})
