"""A carrier with its workers, and a telephone to call it with, on free ports of the loopback."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.handset import Account, Endpoint, Line
from lab.handset.wave_file import tone, write
from lab.plan_model import (
    Address,
    Behaviour,
    CarrierAddress,
    Plan,
    PlannedAgent,
    PlannedDebtor,
    Side,
    Turn,
)


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def speech(tmp_path: Path) -> Callable[[str, float], str]:
    """Makes a WAV that sounds like an utterance: bursts of a tone with short pauses."""

    def make(name: str, seconds: float) -> str:
        path = tmp_path / f"{name}.wav"
        burst = np.concatenate([tone(300, 0.25), np.zeros(800)])
        write(path, np.resize(burst, round(seconds * 8_000)))
        return str(path)

    return make


@pytest.fixture
def dialogue(speech: Callable[[str, float], str]) -> tuple[Turn, ...]:
    """A debtor and an agent, two turns each."""
    return tuple(
        Turn(side=side, text=f"turn {index}", audio=speech(f"turn{index}", seconds))
        for index, (side, seconds) in enumerate(
            [(Side.DEBTOR, 0.5), (Side.AGENT, 1.2), (Side.DEBTOR, 0.9), (Side.AGENT, 0.6)]
        )
    )


@dataclass(kw_only=True)
class Carrier:
    plan: Plan
    stats_file: Path

    def stats(self) -> dict[str, Any]:
        return json.loads(self.stats_file.read_text())

    async def all_over(self, calls: int) -> None:
        """The carrier, too, has seen the end of so many calls; it says so once a second."""
        async with asyncio.timeout(5):
            # Another process writes the file.
            while (self.stats()["invites"], self.stats()["now"]) != (calls, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (Path(self.plan.said_dir) / "carrier.jsonl").read_text().splitlines()]

    def said(self) -> list[dict[str, Any]]:
        return [row for row in self.rows() if "side" in row]


MakePlan = Callable[..., Plan]
RunCarrier = Callable[[dict[str, list[Behaviour]]], AbstractAsyncContextManager[Carrier]]


@pytest.fixture
def make_plan(tmp_path: Path) -> MakePlan:
    def make(
        behaviours: dict[str, list[Behaviour]],
        *,
        agents: tuple[PlannedAgent, ...] = (),
        registrar: int = 5060,
        web: str = "http://127.0.0.1:1",
    ) -> Plan:
        return Plan(
            seed=1,
            carrier=CarrierAddress(address="127.0.0.1", port=free_port(), rtp_port_first=20_000 + os.getpid() % 10_000),
            registrar=Address(address="127.0.0.1", port=registrar),
            web=web,
            said_dir=str(tmp_path / "said"),
            debtors={
                number: PlannedDebtor(name="Maria", document="1", behaviours=tuple(each))
                for number, each in behaviours.items()
            },
            agents=agents,
        )

    return make


@asynccontextmanager
async def _carrier(plan: Plan, folder: Path) -> AsyncIterator[Carrier]:
    plan_file, ready, stats = folder / "plan.json", folder / "ready", folder / "stats.json"
    plan.dump(plan_file)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lab.carrier", plan_file, "--ready-file", ready, "--stats-file", stats
    )
    try:
        async with asyncio.timeout(30):
            while not ready.exists():  # the carrier's process writes it
                assert process.returncode is None
                await asyncio.sleep(0.05)
        yield Carrier(plan=plan, stats_file=stats)
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            assert await process.wait() == 0


@pytest.fixture
def carrier(make_plan: MakePlan, tmp_path: Path) -> RunCarrier:
    """Runs the carrier's processes with these behaviours; they must all end within 5 seconds of SIGTERM."""
    return lambda behaviours: _carrier(make_plan(behaviours), tmp_path)


@dataclass(kw_only=True)
class Telephone:
    endpoint: Endpoint
    account: Account

    def dial(self, number: str, at: Carrier) -> Line:
        return self.endpoint.dial(self.account, f"sip:{number}@127.0.0.1:{at.plan.carrier.port}")


@pytest.fixture
async def telephone() -> AsyncIterator[Telephone]:
    endpoint = Endpoint(address="127.0.0.1", rtp_port_first=31_000 + os.getpid() % 1_000)
    async with endpoint:
        yield Telephone(endpoint=endpoint, account=endpoint.add_account("caller"))
