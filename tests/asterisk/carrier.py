"""A SIP carrier in a page, without sound: a number rings, answers, is busy or is nobody's, as its last digit says."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

NUMBERS = {kind: f"+551199999000{n}" for n, kind in enumerate(("answers", "busy", "rings_out", "dead"))}
RINGS_S = 0.2
CRLF = "\r\n"

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    uri: str
    headers: tuple[tuple[str, str], ...]
    source: Address

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Carrier(asyncio.DatagramProtocol):
    """Listens where Asterisk's trunk leads."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.dialogs: dict[str, Request] = {}
        """The last INVITE of each call, by Call-ID."""
        self.answered: list[str] = []
        self._transport: Any = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self.port))

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._transport.close()

    def hang_up(self) -> None:
        """The debtor who answered last puts the receiver down."""
        call = self.answered.pop()
        invite = self.dialogs[call]
        target = re.search(r"sip:[^>;\s]+", invite["contact"])
        assert target is not None
        lines = [
            f"BYE {target[0]} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK-bye-{call[:12]}",
            f"From: {invite['to']};tag=carrier",
            f"To: {invite['from']}",
            f"Call-ID: {call}",
            "CSeq: 1 BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self._send(lines, invite.source)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: Address) -> None:
        first, *rest = data.decode().partition(CRLF * 2)[0].split(CRLF)
        if first.startswith("SIP/2.0"):
            return
        method, uri, _version = first.split(" ")
        headers = tuple((k, v.strip()) for k, _, v in (line.partition(":") for line in rest))
        request = Request(method, uri, headers, source)
        match method:
            case "INVITE" if request["call-id"] not in self.dialogs:
                self.dialogs[request["call-id"]] = request
                task = asyncio.create_task(self._ring(request))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case "CANCEL":
                self._reply(request, "200 OK")
                self._reply(self.dialogs[request["call-id"]], "487 Request Terminated")
            case "INVITE":
                # The same one again, or a new offer within the call.
                if request["call-id"] in self.answered:
                    self._reply(request, "200 OK", sound=True)
            case "BYE" | "OPTIONS":
                self._reply(request, "200 OK")

    async def _ring(self, invite: Request) -> None:
        self._reply(invite, "100 Trying")
        kind = next((kind for kind, number in NUMBERS.items() if number[1:] in invite.uri), "dead")
        if kind == "dead":
            return self._reply(invite, "404 Not Found")
        self._reply(invite, "180 Ringing")
        await asyncio.sleep(RINGS_S)
        if kind == "busy":
            self._reply(invite, "486 Busy Here")
        elif kind == "answers":
            self.answered.append(invite["call-id"])
            self._reply(invite, "200 OK", sound=True)
        return None

    def _reply(self, request: Request, status: str, *, sound: bool = False) -> None:
        body = CRLF.join(
            [
                "v=0",
                "o=carrier 1 1 IN IP4 127.0.0.1",
                "s=-",
                "c=IN IP4 127.0.0.1",
                "t=0 0",
                "m=audio 9 RTP/AVP 8",
                "a=rtpmap:8 PCMA/8000",
                "",
            ]
        )
        kept = [f"{k}: {v}" for k, v in request.headers if k.lower() in {"via", "from", "call-id", "cseq"}]
        tagged = (
            request["to"] if "tag=" in request["to"] or status.startswith("100") else f"{request['to']};tag=carrier"
        )
        lines = [f"SIP/2.0 {status}", *kept, f"To: {tagged}", f"Contact: <sip:carrier@127.0.0.1:{self.port}>"]
        if sound:
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}", "", body]
            self._transport.sendto(CRLF.join(lines).encode(), request.source)
        else:
            self._send([*lines, "Content-Length: 0"], request.source)

    def _send(self, lines: list[str], to: Address) -> None:
        self._transport.sendto((CRLF.join(lines) + CRLF * 2).encode(), to)
