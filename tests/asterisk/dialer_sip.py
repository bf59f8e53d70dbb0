"""SIP with sound in a page, for tests of the dialer: debtors who do what the test says, softphones that park.

It shares no code with what it judges, and counts every INVITE: nobody may be dialled twice.
"""

import asyncio
import itertools
import re
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from tests.asterisk.sip_message import CRLF, Address, Message, answer_to, md5, parse, uri
from tests.asterisk.sound import FRAME_S, SILENCE

_tags = itertools.count(1)


class Phone(asyncio.DatagramProtocol):
    """A SIP socket on loopback; give it `incoming` or let it `invite`."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.calls: dict[str, Call] = {}
        self._transport: Any = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self.port))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for call in list(self.calls.values()):
            call.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self.calls.values():
            call.silence()
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: Address) -> None:
        message = parse(data, source)
        call = self.calls.get(message["call-id"])
        if message.first.startswith("SIP/2.0"):
            if call is not None:
                call.heard(message)
            return
        method = message.first.split(" ")[0]
        if method == "INVITE" and call is None:
            self.calls[message["call-id"]] = call = Call(phone=self, invite=message)
            self.spawn(self.incoming(call))
        elif call is not None:
            call.asked(method, message)
        elif method != "ACK":
            self.send([*answer_to(message, "481 Call Does Not Exist"), "Content-Length: 0"], "", source)

    def send(self, lines: list[str], body: str, to: Address) -> None:
        self._transport.sendto((CRLF.join(lines) + CRLF * 2 + body).encode(), to)

    def spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def incoming(self, call: "Call") -> None:
        call.respond("480 Temporarily Unavailable")


class Call:
    """One dialog with its sound; from the side that was called, or from the side that calls."""

    def __init__(self, *, phone: Phone, invite: Message | None = None, call_id: str = "") -> None:
        self.phone = phone
        self.invite = invite
        self.call_id = call_id or (invite["call-id"] if invite else "")
        self.says = b""
        self.answered_at = 0.0
        self.hears: list[tuple[float, bytes]] = []
        """What came in, with the loop's time of each frame."""
        self.answered, self.ended = asyncio.Event(), asyncio.Event()
        self.statuses: asyncio.Queue[Message] = asyncio.Queue()
        self.local, self.remote, self.target = "", "", ""
        self.to: Address = ("", 0)
        self._sound: Any = None
        self._last: tuple[list[str], str] | None = None
        self._numbers = itertools.count(10)
        if invite is not None:
            self.local, self.remote = f"{invite['to']};tag=far", invite["from"]
            self.target, self.to = uri(invite["contact"]), invite.source

    def respond(self, status: str, body: str = "") -> None:
        """Answer the INVITE."""
        assert self.invite is not None
        lines = [*answer_to(self.invite, status), f"Contact: <sip:far@127.0.0.1:{self.phone.port}>"]
        if body:
            lines.append("Content-Type: application/sdp")
        self._last = ([*lines, f"Content-Length: {len(body)}"], body)
        self.phone.send(*self._last, self.invite.source)

    async def answer(self) -> None:
        assert self.invite is not None
        offer = await self.open_sound()
        self.respond("200 OK", offer)
        self.answered_at = asyncio.get_running_loop().time()
        self.answered.set()
        self.speak(self.invite.sound_to)

    async def open_sound(self) -> str:
        """Open a socket for sound; the offer that names it."""
        loop = asyncio.get_running_loop()
        self._sound, _ = await loop.create_datagram_endpoint(lambda: Ear(self), local_addr=("127.0.0.1", 0))
        port = self._sound.get_extra_info("sockname")[1]
        lines = ("v=0", "o=t 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 8")
        return CRLF.join([*lines, "a=rtpmap:8 PCMA/8000", ""])

    def speak(self, to: Address) -> None:
        self.phone.spawn(self._speak(to))

    def hang_up(self) -> None:
        if self.answered.is_set() and not self.ended.is_set():
            self.request("BYE", next(self._numbers))
            self.over()

    def request(self, method: str, number: int, *extra: str, body: str = "") -> None:
        branch = f"z9hG4bK-{method}-{number}-{self.call_id[:20]}"
        lines = [
            f"{method} {self.target} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.phone.port};rport;branch={branch}",
            f"From: {self.local}",
            f"To: {self.remote}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:far@127.0.0.1:{self.phone.port}>",
            "Max-Forwards: 70",
            *extra,
            f"Content-Length: {len(body)}",
        ]
        self.phone.send(lines, body, self.to)

    def heard(self, message: Message) -> None:
        if message["cseq"].endswith("INVITE"):
            self.statuses.put_nowait(message)

    def asked(self, method: str, message: Message) -> None:
        match method:
            case "BYE":
                self.phone.send([*answer_to(message, "200 OK"), "Content-Length: 0"], "", message.source)
                self.over()
            case "CANCEL" if not self.answered.is_set():
                self.phone.send([*answer_to(message, "200 OK"), "Content-Length: 0"], "", message.source)
                self.respond("487 Request Terminated")
                self.over()
            case "INVITE" if self._last is not None:
                self.phone.send(*self._last, message.source)
            case _:
                pass

    def over(self) -> None:
        self.ended.set()
        self.silence()

    def silence(self) -> None:
        if self._sound is not None:
            self._sound.close()

    async def _speak(self, to: Address) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for n in itertools.count():
            if self.ended.is_set() or self._sound.is_closing():
                return
            frame = self.says[n * len(SILENCE) :][: len(SILENCE)].ljust(len(SILENCE), SILENCE[:1])
            self._sound.sendto(struct.pack("!BBHII", 0x80, 8, n & 0xFFFF, n * 160, 4711) + frame, to)
            await asyncio.sleep(max(0.0, began + (n + 1) * FRAME_S - loop.time()))


