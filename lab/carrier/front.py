"""The carrier's one SIP address: chooses each call's behaviour and passes packets between the caller and a worker.

Workers answer through the front because responses go back the way the request came (rport); once a call is up, both
ends speak to each other directly (Contact).
"""

import asyncio
import json
import logging
from collections import Counter
from pathlib import Path
from typing import cast

from lab.carrier.message import Packet, parse, response, with_behaviour
from lab.carrier.tally import Tally
from lab.carrier.team import Team, Worker
from lab.handset.journal import Journal, now_iso
from lab.plan_model import Plan

log = logging.getLogger(__name__)

Where = tuple[str, int]
REMEMBER_S = 40.0  # late retransmissions still find their call


class Front(asyncio.DatagramProtocol):
    """Bind with `loop.create_datagram_endpoint`; give it its team before packets come."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._journal = Journal(Path(plan.said_dir) / "carrier.jsonl")
        self._dials: Counter[str] = Counter()
        self._calls: dict[str, tuple[Worker, Where, int]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._growing: set[asyncio.Task[None]] = set()
        self.tally = Tally()
        self.team: Team | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Until Python 3.12 asyncio's own datagram transport is no DatagramTransport.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Where) -> None:
        packet = parse(data)
        if packet is None:
            return
        known = self._calls.get(packet.call_id)
        if packet.status is not None:
            if known is not None:
                if packet.method == "INVITE":
                    self.tally.answered(packet.call_id, packet.status)
                self._send(data, known[1])
        elif known is not None:
            worker, _, behaviour = known
            initial = packet.method == "INVITE" and not packet.in_dialog
            self._send(with_behaviour(data, behaviour) if initial else data, (self._plan.carrier.address, worker.port))
        elif packet.method == "INVITE":
            self._new_call(packet, data, addr)
        elif packet.method == "OPTIONS":
            self._send(response(data, 200, "OK"), addr)
        elif packet.method != "ACK":
            self._send(response(data, 481, "Call/Transaction Does Not Exist"), addr)

    def ended(self, call_id: str) -> None:
        """A worker has finished with a call."""
        self.tally.ended(call_id)
        asyncio.get_running_loop().call_later(REMEMBER_S, self._calls.pop, call_id, None)

    def write_stats(self, path: Path) -> None:
        """Write the tally whole."""
        part = path.with_name(f"{path.name}.part")
        part.write_text(json.dumps(self.tally.as_json(), indent=1))
        part.replace(path)

    def _new_call(self, packet: Packet, data: bytes, addr: Where) -> None:
        assert self.team is not None
        debtor = self._plan.debtors.get(packet.user)
        worker = self.team.place(packet.call_id) if debtor is not None else None
        if debtor is not None and worker is None and self.team.growing:
            return  # the caller sends it again half a second later
        self.tally.began(packet.call_id, packet.user)
        if debtor is None or worker is None:
            status, reason = (404, "Not Found") if debtor is None else (503, "Service Unavailable")
            if debtor is not None:
                log.error("all places are taken; a call was refused", extra={"most_at_once": self.tally.most_at_once})
            self.tally.answered(packet.call_id, status)
            self.tally.ended(packet.call_id)
            self._send(response(data, status, reason), addr)
            return
        behaviour = min(self._dials[packet.user], len(debtor.behaviours) - 1)
        self._dials[packet.user] += 1
        self._calls[packet.call_id] = (worker, addr, behaviour)
        self._journal.write({"event": "invite", "number": packet.user, "behaviour": behaviour, "at": now_iso()})
        self._send(with_behaviour(data, behaviour), (self._plan.carrier.address, worker.port))
        task = asyncio.get_running_loop().create_task(self.team.grow())
        self._growing.add(task)
        task.add_done_callback(self._growing.discard)

    def _send(self, data: bytes, addr: Where) -> None:
        if self._transport is not None:
            self._transport.sendto(data, addr)
