"""SIP messages as text: what the tests' own telephones read and write."""

import hashlib
import re
from dataclasses import dataclass

CRLF = "\r\n"
Address = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One packet; header names in small letters."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str
    source: Address

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def sound_to(self) -> Address:
        """Where the other side of this message wants its sound."""
        host, port = re.search(r"c=IN IP4 (\S+)", self.body), re.search(r"m=audio (\d+)", self.body)
        assert host is not None
        assert port is not None
        return host[1], int(port[1])


def parse(data: bytes, source: Address) -> Message:
    head, _, body = data.decode().partition(CRLF * 2)
    first, *rest = head.split(CRLF)
    pairs = (line.partition(":") for line in rest)
    return Message(first=first, headers=tuple((k.lower(), v.strip()) for k, _, v in pairs), body=body, source=source)


def answer_to(request: Message, status: str) -> list[str]:
    kept = [f"{k}: {v}" for k, v in request.headers if k in {"via", "from", "call-id", "cseq", "record-route"}]
    to = request["to"] if "tag=" in request["to"] or status.startswith("100") else f"{request['to']};tag=far"
    return [f"SIP/2.0 {status}", *kept, f"To: {to}"]


def uri(text: str) -> str:
    found = re.search(r"sip:[^>;\s]+", text)
    assert found is not None
    return found[0]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
