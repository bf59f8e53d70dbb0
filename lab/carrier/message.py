"""As much of SIP (RFC 3261) as passing packets on and refusing a call needs."""

import re
import uuid
from dataclasses import dataclass

BEHAVIOUR_HEADER = "X-Alo-Behaviour"
_NAMES = {"i": "call-id", "t": "to", "f": "from", "v": "via"}  # compact forms
_USER = re.compile(rb"^[A-Z]+ sips?:([^@;> ]+)@")


@dataclass(frozen=True, kw_only=True)
class Packet:
    """What the front looks at in a request or a response."""

    method: str
    """Of the request, or of the request that is answered."""
    status: int | None
    """None in requests."""
    call_id: str
    user: str
    """Who is called; empty in responses."""
    in_dialog: bool


def parse(data: bytes) -> Packet | None:
    """Read a datagram; None when it is not SIP (keep-alives, garbage)."""
    head = data.partition(b"\r\n\r\n")[0]
    first, *lines = head.split(b"\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            key = name.strip().lower()
            headers.setdefault(_NAMES.get(key, key), value.strip())
    if "call-id" not in headers or "cseq" not in headers:
        return None
    start = first.split(b" ")
    if len(start) < 3:
        return None
    status = int(start[1]) if first.startswith(b"SIP/2.0 ") and start[1].isdigit() else None
    user = _USER.match(first)
    return Packet(
        method=headers["cseq"].split(" ")[-1],
        status=status,
        call_id=headers["call-id"],
        user=user.group(1).decode("ascii", "replace").replace("%2B", "+") if user else "",
        in_dialog=";tag=" in headers.get("to", ""),
    )


def with_behaviour(invite: bytes, index: int) -> bytes:
    """The INVITE with a header that tells the worker which behaviour to play."""
    first, _, rest = invite.partition(b"\r\n")
    return first + f"\r\n{BEHAVIOUR_HEADER}: {index}\r\n".encode() + rest


def response(request: bytes, status: int, reason: str) -> bytes:
    """A response of the front's own, without a body (RFC 3261, 8.2.6)."""
    kept = [f"SIP/2.0 {status} {reason}".encode()]
    for line in request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name = line.partition(b":")[0].strip().lower()
        if name in {b"via", b"v", b"from", b"f", b"call-id", b"i", b"cseq"}:
            kept.append(line)
        elif name in {b"to", b"t"}:
            kept.append(line if b";tag=" in line else line + f";tag={uuid.uuid4().hex[:10]}".encode())
    return b"\r\n".join([*kept, b"Content-Length: 0", b"", b""])
