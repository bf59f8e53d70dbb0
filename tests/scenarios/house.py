"""A whole dialer on a scripted exchange and a real database, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from base.settings import TrunkSettings
from crm import commands, live
from crm.model import WeeklyHours
from crm.tables import agent, attempt, call, campaign, campaign_agent, contact_point, creditor, debtor, lead, timeline
from dialer.agent.model import AgentState
from dialer.asterisk.fake import FakeExchange, FarEnd
from dialer.call.model import AgentLogin
from dialer.model import DialerSettings
from dialer.runtime.roster import AgentAccount
from dialer.runtime.routines import end
from dialer.service import Dialer
from tests.scenarios.away import AwayEngine
from tests.virtual_time import EPOCH, LoopClock

TALKS = FarEnd(ring_s=2, talk_s=20)


class House:
    """One campaign (id 1) with its agents and debtors; the n-th debtor has the n-th far end."""

    def __init__(self, engine: AsyncEngine, database_url: str, spool: Path) -> None:
        self.engine = AwayEngine(engine)
        self.exchange = FakeExchange(LoopClock())
        self.configured: list[str] = []
        self.dialer: Dialer
        self._url = database_url
        self._spool = spool
        self.channels: dict[str, str] = {}

    async def furnish(self, *, agents: int, far_ends: Iterable[FarEnd] = (), **settings: Any) -> None:
        """settings: of the campaign."""
        async with self.engine.begin() as connection:
            await connection.execute(insert(creditor).values(name="Banco Exemplo"))
            values = {
                "name": "Carteira",
                "creditor_id": 1,
                "status": "running",
                "trunk": "main",
                "caller_id": "+551130000000",
                "hours": WeeklyHours.always().to_json(),
                "wrapup_timeout_s": 5,
            }
            await connection.execute(insert(campaign).values(values | settings))
        await self.hire(*(f"agent-{n}" for n in range(1, agents + 1)))
        await self.add_debtors(far_ends)

    async def hire(self, *logins: str, campaign_id: int = 1) -> None:
        async with self.engine.begin() as connection:
            for login in logins:
                row = {"login": login, "name": login.title(), "sip_password": "x", "api_token_sha256": "x"}
                agent_id = await connection.scalar(insert(agent).values(row).returning(agent.c.id))
                await connection.execute(insert(campaign_agent).values(campaign_id=campaign_id, agent_id=agent_id))

    async def add_debtors(self, far_ends: Iterable[FarEnd], campaign_id: int = 1) -> None:
        first = len(self.exchange.far_ends) + 1
        new = {f"+55119{n:08d}": far_end for n, far_end in enumerate(far_ends, first)}
        if not new:
            return
        self.exchange.far_ends |= new
        people = [
            {"creditor_id": 1, "document": str(n), "name": f"Devedor {n}", "state": "SP"}
            for n in range(first, first + len(new))
        ]
        async with self.engine.begin() as connection:
            statement = insert(debtor).returning(debtor.c.id, sort_by_parameter_order=True)
            ids = (await connection.scalars(statement, people)).all()
            points = [
                {"debtor_id": i, "kind": "phone", "value": number, "phone_type": "mobile"}
                for i, number in zip(ids, new, strict=True)
            ]
            await connection.execute(insert(contact_point), points)
            await connection.execute(
                insert(lead), [{"campaign_id": campaign_id, "debtor_id": i, "next_at": EPOCH} for i in ids]
            )

    def build(self) -> Dialer:
        async def configure(accounts: Iterable[AgentAccount]) -> None:
            self.configured = [account.login for account in accounts]

        trunk = TrunkSettings(host="127.0.0.1", caller_ids=("+551130000000",), calls_per_second=10)
        return Dialer(
            settings=DialerSettings(
                node="main",
                database_url=self._url,
                spool=self._spool,
                journal=self._spool / "journal",
                sounds=self._spool / "sounds",
                timezone="America/Sao_Paulo",
                language="pt-BR",
                trunks={"main": trunk},
            ),
            engine=self.engine,
            exchange=self.exchange,
            clock=LoopClock(),
            configure_agents=configure,
        )

    async def open(self, *, park: bool = True) -> None:
        """Start a dialer; with `park` every agent's softphone calls in."""
        self.dialer = self.build()
        await self.dialer.start()
        await self.until(lambda: self.dialer.link.up)
        if park:
            for login in self.dialer.floor.agents:
                self.park(login)

    def park(self, login: str) -> None:
        self.channels[login] = self.exchange.park(login)

    async def crash(self) -> None:
        """The process is gone from one moment to the next: nothing is said to anybody, nothing more is written."""
        self.exchange.facts, self.exchange.linked = asyncio.Queue(), False
        # Whatever is neither the test nor the exchange is the dialer's, also what it shields from its own stop.
        others = {asyncio.current_task(), *self.exchange.scripts()}
        await end(*(asyncio.all_tasks() - others))
        # Its session is not left, it breaks off.
        await self.dialer._node._drop()

    def write_journal(self, line: str) -> None:
        """A line of the exchange's own journal, which the scripted exchange does not keep."""
        with (self._spool / "journal").open("a") as journal:
            journal.write(line + "\n")

    async def until(self, condition: Callable[[], object], seconds: float = 120) -> None:
        """Let time run until the condition holds; fails after so many (virtual) seconds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 — any condition, no event tells of it
                await asyncio.sleep(0.05)

    async def until_dialled(self, seconds: float = 300) -> None:
        """Let time run until the list is empty, all calls are over and all is written."""
        dialer = self.dialer
        dialled = lambda: all(d.empty for d in dialer.diallings.values())  # noqa: E731
        await self.until(lambda: dialled() and not dialer.lines.up and not dialer.writer.pending, seconds)
        await asyncio.sleep(8)

    async def ask(self, kind: str, **payload: Any) -> str | None:
        """A command to the dialer; its answer."""
        async with self.engine.begin() as connection:
            command_id = await commands.ask(connection, kind, payload)
        return await commands.wait(self.engine, command_id, 60)  # type: ignore[arg-type]

    async def change_campaign(self, **values: Any) -> str | None:
        async with self.engine.begin() as connection:
            await connection.execute(update(campaign).values(values))
        return await self.ask("campaign.changed", campaign_id=1)

    def states(self) -> Counter[AgentState]:
        return Counter(a.state for a in self.dialer.floor.agents.values())

    def agent_state(self, login: str) -> AgentState:
        return self.dialer.floor.agents[AgentLogin(login)].state

    async def rows(self, query: Any) -> list[Row[Any]]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(query)).all())

    async def outcomes(self) -> Counter[str | None]:
        return Counter(row.outcome for row in await self.rows(select(attempt.c.outcome)))

    async def picture(self, topic: str) -> dict[str, Any]:
        async with self.engine.connect() as connection:
            return await live.read(connection, topic) or {}

    async def check_the_books(self) -> None:
        """What must hold whenever nothing is up: all is written once, nobody was dialled twice, nobody is stuck."""
        query = select(attempt.c.id, attempt.c.outcome, attempt.c.debtor_id, call.c.id.label("call"), call.c.joined_at)
        attempts = await self.rows(query.outerjoin(call, call.c.id == attempt.c.id))
        assert all(row.outcome for row in attempts), "an attempt has no outcome"
        told = await self.rows(select(timeline.c.merge_key, timeline.c.payload))
        outcomes = {row.merge_key: row.payload.get("outcome") for row in told}
        assert outcomes == {f"attempt:{row.id}": row.outcome for row in attempts}, "a timeline row is missing or wrong"
        dialled = [order.call_id for order in self.exchange.originated]
        assert sorted(dialled) == sorted(set(dialled)), "a call was dialled twice"
        assert {str(row.id) for row in attempts} >= set(dialled), "a call was dialled without an attempt"
        assert all((row.joined_at is not None) == (row.outcome == "connected") for row in attempts if row.call)
        stuck = await self.rows(select(func.count()).select_from(lead).where(lead.c.status == "dialling"))
        assert stuck[0][0] == 0, "a lead hangs in dialling"
        assert self.dialer.writer.failed == 0
        assert not self.dialer.lines.up

    def check_the_picture(self) -> None:
        """The pacers' and the floor's pictures fit the facts; nothing was out of place."""
        for desk in self.dialer.floor.desks.values():
            assert dict(desk.pacer.anomalies) == {}
        assert dict(self.dialer.floor.anomalies) == {}
        assert dict(self.dialer.lines.anomalies) == {}, self.dialer.lines.anomalies
