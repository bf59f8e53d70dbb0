"""The lab on a real Asterisk: robots park, are joined to debtors, talk, are recorded and do their desk work."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.handset.wave_file import tone, write
from lab.plan_model import (
    Address,
    Behaviour,
    BehaviourKind,
    CarrierAddress,
    Plan,
    PlannedAgent,
    PlannedDebtor,
    Side,
    Turn,
    Utterance,
)
from tests.asterisk.conftest import RunningAsterisk, free_port
from tests.asterisk.lab_floor import Floor, Manager, Seat, agent_api

pytestmark = pytest.mark.timeout(300)
DEBTOR_HZ, AGENT_HZ = 400, 1_300
PROMISES, DISPUTES, MAILBOX, HANGS_UP = "+5511987650001", "+5511987650002", "+5511987650003", "+5511987650004"


def utterance(folder: Path, side: Side, seconds: float) -> str:
    path = folder / f"{side}-{seconds}.wav"
    hertz = DEBTOR_HZ if side is Side.DEBTOR else AGENT_HZ
    write(path, np.resize(np.concatenate([tone(hertz, 0.25), np.zeros(800)]), round(seconds * 8_000)))
    return str(path)


def talks(folder: Path, *, ends: Side, disposition: str) -> Behaviour:
    lengths = [(Side.DEBTOR, 0.5), (Side.AGENT, 1.0), (Side.DEBTOR, 0.8), (Side.AGENT, 0.7), (Side.DEBTOR, 0.6)]
    return Behaviour(
        kind=BehaviourKind.TALKS,
        ring_s=0.2,
        turns=tuple(
            Turn(side=side, text=f"{side} {seconds}", audio=utterance(folder, side, seconds))
            for side, seconds in lengths
        ),
        ends=ends,
        disposition=disposition,
        disposition_data={"amount_cents": 12345},
        wrapup_s=0.2,
    )


@pytest.fixture
def plan(asterisk: RunningAsterisk, tmp_path: Path) -> Plan:
    greeting = Utterance(text="leave a message", audio=utterance(tmp_path, Side.DEBTOR, 2.0))
    behaviours = {
        PROMISES: talks(tmp_path, ends=Side.AGENT, disposition="promise"),
        DISPUTES: talks(tmp_path, ends=Side.DEBTOR, disposition="dispute"),
        MAILBOX: Behaviour(kind=BehaviourKind.VOICEMAIL, ring_s=0.2, greeting=greeting),
        HANGS_UP: Behaviour(kind=BehaviourKind.HANGS_UP, ring_s=0.2),
    }
    return Plan(
        seed=1,
        carrier=CarrierAddress(
            address="127.0.0.1", port=asterisk.carrier_port, rtp_port_first=30_000 + os.getpid() % 100 * 20
        ),
        registrar=Address(address="127.0.0.1", port=asterisk.settings.asterisk.sip_port),
        web=f"http://127.0.0.1:{free_port()}",
        said_dir=str(tmp_path / "said"),
        debtors={
            number: PlannedDebtor(name="Maria", document="1", behaviours=(each,)) for number, each in behaviours.items()
        },
        agents=tuple(
            PlannedAgent(login=agent.login, password=agent.password, token=f"token-{agent.login}", voice="x")
            for agent in asterisk.agents
        ),
    )


@pytest.fixture
async def floor(asterisk: RunningAsterisk) -> AsyncIterator[Floor]:
    manager = await Manager.connect(asterisk)
    yield Floor(manager=manager, asterisk=asterisk)
    await manager.close()


@pytest.fixture
async def lab(plan: Plan, floor: Floor, tmp_path: Path) -> AsyncIterator[dict[str, Seat]]:
    """Carrier, robots and the agent API at work; the processes must leave within 20 seconds of being told."""
    assert floor  # robots that park before it listens would be missed
    plan_file = tmp_path / "plan.json"
    plan.dump(plan_file)
    seats = {agent.token: Seat(login=agent.login) for agent in plan.agents}
    async with agent_api(seats, int(plan.web.rpartition(":")[2])):
        ready = tmp_path / "ready"
        processes = [
            await asyncio.create_subprocess_exec(sys.executable, "-m", *words)
            for words in (("lab.carrier", plan_file, "--ready-file", ready), ("lab.robots", plan_file))
        ]
        try:
            async with asyncio.timeout(60):
                while not ready.exists():  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.05)
            yield {seat.login: seat for seat in seats.values()}
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert [await process.wait() for process in processes] == [0, 0]


def said(plan: Plan, who: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (Path(plan.said_dir) / f"{who}.jsonl").read_text().splitlines()]
    return [row for row in rows if "side" in row]


def loudness(leg: Path, hertz: int) -> float:
    """How much of a leg is this tone, against full scale."""
    samples = np.frombuffer(leg.read_bytes(), "<i2") / 32_768
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / 8_000))))


async def test_robots_and_debtors_talk_on_a_real_asterisk(
    plan: Plan, lab: dict[str, Seat], floor: Floor, asterisk: RunningAsterisk
) -> None:
    await asyncio.gather(*(floor.parked(login) for login in lab))

    promised, disputed, mailbox = await asyncio.gather(
        floor.call(PROMISES, lab["ana"]), floor.call(DISPUTES, lab["bruno"]), floor.call(MAILBOX, lab["carla"])
    )
    gone = await floor.call(HANGS_UP, lab["carla"])

    assert lab["ana"].dispositions == [{"call_id": promised, "code": "promise", "data": {"amount_cents": 12345}}]
    assert lab["bruno"].dispositions == [{"call_id": disputed, "code": "dispute", "data": {"amount_cents": 12345}}]
    assert [each["code"] for each in lab["carla"].dispositions] == ["machine", "silent"]
    assert lab["carla"].dispositions[1]["call_id"] == gone
    assert all(seat.state == "ready" for seat in lab.values())
    for number, call_id in ((PROMISES, promised), (DISPUTES, disputed)):
        rows = [row for row in said(plan, "carrier") if row["number"] == number]
        rows += [row for row in said(plan, "robots") if row["call_id"] == call_id]
        rows.sort(key=lambda row: row["started_at"])
        assert [(row["turn"], row["completed"]) for row in rows] == [(turn, True) for turn in range(5)]
        # They take turns: nobody begins before the other has finished.
        assert all(before["ended_at"] < after["started_at"] for before, after in pairwise(rows))
        debtor, agent = (asterisk.places.legs / f"{call_id}-{side}.sln" for side in ("debtor", "agent"))
        assert loudness(debtor, DEBTOR_HZ) > 10 * loudness(debtor, AGENT_HZ)
        assert loudness(agent, AGENT_HZ) > 10 * loudness(agent, DEBTOR_HZ)
    assert mailbox not in {row["call_id"] for row in said(plan, "robots")}


async def test_a_robot_whose_leg_is_lost_parks_again(lab: dict[str, Seat], floor: Floor) -> None:
    channel = await floor.parked("ana")
    await floor.parked("bruno")

    floor.manager.send(Action="Hangup", Channel=channel)

    again = await floor.manager.event(
        lambda e: e.get("UserEvent") == "AloParked" and e.get("Login") == "ana" and e.get("Channel") != channel
    )
    assert again["Channel"]
    await lab["ana"].until("ready")
