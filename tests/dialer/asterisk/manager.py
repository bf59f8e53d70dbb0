"""A small Asterisk manager (AMI) for tests: answers by script, tells what it is told to tell, and can be cut off."""

import asyncio
from collections.abc import Callable

Message = dict[str, str]
Script = Callable[[Message], list[str] | None]

ACCEPTED = ["Response: Success\r\nMessage: Accepted"]


def block(**headers: str) -> str:
    """Headers as one AMI message, without the empty line that ends it."""
    return "\r\n".join(f"{name}: {value}" for name, value in headers.items())


class Manager:
    """Listens on loopback. Every action is kept in `asked`, with its link's number; a script's None: no answer."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.scripts: dict[str, Script] = {}
        self.port = 0
        self.links = 0
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.sleep(0.1)

    def cut(self) -> None:
        """Every link is lost."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def tell(self, *blocks: str) -> None:
        self.send("".join(f"{text}\r\n\r\n" for text in blocks).encode())

    def send(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    def names(self) -> list[str]:
        """What was asked for, without logins and pings."""
        return [m["Action"] for m in self.asked if m["Action"] not in {"Login", "Ping"}]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.links += 1
        link = str(self.links)
        self._writers.append(writer)
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = [line.split(": ", 1) for line in text.strip().split("\r\n")]
                message = dict(lines)
                message["Variables"] = "|".join(value for name, value in lines if name == "Variable")
                message["Link"] = link
                self.asked.append(message)
                script = self.scripts.get(message["Action"], lambda _message: ACCEPTED)
                for answer in script(message) or ():
                    writer.write(f"{answer}\r\nActionID: {message['ActionID']}\r\n\r\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
