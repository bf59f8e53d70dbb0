"""`python -m lab.carrier PLAN`: the simulated carrier, until it is told to end."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from base.errors import AloError
from base.log import configure_logging
from lab.carrier.front import Front
from lab.carrier.team import Team
from lab.plan_model import Plan


class PortTakenError(AloError):
    """The carrier's port is in use."""


async def run(plan_file: Path, *, ready_file: Path | None, stats_file: Path | None, most: int, spare: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises PlanError, PortTakenError."""
    plan = Plan.load(plan_file)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        transport, front = await loop.create_datagram_endpoint(
            lambda: Front(plan), local_addr=(plan.carrier.address, plan.carrier.port)
        )
    except OSError as error:
        raise PortTakenError(f"UDP port {plan.carrier.port} for the simulated carrier is taken: {error}") from error
    front.team = Team(
        plan=plan_file, rtp_port_first=plan.carrier.rtp_port_first, most=most, spare=spare, ended=front.ended
    )
    try:
        await front.team.grow()
        if ready_file is not None:
            ready_file.write_text("ready\n")
        while not stop.is_set():
            if stats_file is not None:
                front.write_stats(stats_file)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1.0)
            await front.team.grow()
    finally:
        await front.team.leave()
        if stats_file is not None:
            front.write_stats(stats_file)
        transport.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.carrier", description="the simulated carrier and its debtors")
    parser.add_argument("plan", type=Path, help="the lab's plan")
    parser.add_argument("--ready-file", type=Path, help="written when calls are taken")
    parser.add_argument("--stats-file", type=Path, help="counts of calls, written each second and at the end")
    parser.add_argument("--workers", type=int, default=8, help="processes at most, four calls each (default: 8)")
    parser.add_argument("--spare", type=int, default=8, help="places kept free, as long as there may be more workers")
    chosen = parser.parse_args()
    configure_logging("INFO")
    try:
        asyncio.run(
            run(
                chosen.plan,
                ready_file=chosen.ready_file,
                stats_file=chosen.stats_file,
                most=chosen.workers,
                spare=chosen.spare,
            )
        )
    except AloError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
