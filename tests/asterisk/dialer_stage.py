"""The product's own dialer process on a real Asterisk and a real database, with a campaign, agents and debtors."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from alo.processes import Child, ours
from alo.up import environment_of
from base.settings import Settings
from crm import agents, campaigns, commands, live, tables
from crm.model import CampaignStatus, Mode, WeeklyHours
from tests.asterisk.dialer_sip import Carrier, Softphone

CAMPAIGN = "cobrança"
CALLER_ID = "+551140000000"
UP = "the link to Asterisk is up"


def number(n: int) -> str:
    return f"+55119876{n:05d}"


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One attempt with everything that hangs on it."""

    id: str
    number: str
    outcome: str | None
    cause: int | None
    lead: str
    attempts: int
    answered: bool
    ended_by: str | None
    disposition: str | None
    agent: str | None
    joined_s: float | None
    bridged_s: float | None
    rows: int
    row_outcome: str | None
    finalise_jobs: int
    rests: bool
    """The lead is not due now."""
    point: str


class Stage:
    """Enter it with a running Asterisk; leave it and the dialer, the softphones and the calls are gone."""

    def __init__(self, *, settings: Settings, engine: AsyncEngine, database_url: str, logs: Path) -> None:
        self.settings = settings
        self.engine = engine
        self.database_url = database_url
        self.logs = logs
        self.carrier = Carrier(settings.trunk["main"].port)
        self.second = Carrier(settings.trunk["second"].port)
        """Where trunk `second` leads."""
        self.phones: dict[str, Softphone] = {}
        self.campaign_id = 0
        self._dialer: Child | None = None
        self._neighbour: Child | None = None
        self._logins: list[str] = []
        self._passwords: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await self.carrier.__aenter__()
        await self.second.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self.phones.values():
            await phone.__aexit__()
        await self.carrier.__aexit__()
        await self.second.__aexit__()
        for process in (self._dialer, self._neighbour):
            if process is not None:
                await asyncio.to_thread(process.stop)

    @property
    def dialer(self) -> Child:
        assert self._dialer is not None
        return self._dialer

    async def open(
        self,
        *,
        agents_: Iterable[str] = ("ana",),
        numbers: Iterable[str] = (),
        ratio: float = 1.0,
        ring_timeout_s: int = 20,
        wrapup_timeout_s: int = 30,
        trunk: str = "main",
    ) -> None:
        """A running campaign with these agents, whose softphones are not parked yet, and a lead for each number."""
        async with self.engine.begin() as connection:
            self.campaign_id = await campaigns.create(
                connection,
                name=CAMPAIGN,
                creditor="Banco",
                trunk=trunk,
                caller_id=CALLER_ID,
                mode=Mode.RATIO,
                hours=WeeklyHours.always(),
                ring_timeout_s=ring_timeout_s,
                wrapup_timeout_s=wrapup_timeout_s,
            )
            await connection.execute(update(tables.campaign).values(pacing={"ratio": ratio}))
            await campaigns.set_status(connection, CAMPAIGN, CampaignStatus.RUNNING)
        for login in agents_:
            await self.add_agent(login)
        await self.add_leads(numbers)

    async def add_agent(self, login: str, node: str | None = None) -> None:
        async with self.engine.begin() as connection:
            new = await agents.add(connection, login=login, name=login.title(), campaigns=[CAMPAIGN], node=node)
        phone = Softphone(login, new.sip_password, self.settings.asterisk.sip_port)
        self.phones[login] = await phone.__aenter__()

    async def add_leads(self, numbers: Iterable[str]) -> None:
        async with self.engine.begin() as connection:
            creditor = (await connection.execute(select(tables.creditor.c.id))).scalar_one()
            for n in numbers:
                made = insert(tables.debtor).values(
                    creditor_id=creditor, document=n[-11:], name="Maria Souza", state="SP"
                )
                debtor = (await connection.execute(made.returning(tables.debtor.c.id))).scalar_one()
                point = {"debtor_id": debtor, "kind": "phone", "value": n, "phone_type": "mobile"}
                await connection.execute(insert(tables.contact_point).values(point))
                await connection.execute(insert(tables.lead).values(campaign_id=self.campaign_id, debtor_id=debtor))

    async def intent(self, n: str) -> str:
        """An attempt that was committed and never dialled, as a dialer killed in that moment leaves it."""
        await self.add_leads([n])
        attempt = str(uuid4())
        async with self.engine.begin() as connection:
            await connection.execute(
                text(
                    "with taken as (update lead set status = 'dialling' from contact_point p where p.value = :number "
                    "and p.debtor_id = lead.debtor_id returning lead.id, campaign_id, lead.debtor_id, p.id as point) "
                    "insert into attempt (id, campaign_id, lead_id, debtor_id, contact_point_id, node, rule, placed_at)"
                    " select :id, campaign_id, id, debtor_id, point, 'main', 'test', now() - interval '6 s' from taken"
                ),
                {"number": n, "id": UUID(attempt)},
            )
        return attempt

    async def start_dialer(self) -> None:
        self._dialer = await self._started("dialer", {})

    async def start_neighbour(self, node: str) -> None:
        """A dialer of another node beside ours, on the same exchange."""
        self._neighbour = await self._started(node, {"ALO_NODE": node})

    async def _started(self, name: str, more: dict[str, str]) -> Child:
        environment = {**environment_of(self.settings), "ALO_DATABASE_URL": self.database_url, **more}
        child = Child(name, ours("dialer"), log_dir=self.logs, environment=environment)
        before = self.said(UP, name)
        await asyncio.to_thread(child.start)

        async def up() -> bool:
            assert child.exit_code() is None, child.last_words()
            return self.said(UP, name) > before

        await until(up, within_s=60)
        return child

    async def run_another_dialer(self) -> tuple[int, str]:
        """A second dialer process for the same node: its exit code and what it said."""
        environment = {**environment_of(self.settings), "ALO_DATABASE_URL": self.database_url}
        other = Child("another", ours("dialer"), log_dir=self.logs, environment=environment)
        other.start()

        async def ended() -> bool:
            return other.exit_code() is not None

        await until(ended, within_s=60)
        return other.exit_code() or 0, other.last_words()

    async def facts(self, call_id: str) -> dict[str, datetime]:
        """When the first fact of each kind happened to this call."""
        query = text("select kind, min(happened_at) as at from call_fact where call_id = :id group by kind")
        async with self.engine.connect() as connection:
            return {row.kind: row.at for row in await connection.execute(query, {"id": UUID(call_id)})}

    def kill_dialer(self) -> None:
        os.kill(self.dialer.pid, signal.SIGKILL)
        self.dialer.stop()

    def said(self, words: str, process: str = "dialer") -> int:
        """How often the process's log has these words."""
        path = self.logs / f"{process}.log"
        return path.read_text().count(words) if path.exists() else 0

    async def park(self, *logins: str) -> None:
        for login in logins or tuple(self.phones):
            await self.phones[login].park()

    async def ask(self, kind: str, **payload: Any) -> str | None:
        """A command; None when it was done, else why not."""
        async with self.engine.begin() as connection:
            asked = await commands.ask(connection, kind, payload)
        return await commands.wait(self.engine, asked)

    async def agent(self, login: str) -> dict[str, Any]:
        async with self.engine.connect() as connection:
            return await live.read(connection, f"agent:{login}") or {"state": None, "call": None}

    async def picture(self) -> dict[str, Any]:
        async with self.engine.connect() as connection:
            return await live.read(connection, f"campaign:{self.campaign_id}") or {}

    async def until_agent(self, login: str, state: str, within_s: float = 40) -> dict[str, Any]:
        async def so() -> bool:
            return (await self.agent(login))["state"] == state

        await until(so, within_s=within_s, else_say=lambda: self.agent(login))
        return await self.agent(login)

    async def talking(self, *logins: str) -> dict[str, str]:
        """Wait until each of these agents talks; the numbers they talk to, by login."""
        return {login: (await self.until_agent(login, "talking"))["call"]["number"] for login in logins}

    async def until_over(self, *numbers: str, within_s: float = 60) -> dict[str, Dial]:
        """Wait until the only dial of each of these numbers has its outcome."""

        async def so() -> bool:
            dials = await self.dials()
            return all(n in dials and dials[n].outcome is not None for n in numbers)

        await until(so, within_s=within_s, else_say=self.dials)
        return await self.dials()

    async def dials(self) -> dict[str, Dial]:
        """Every attempt by number. Fails when a number was dialled twice."""
        async with self.engine.connect() as connection:
            rows = (await connection.execute(text(_DIALS))).mappings().all()
        assert len({row["number"] for row in rows}) == len(rows), "a number was dialled twice"
        return {row["number"]: Dial(**row) for row in rows}

    def leg_seconds(self, call_id: str) -> tuple[float, float]:
        """Length of the debtor's and of the agent's leg, in seconds."""
        folder = self.settings.asterisk_dir / "spool" / "alo"
        debtor, agent = ((folder / f"{call_id}-{side}.sln").stat().st_size / 16_000 for side in ("debtor", "agent"))
        return debtor, agent


_DIALS = """
select a.id::text as id, p.value as number, a.outcome, a.hangup_cause as cause, l.status as lead, l.attempts,
       c.id is not null as answered, c.ended_by, c.disposition, g.login as agent, c.answer_to_joined_s as joined_s,
       c.bridged_s, l.next_at > now() + interval '5 s' as rests, p.status as point,
       (select count(*) from timeline t where t.merge_key = 'attempt:' || a.id) as rows,
       (select t.payload ->> 'outcome' from timeline t where t.merge_key = 'attempt:' || a.id) as row_outcome,
       (select count(*) from procrastinate_jobs j where j.args ->> 'call_id' = a.id::text) as finalise_jobs
from attempt a
join lead l on l.id = a.lead_id
join contact_point p on p.id = a.contact_point_id
left join call c on c.id = a.id
left join agent g on g.id = c.agent_id
"""


async def until(
    holds: Callable[[], Awaitable[bool]],
    *,
    within_s: float = 40,
    else_say: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Ask again until it holds; fail with what `else_say` sees when it does not in time."""
    try:
        async with asyncio.timeout(within_s):
            while not await holds():  # noqa: ASYNC110  what is waited for happens in other processes
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {within_s:g} s: {await else_say() if else_say else holds}") from None
