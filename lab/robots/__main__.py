"""`python -m lab.robots PLAN`: the plan's robot agents at work, until they are told to end.

More agents than one process has calls for are shared out among child processes, which leave when this one does.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path

from base.errors import AloError
from base.log import configure_logging
from lab.handset import CALLS_PER_PROCESS, Endpoint
from lab.handset.endpoint import RTP_PORTS
from lab.handset.journal import Journal
from lab.plan_model import Plan, PlannedAgent
from lab.robots.callee import Callees
from lab.robots.shift import Shift

CARRIER_WORKERS = 8  # the carrier's RTP ports come first
LEAVE_S = 2.5


async def work(plan: Plan, agents: tuple[PlannedAgent, ...], share: int, stop: asyncio.Event) -> None:
    """Let these agents (four at most) work in this process until `stop` is set."""
    said = Journal(Path(plan.said_dir) / "robots.jsonl")
    callees = Callees(plan)
    rtp_port_first = plan.carrier.rtp_port_first + (CARRIER_WORKERS + share) * RTP_PORTS
    async with Endpoint(address=plan.registrar.address, rtp_port_first=rtp_port_first) as endpoint:
        shifts = [
            asyncio.create_task(
                Shift(agent=agent, plan=plan, endpoint=endpoint, callees=callees, said=said).work(), name=agent.login
            )
            for agent in agents
        ]
        await stop.wait()
        for shift in shifts:
            shift.cancel()
        await asyncio.wait(shifts, timeout=1.0)


async def share_out(plan_file: Path, shares: int, stop: asyncio.Event) -> None:
    """Run each share in a child; one that ends is started again, until `stop` is set."""
    async with asyncio.TaskGroup() as tasks:
        for share in range(shares):
            tasks.create_task(_child(plan_file, share, stop))


async def _child(plan_file: Path, share: int, stop: asyncio.Event) -> None:
    while not stop.is_set():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "lab.robots", str(plan_file), "--share", str(share), stdin=asyncio.subprocess.PIPE
        )
        ended = asyncio.ensure_future(process.wait())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        assert process.stdin is not None
        process.stdin.close()  # the child's sign to leave
        await asyncio.wait([ended], timeout=LEAVE_S)
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await ended
        if not stop.is_set():
            await asyncio.sleep(1.0)


async def _stop_when_stdin_closes(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()


async def run(plan_file: Path, share: int | None) -> None:
    """All agents, or one share of them. Raises PlanError."""
    plan = Plan.load(plan_file)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if share is not None:
        # Ctrl-C in a terminal reaches the whole group; the parent decides when its children leave.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        watch = asyncio.create_task(_stop_when_stdin_closes(stop))
        first = share * CALLS_PER_PROCESS
        await work(plan, plan.agents[first : first + CALLS_PER_PROCESS], share, stop)
        await watch
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if len(plan.agents) <= CALLS_PER_PROCESS:
        await work(plan, plan.agents, 0, stop)
    else:
        await share_out(plan_file, -(-len(plan.agents) // CALLS_PER_PROCESS), stop)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.robots", description="the plan's robot agents at work")
    parser.add_argument("plan", type=Path, help="the lab's plan")
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    configure_logging("INFO")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        asyncio.run(run(chosen.plan, chosen.share))
    except AloError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
