"""A process with up to four debtors on the telephone, run by the front.

Says on standard output, a JSON object a line, where it listens and which calls have ended; leaves when its standard
input is closed, so it never outlives the front.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from base.log import configure_logging
from lab.carrier.debtor import Household, spawn
from lab.carrier.message import BEHAVIOUR_HEADER
from lab.handset import Endpoint, Line
from lab.handset.journal import Journal
from lab.handset.wave_file import tone, write
from lab.plan_model import Plan

log = logging.getLogger(__name__)


def _tell(**row: Any) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


async def serve(plan: Plan, rtp_port_first: int) -> None:
    """Take calls until standard input is closed."""
    with tempfile.TemporaryDirectory(prefix="alo-carrier-") as folder:
        beep = Path(folder) / "beep.wav"
        write(beep, tone(1_000, 0.4))
        home = Household(said=Journal(Path(plan.said_dir) / "carrier.jsonl"), beep=beep)
        tasks: set[asyncio.Task[None]] = set()

        def incoming(line: Line) -> None:
            debtor = plan.debtors.get(line.dialled)
            if debtor is None:
                line.hang_up(404)
                _tell(ended=line.call_id)
                return
            index = int(line.headers.get(BEHAVIOUR_HEADER.lower(), "0"))
            task = spawn(tasks, line, debtor.behaviours[min(index, len(debtor.behaviours) - 1)], home)
            task.add_done_callback(lambda done: _over(line, done))

        endpoint = Endpoint(address=plan.carrier.address, rtp_port_first=rtp_port_first, on_incoming=incoming)
        endpoint.add_account("carrier")
        async with endpoint:
            _tell(port=endpoint.port)
            await _stdin_closed()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _over(line: Line, done: asyncio.Task[None]) -> None:
    if not done.cancelled() and (error := done.exception()):
        log.error("a debtor's call broke off", exc_info=error)
    _tell(ended=line.call_id)


async def _stdin_closed() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


def main() -> None:
    parser = argparse.ArgumentParser(description="up to four simulated debtors on the telephone")
    parser.add_argument("plan", type=Path)
    parser.add_argument("rtp_port_first", type=int)
    chosen = parser.parse_args()
    configure_logging("WARNING")
    # Ctrl-C in a terminal reaches the whole group; the front decides when its workers leave.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    asyncio.run(serve(Plan.load(chosen.plan), chosen.rtp_port_first))


if __name__ == "__main__":
    main()
