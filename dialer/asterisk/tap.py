"""A debtor's sound, as it is heard, from Asterisk's AudioSocket() to whoever listens in this process.

Each message is a byte that says its kind, two with its length, and so much content (app_audiosocket's documentation).
"""

import asyncio
import logging
from uuid import UUID

import numpy as np

from dialer.answer.detector import Sound
from dialer.call.model import CallId

log = logging.getLogger(__name__)

IDENTITY, SOUND = 0x01, 0x10
MOST_WAITING = 500
"""Ten seconds in pieces of 20 ms: a listener who is further behind hears no more."""

SoundQueue = asyncio.Queue[Sound | None]


class Tap:
    """Listens on loopback for the sound of the calls that were asked for."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._queues: dict[CallId, SoundQueue] = {}
        self._writers: dict[CallId, asyncio.StreamWriter] = {}

    async def open(self, call_id: CallId) -> tuple[str, SoundQueue]:
        """The address Asterisk is to send this call's sound to, and where it will come out; None: no more."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        queue = self._queues[call_id] = asyncio.Queue(MOST_WAITING)
        return f"{host}:{port}", queue

    def close(self, call_id: CallId) -> None:
        """Hear no more of this call; one that is not heard is no error."""
        self._queues.pop(call_id, None)
        writer = self._writers.pop(call_id, None)
        if writer is not None:
            writer.close()

    async def stop(self) -> None:
        for call_id in [*self._queues]:
            self.close(call_id)
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call_id: CallId | None = None
        try:
            while True:
                header = await reader.readexactly(3)
                content = await reader.readexactly(int.from_bytes(header[1:], "big"))
                if header[0] == IDENTITY:
                    call_id = CallId(str(UUID(bytes=content)))
                    self._writers[call_id] = writer
                elif header[0] != SOUND:
                    break
                if call_id not in self._queues:
                    break
                if header[0] == SOUND:
                    self._queues[call_id].put_nowait(np.frombuffer(content, dtype="<i2").astype(np.int16))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        except asyncio.QueueFull:
            log.warning("whoever listens to a call is too slow and hears no more", extra={"call": call_id})
        finally:
            writer.close()
            queue = self._queues.pop(call_id, None) if call_id is not None else None
            if queue is not None and not queue.full():
                queue.put_nowait(None)
