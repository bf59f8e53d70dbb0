"""What each part of a floor costs: cores and memory of the dialer, Asterisk, PostgreSQL and the telephones' ends."""

import os
import time
from typing import Any

import psutil

from bench._floor import Floor

MB = 2**20


class Load:
    """What was spent from now on, in cores, and what else the machine did meanwhile."""

    def __init__(self, up: Floor) -> None:
        self._up = up
        self._at = time.monotonic()
        self._before = self._spent()

    def figures(self, name: str) -> dict[str, Any]:
        """`NAME_PART_cores` for each part, and for all programs that are not the benchmark's."""
        seconds = time.monotonic() - self._at
        now = self._spent()
        cores = {part: max(0.0, now[part] - before) / seconds for part, before in self._before.items()}
        machine = cores.pop("machine")
        return {
            **{f"{name}_{part}_cores": used for part, used in cores.items()},
            f"{name}_other_programs_cores": max(0.0, machine - sum(cores.values())),
            f"{name}_load_1m": os.getloadavg()[0],
        }

    def _spent(self) -> dict[str, float]:
        spent = {part: sum(map(_cpu_s, found)) for part, found in parts(self._up).items()}
        machine = psutil.cpu_times()
        busy = sum(machine) - machine.idle - machine.iowait - machine.guest - machine.guest_nice
        return {**spent, "machine": busy}


def parts(up: Floor) -> dict[str, list[psutil.Process]]:
    """The processes of each part. `ends` are SIPp's, the carrier's and the agents', and the benchmark itself."""
    dialer, asterisk = psutil.Process(up.dialer.pid), psutil.Process(up.asterisk.pid)
    postmaster = psutil.Process(up.postmaster())
    database = [postmaster, *postmaster.children(recursive=True)]
    own = psutil.Process()
    others = {own, *own.children(recursive=True)} - {dialer, asterisk, *database}
    return {"dialer": [dialer], "asterisk": [asterisk], "postgres": database, "ends": list(others)}


def memory_mb(up: Floor) -> dict[str, float]:
    """Resident memory, in MB; proportional for PostgreSQL's processes, which share most of theirs."""
    found = parts(up)
    return {
        "dialer_rss_mb": found["dialer"][0].memory_info().rss / MB,
        "asterisk_rss_mb": found["asterisk"][0].memory_info().rss / MB,
        "postgres_pss_mb": sum(_pss(process) for process in found["postgres"]) / MB,
    }


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