class Ear(asyncio.DatagramProtocol):
    """Keeps the sound that comes in for a call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def datagram_received(self, data: bytes, _source: Address) -> None:
        self._call.hears.append((asyncio.get_running_loop().time(), data[12:]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """What a debtor does: refuses with a SIP status, or rings and answers after a time, when told, or never.

    says: A-law that is spoken after the answer; then, or without it, silence.
    """

    refuses: str | None = None
    answers_after_s: float | None = 0.3
    hangs_up_after_s: float | None = None
    says: bytes = b""


RINGS = Manner(answers_after_s=None)


@dataclass(kw_only=True)
class Dialled:
    """What became known of one number at the carrier."""

    times: int = 0
    calls: list[Call] = field(default_factory=list)


class Carrier(Phone):
    """Every debtor of the test; who has no manner of his own answers after 0.3 s and talks on."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.manners: dict[str, Manner] = {}
        self.dials: Counter[str] = Counter()
        self.by_number: dict[str, Call] = {}

    async def incoming(self, call: Call) -> None:
        assert call.invite is not None
        number = uri(call.invite.first).removeprefix("sip:").partition("@")[0]
        self.dials[number] += 1
        self.by_number[number] = call
        manner = self.manners.get(number, Manner())
        call.says = manner.says
        call.respond("100 Trying")
        if manner.refuses is not None:
            return call.respond(manner.refuses)
        call.respond("180 Ringing")
        if manner.answers_after_s is not None:
            await asyncio.sleep(manner.answers_after_s)
            if not call.ended.is_set():
                await call.answer()
            if manner.hangs_up_after_s is not None:
                await asyncio.sleep(manner.hangs_up_after_s)
                call.hang_up()
        return None


class Softphone(Phone):
    """An agent's softphone: calls `park` at the Asterisk of `sip_port` and stays."""

    def __init__(self, login: str, password: str, sip_port: int) -> None:
        super().__init__()
        self.login, self.password, self.sip_port = login, password, sip_port
        self.leg: Call | None = None

    async def park(self, within_s: float = 30) -> Call:
        self.leg = call = Call(phone=self, call_id=f"{self.login}-{next(_tags)}-{self.port}")
        self.calls[call.call_id] = call
        server = f"127.0.0.1:{self.sip_port}"
        call.local, call.remote = f"<sip:{self.login}@{server}>;tag={next(_tags)}", f"<sip:park@{server}>"
        call.target, call.to = f"sip:park@{server}", ("127.0.0.1", self.sip_port)
        offer = await call.open_sound()
        async with asyncio.timeout(within_s):
            call.request("INVITE", 1, "Content-Type: application/sdp", body=offer)
            challenge = await _final(call)
            assert " 401 " in challenge.first, challenge.first
            call.request("ACK", 1)
            call.request("INVITE", 2, self._proof(challenge), "Content-Type: application/sdp", body=offer)
            welcome = await _final(call)
        assert " 200 " in welcome.first, welcome.first
        call.remote, call.target = welcome["to"], uri(welcome["contact"])
        call.request("ACK", 2)
        call.answered.set()
        call.speak(welcome.sound_to)
        return call

    def _proof(self, challenge: Message) -> str:
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge["www-authenticate"].removeprefix("Digest")))
        uri = f"sip:park@127.0.0.1:{self.sip_port}"
        who, what = (md5(f"{self.login}:{asked['realm']}:{self.password}"), md5(f"INVITE:{uri}"))
        proof = md5(f"{who}:{asked['nonce']}:00000001:0a4f:auth:{what}")
        return (
            f'Authorization: Digest username="{self.login}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", '
            f'uri="{uri}", response="{proof}", algorithm=MD5, cnonce="0a4f", qop=auth, nc=00000001, '
            f'opaque="{asked.get("opaque", "")}"'
        )


async def _final(call: Call) -> Message:
    while True:
        message = await call.statuses.get()
        if not re.match(r"SIP/2.0 1\d\d", message.first):
            return message
