"""Rows for pages to show: a small operation, built piece by piece."""

import hashlib
import math
import struct
import wave
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine

from crm import tables as crm
from crm.live import publish
from crm.timeline import Entry, attempt_key, record
from recording.tables import recording
from transcribe.tables import segment, transcript

NOW = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)


@dataclass
class Seed:
    """Writes rows through `engine`; ids of what was made are returned."""

    engine: AsyncEngine
    now: datetime = NOW
    _people: int = 0

    async def _id(self, table: Any, **values: Any) -> Any:
        async with self.engine.begin() as connection:
            return (await connection.execute(insert(table).values(**values).returning(table.c.id))).scalar_one()

    async def creditor(self, name: str = "Banco Aurora") -> int:
        return int(await self._id(crm.creditor, name=name))

    async def debtor(
        self,
        creditor: int,
        name: str,
        *,
        document: str | None = None,
        phone: str | None = None,
        debts: tuple[tuple[str, int, date], ...] = (),
    ) -> tuple[int, int]:
        """(debtor, phone's contact point)."""
        self._people += 1
        document = document or f"{52998224000 + self._people:011d}"
        person = await self._id(crm.debtor, creditor_id=creditor, name=name, document=document, state="SP")
        phone = phone or f"+551191234{self._people:04d}"
        point = await self._id(crm.contact_point, debtor_id=person, kind="phone", value=phone, phone_type="mobile")
        for contract, cents, due in debts:
            await self._id(
                crm.debt, creditor_id=creditor, debtor_id=person, contract=contract, amount_cents=cents, due_on=due
            )
        return int(person), int(point)

    async def agent(self, login: str, name: str, token: str = "") -> int:
        digest = hashlib.sha256((token or login).encode()).hexdigest()
        return int(await self._id(crm.agent, login=login, name=name, sip_password="x", api_token_sha256=digest))

    async def campaign(self, creditor: int, name: str = "Atraso até 30 dias", status: str = "running") -> int:
        return int(
            await self._id(
                crm.campaign,
                name=name,
                creditor_id=creditor,
                status=status,
                trunk="main",
                caller_id="+551140000000",
                hours={},
            )
        )

    async def attempt(
        self,
        campaign: int,
        person: tuple[int, int],
        outcome: str,
        *,
        ago_s: float = 60,
        lasted_s: float = 20,
        **told: Any,
    ) -> UUID:
        """A finished dial with its timeline row."""
        debtor, point = person
        call_id, placed = uuid4(), self.now - timedelta(seconds=ago_s)
        async with self.engine.begin() as connection:
            lead = (
                await connection.execute(
                    upsert(crm.lead)
                    .values(campaign_id=campaign, debtor_id=debtor)
                    .on_conflict_do_update(index_elements=["campaign_id", "debtor_id"], set_={"priority": 0})
                    .returning(crm.lead.c.id)
                )
            ).scalar_one()
            await connection.execute(
                insert(crm.attempt).values(
                    id=call_id,
                    campaign_id=campaign,
                    lead_id=lead,
                    debtor_id=debtor,
                    contact_point_id=point,
                    node="test",
                    rule="hours",
                    placed_at=placed,
                    outcome=outcome,
                    ended_at=placed + timedelta(seconds=lasted_s),
                )
            )
            await record(
                connection,
                Entry(
                    debtor_id=debtor,
                    happened_at=placed,
                    kind="call",
                    channel="phone",
                    direction="outbound",
                    actor="dialer",
                    merge_key=attempt_key(call_id),
                    summary=outcome,
                    payload=told,
                ),
            )
        return call_id

    async def talk(self, call_id: UUID, agent: int, *, bridged_s: float, disposition: str | None = None) -> None:
        """The attempt was answered and an agent talked."""
        async with self.engine.begin() as connection:
            await connection.execute(
                insert(crm.call).values(
                    id=call_id,
                    answered_at=self.now,
                    agent_id=agent,
                    joined_at=self.now,
                    ended_at=self.now + timedelta(seconds=bridged_s),
                    answer_to_joined_s=0.04,
                    bridged_s=bridged_s,
                    ended_by="debtor",
                    disposition=disposition,
                )
            )

    async def recorded(self, call_id: UUID, folder: Path, *, seconds: float = 12.0) -> bytes:
        """A stored two-channel recording; the file's bytes."""
        url = f"2026/03/10/{call_id}.wav"
        path = folder / url
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as sound:
            sound.setparams((2, 2, 8000, 0, "NONE", ""))
            tones = ((math.sin(i / 8) * 6000, math.sin(i / 5) * 6000) for i in range(int(seconds * 8000)))
            sound.writeframes(b"".join(struct.pack("<hh", int(left), int(right)) for left, right in tones))
        data = path.read_bytes()
        async with self.engine.begin() as connection:
            await connection.execute(
                insert(recording).values(
                    call_id=call_id,
                    status="stored",
                    url=url,
                    seconds=seconds,
                    sample_rate=8000,
                    sha256=hashlib.sha256(data).hexdigest(),
                )
            )
        return data

    async def said(self, call_id: UUID, *turns: tuple[str, float, float, str]) -> None:
        """The transcript: (speaker, start, end, text) each."""
        words = sum(len(line.split()) for *_, line in turns)
        async with self.engine.begin() as connection:
            await connection.execute(
                insert(transcript).values(call_id=call_id, model="base", language="pt", audio_s=12, words=words)
            )
            for position, (speaker, start, end, line) in enumerate(turns):
                await connection.execute(
                    insert(segment).values(
                        call_id=call_id, position=position, speaker=speaker, start_s=start, end_s=end, text=line
                    )
                )

    async def live(self, topic: str, snapshot: dict[str, Any]) -> None:
        """What the dialer does when something moved."""
        async with self.engine.begin() as connection:
            await publish(connection, topic, snapshot)


