"""The process's telephone set: one pjsua2 endpoint, its accounts and its calls."""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Self

import pjsua2 as pj

from base.errors import AloError
from lab.handset.line import Line, RawCall, now_s

log = logging.getLogger(__name__)

CALLS_PER_PROCESS = 4  # PJSUA_MAX_CALLS of the wheel; more are refused by assertion
POLL_S = 0.02
RTP_PORTS = 40  # asked for by one process
GOODBYE_S = 1.0


class HandsetError(AloError):
    """A handset could not be set up."""


class Account:
    """A name at a registrar, or the local name that takes every call."""

    def __init__(self) -> None:
        self.registered = asyncio.Event()
        self.refusal = 0
        self._raw: Any = None


class Endpoint:
    """One per process; `address` and `port` (0: any free one) are its SIP socket.

    `on_incoming` is called for each incoming call, inside the event loop; it must only start what handles the call.
    Raises HandsetError when the socket cannot be bound.
    """

    def __init__(
        self, *, address: str, port: int = 0, rtp_port_first: int, on_incoming: Callable[[Line], None] | None = None
    ) -> None:
        self._on_incoming = on_incoming
        self._address = address
        self._rtp_port_first = rtp_port_first
        self._lines: set[Line] = set()
        self._gone: list[Line] = []
        self._accounts: list[Account] = []
        with _quiet_stdout():
            self._raw = pj.Endpoint()
            self._raw.libCreate()
            self._raw.libInit(_configuration())
        transport = pj.TransportConfig()
        transport.port = port
        transport.boundAddress = address
        transport.publicAddress = address
        try:
            transport_id = self._raw.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        except pj.Error as error:
            self._raw.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)
            raise HandsetError(f"UDP port {port} on {address} is taken; choose another one") from error
        self._raw.libStart()
        self._raw.audDevManager().setNullDev()
        self._sink = self._raw.audDevManager().getPlaybackDevMedia()
        for codec in self._raw.codecEnum2():
            wanted = {"PCMA/8000/1": 255, "PCMU/8000/1": 254}.get(codec.codecId, 0)
            self._raw.codecSetPriority(codec.codecId, wanted)
        self.port = int(self._raw.transportGetInfo(transport_id).localName.rpartition(":")[2])
        self._pump: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._pump = asyncio.create_task(self.run(), name="handset")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def lines(self) -> frozenset[Line]:
        """Calls that have not ended."""
        return frozenset(self._lines)

    def add_account(
        self, name: str, *, password: str | None = None, registrar: tuple[str, int] | None = None
    ) -> Account:
        """A name on this handset; with a registrar (address, port) it registers there and stays registered."""
        account = Account()
        config = pj.AccountConfig()
        host, port = registrar or (self._address, self.port)
        config.idUri = f"sip:{name}@{host}:{port}"
        if registrar is not None:
            config.regConfig.registrarUri = f"sip:{host}:{port}"
            config.regConfig.timeoutSec = 120
            config.regConfig.retryIntervalSec = 2
            config.regConfig.firstRetryIntervalSec = 1
        if password is not None:
            config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", name, 0, password))
        transport = config.mediaConfig.transportConfig
        transport.port = self._rtp_port_first
        transport.portRange = RTP_PORTS
        transport.boundAddress = self._address
        transport.publicAddress = self._address
        raw = _RawAccount(self, account)
        raw.create(config, not self._accounts)
        account._raw = raw
        self._accounts.append(account)
        return account

    def dial(self, account: Account, uri: str) -> Line:
        """Call `uri`; the line ends at once when the library refuses."""
        line = Line(dialled=uri, headers={})
        call = RawCall(account._raw, line, self._sink, self._gone.append)
        self._lines.add(line)
        try:
            call.makeCall(uri, pj.CallOpParam(True))
        except pj.Error as error:
            log.warning("a call could not be placed", extra={"status": error.status})
            line.ended.set()
            self._gone.append(line)
        return line

    async def run(self) -> None:
        """Let the library work, for ever."""
        while True:
            self.poll()
            await asyncio.sleep(POLL_S)

    def poll(self) -> None:
        """Take in what has come, give each ear its level, let ended calls go."""
        for _ in range(50):
            if self._raw.libHandleEvents(0) <= 0:
                break
        at = now_s()
        for line in self._lines:
            line.listen_once(at)
        while self._gone:
            line = self._gone.pop()
            self._lines.discard(line)
            line._let_go()

    async def close(self) -> None:
        """Hang up, unregister, and give the library back; about a second at most."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.wait([self._pump])
        for line in self._lines:
            line.hang_up()
        for account in self._accounts:
            if account.registered.is_set():
                with contextlib.suppress(pj.Error):
                    account._raw.setRegistration(False)
        until = now_s() + GOODBYE_S
        while now_s() < until and (self._lines or any(a.registered.is_set() for a in self._accounts)):
            self.poll()
            await asyncio.sleep(POLL_S)
        for line in self._lines:
            line.ended.set()
            line._let_go()
        self._lines.clear()
        for account in self._accounts:
            account._raw.shutdown()
            account._raw = None
        self._sink = None
        gc.collect()  # calls and accounts must be gone before the library is
        self._raw.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)
        self._raw = None
        gc.collect()

    def _incoming(self, account: "_RawAccount", parameters: Any) -> None:
        uri, headers = _head(parameters.rdata.wholeMsg)
        line = Line(dialled=uri.removeprefix("sip:").partition("@")[0], headers=headers)
        RawCall(account, line, self._sink, self._gone.append, parameters.callId)
        self._lines.add(line)
        if self._on_incoming is None:
            line.hang_up(480)
        else:
            self._on_incoming(line)


class _RawAccount(pj.Account):  # type: ignore[misc]
    """The library's account, telling ours what happens."""

    def __init__(self, endpoint: Endpoint, account: Account) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._account = account

    def onRegState(self, prm: Any) -> None:  # noqa: N802 - the library's name
        if prm.code // 100 == 2 and prm.expiration > 0:
            self._account.registered.set()
        else:
            self._account.refusal = prm.code
            self._account.registered.clear()

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - the library's name
        try:
            self._endpoint._incoming(self, prm)
        except Exception:  # an exception would pass through C++ and end the process
            log.exception("an incoming call could not be taken")


def _configuration() -> Any:
    config = pj.EpConfig()
    config.uaConfig.maxCalls = CALLS_PER_PROCESS
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.medConfig.noVad = True  # else RTP stops after half a second of silence
    config.medConfig.clockRate = 8_000
    config.medConfig.sndClockRate = 8_000
    config.medConfig.channelCount = 1
    config.medConfig.ecTailLen = 0
    config.medConfig.quality = 1
    config.logConfig.level = 0
    config.logConfig.consoleLevel = 0
    return config


def _head(message: str) -> tuple[str, dict[str, str]]:
    """The request URI and the headers, names in lower case."""
    first, *rest = message.partition("\r\n\r\n")[0].split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return first.split(" ")[1], headers


@contextlib.contextmanager
def _quiet_stdout() -> Iterator[None]:
    """The library prints to file descriptor 1 before its log can be configured."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
