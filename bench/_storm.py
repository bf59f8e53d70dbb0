"""A manager (AMI) that tells of calls as fast as it is asked to dial them: Asterisk's words without its telephones.

It runs as a process of its own. Each call rings, is answered at once, and is hung up by the debtor TALK_S after it was
joined; the agent's leg goes back to the holding bridge. That is EVENTS_PER_CALL events, with the headers Asterisk
gives them, and only such as pass the dialer's own filter.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

TALK_S = 0.05
EVENTS_PER_CALL = 9
END = "\r\n\r\n"
TRUNK = "PJSIP/trunk-main-"
_CHANNEL = (
    "ChannelState: 6\r\nChannelStateDesc: Up\r\nCallerIDNum: <unknown>\r\nCallerIDName: <unknown>\r\n"
    "ConnectedLineNum: 551140000000\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\n"
    "Context: alo-answered\r\nExten: s\r\nPriority: 5"
)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the storm saw of the dialer: events told, and seconds from each answer to the wish to join it."""

    events: int
    answer_to_asked_s: tuple[float, ...]


@dataclass(kw_only=True)
class Storm:
    """A running storm, from outside."""

    port: int
    _pipe: Connection

    def heard(self) -> Heard:
        """So far."""
        self._pipe.send("heard")
        found = self._pipe.recv()
        assert isinstance(found, Heard)
        return found


@contextmanager
def storm(agents: tuple[str, ...]) -> Iterator[Storm]:
    """A manager on loopback, which tells of these agents as parked once somebody has logged in."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, agents), daemon=True)
    process.start()
    try:
        yield Storm(port=ours.recv(), _pipe=ours)
    finally:
        process.kill()
        process.join()


@dataclass(kw_only=True)
class _Manager:
    agents: tuple[str, ...]
    events: int = 0
    answered: dict[str, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text = (await reader.readuntil(END.encode())).decode()
                self._do(dict(line.split(": ", 1) for line in text.strip().split("\r\n")), writer)

    def _do(self, action: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(f"Response: Success\r\nActionID: {action['ActionID']}\r\nMessage: Accepted{END}".encode())
        match action["Action"]:
            case "Login" if action["Events"] != "off":
                self._told = writer
                for login in self.agents:
                    self._park(_leg(login))
            case "Originate":
                self._begin(action["ChannelId"])
            case "Bridge":
                self._join(action["Channel1"], action["Channel2"].removeprefix(TRUNK))
            case _:
                pass

    def _begin(self, call: str) -> None:
        self._tell("Newstate", _debtor(call).replace("ChannelState: 6", "ChannelState: 5").replace(": Up", ": Ringing"))
        self._tell("OriginateResponse", f"ActionID: dial-{call}\r\nResponse: Success\r\nReason: 4\r\n{_debtor(call)}")
        self._tell("UserEvent", f"{_debtor(call)}\r\nUserEvent: AloAnswered\r\nCallId: {call}")
        self.answered[call] = time.perf_counter()

    def _join(self, agent: str, call: str) -> None:
        self.waits.append(time.perf_counter() - self.answered.pop(call))
        bridge = f"BridgeUniqueid: {call[::-1]}\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\n{_BRIDGE}"
        self._tell("BridgeEnter", f"{bridge}\r\nChannel: {agent}\r\n{_CHANNEL}\r\nUniqueid: 1.1\r\nLinkedid: 1.1")
        self._tell("BridgeEnter", f"{bridge}\r\n{_debtor(call)}")
        asyncio.get_running_loop().call_later(TALK_S, self._end, agent, call, bridge)

    def _end(self, agent: str, call: str, bridge: str) -> None:
        self._tell("BridgeDestroy", bridge)
        self._tell("Hangup", f"{_debtor(call)}\r\nCause: 16\r\nCause-txt: Normal Clearing")
        self._park(agent)

    def _park(self, agent: str) -> None:
        login = agent.removeprefix("PJSIP/").rpartition("-")[0]
        own = f"Channel: {agent}\r\n{_CHANNEL}\r\nUniqueid: 1.1\r\nLinkedid: 1.1"
        self._tell("UserEvent", f"{own}\r\nUserEvent: AloParked\r\nLogin: {login}")
        holding = f"BridgeUniqueid: holding\r\nBridgeType: holding\r\nBridgeTechnology: holding_bridge\r\n{_BRIDGE}"
        self._tell("BridgeEnter", f"{holding}\r\n{own}")

    def _tell(self, event: str, rest: str) -> None:
        self.events += 1
        head = f"Event: {event}\r\nPrivilege: call,all\r\nTimestamp: {time.time():.6f}"
        self._told.write(f"{head}\r\n{rest}{END}".encode())


_BRIDGE = "BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: 2\r\nBridgeVideoSourceMode: none"


def _leg(login: str) -> str:
    return f"PJSIP/{login}-0000000a"


def _debtor(call: str) -> str:
    return f"Channel: {TRUNK}{call}\r\n{_CHANNEL}\r\nUniqueid: {call}\r\nLinkedid: {call}"


def _serve(pipe: Connection, agents: tuple[str, ...]) -> None:
    asyncio.run(_run(pipe, agents))


async def _run(pipe: Connection, agents: tuple[str, ...]) -> None:
    manager = _Manager(agents=agents)
    server = await asyncio.start_server(manager.serve, "127.0.0.1", 0)

    def answer() -> None:
        pipe.recv()
        pipe.send(Heard(events=manager.events, answer_to_asked_s=tuple(manager.waits)))

    asyncio.get_running_loop().add_reader(pipe.fileno(), answer)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