def floor_snapshot(campaign: int, *, at: datetime = NOW, **totals: Any) -> dict[str, Any]:
    """A `campaign:ID` picture as the dialer draws it."""
    agents = [
        ("ana.souza", "Ana Souza", "talking", 94),
        ("bruno.lima", "Bruno Lima", "talking", 31),
        ("carla.dias", "Carla Dias", "wrapup", 12),
        ("davi.rocha", "Davi Rocha", "ready", 7),
        ("elisa.melo", "Elisa Melo", "ready", 22),
        ("fabio.nunes", "Fábio Nunes", "paused", 640),
    ]
    tally = {state: sum(a[2] == state for a in agents) for state in ("ready", "talking", "wrapup", "paused", "offline")}
    return {
        "campaign": {"id": campaign, "name": "x", "status": "running", "mode": "progressive"},
        "at": at.isoformat(),
        "calls": {"dialling": 3, "ringing": 2, "waiting": 0, "talking": 2},
        "agents": tally,
        "agent_list": [
            {"login": login, "name": name, "state": state, "since": (at - timedelta(seconds=s)).isoformat()}
            for login, name, state, s in agents
        ],
        "totals": {
            "dials": 1284,
            "answers": 412,
            "connected": 396,
            "abandoned": 9,
            "abandonment": 9 / 412,
            "mean_wait_s": 0.42,
            "by_outcome": {
                "connected": 396,
                "abandoned": 9,
                "hangup_early": 7,
                "machine": 241,
                "noanswer": 438,
                "busy": 96,
                "dead_number": 71,
                "failed": 26,
            },
            **totals,
        },
        "leads": {"open": 2310, "reserved": 3, "dialling": 5, "closed": 402},
        "pacing": {"launch": 0, "reason": "all_agents_covered", "hold": None, "ready": 2, "leaving": 1, "in_flight": 5},
        "promise": {
            "abandonment": 0.03,
            "soft": None,
            "hard": None,
            "windows": [
                {"length_s": 86_400.0, "live": 412, "abandonment": totals.get("abandonment", 9 / 412)},
                {"length_s": 2_592_000.0, "live": 9120, "abandonment": 0.018},
            ],
        },
        "transcripts": {"pending": 4, "done": 392},
    }
