"""One call on a handset."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pjsua2 as pj

from lab.handset.ear import Ear
from lab.handset.wave_file import length_s

log = logging.getLogger(__name__)

DRAIN_S = 0.06  # the last frame is still on its way when the file has ended


class Line:
    """One call, incoming or outgoing. Await what happens on it; everything after its end is harmless."""

    def __init__(self, *, dialled: str, headers: dict[str, str]) -> None:
        self.dialled = dialled
        self.headers = headers
        self.ear = Ear()
        self.ringing = asyncio.Event()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.status = 0
        self._call: Any = None
        self._audio: Any = None

    @property
    def call_id(self) -> str:
        """The SIP Call-ID."""
        return self.headers.get("call-id", "")

    def ring(self) -> None:
        """Say 180 Ringing."""
        self._respond(180)

    def answer(self) -> None:
        """Say 200 OK; await `answered` before speaking."""
        self._respond(200)

    def hang_up(self, status: int = 0) -> None:
        """End the call; before the answer `status` is the refusal's SIP code (0: the library's own choice)."""
        if self._call is None or self.ended.is_set():
            return
        parameters = pj.CallOpParam(True)
        parameters.statusCode = status
        # It may have ended this very moment.
        with contextlib.suppress(pj.Error):
            self._call.hangup(parameters)

    async def ended_within(self, seconds: float) -> bool:
        """Wait for the call's end, `seconds` at most; whether it ended."""
        return await _set_within(self.ended, seconds)

    async def answered_within(self, seconds: float) -> bool:
        """Wait until sound can pass, `seconds` at most; whether it can."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.answered, self.ended)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self.answered.is_set() and not self.ended.is_set()

    async def speak(self, sound: Path, *, until: asyncio.Event | None = None) -> bool:
        """Play a WAV file to the other side; whether it was played to its end.

        It is cut off when the call ends or, for a line that outlives its calls, when `until` is set.
        """
        cut = until or self.ended
        if self._audio is None or cut.is_set():
            return False
        seconds = length_s(sound)
        player = pj.AudioMediaPlayer()
        player.createPlayer(str(sound), pj.PJMEDIA_FILE_NO_LOOP)
        try:
            player.startTransmit(self._audio)
            return not await _set_within(cut, seconds + DRAIN_S)
        finally:
            # The conference drops a destroyed player from every listener.
            del player

    def listen_once(self, at: float) -> None:
        """Give the ear the level of this moment."""
        if self._audio is None:
            return
        # The library's words are the bridge's: what comes in from the network, the port transmits to the bridge.
        with contextlib.suppress(pj.Error):
            self.ear.hear(self._audio.getTxLevel(), at)

    def _respond(self, status: int) -> None:
        if self._call is None or self.ended.is_set():
            return
        parameters = pj.CallOpParam()
        parameters.statusCode = status
        with contextlib.suppress(pj.Error):
            self._call.answer(parameters)

    def _let_go(self) -> None:
        """Drop the library's objects; only outside its callbacks."""
        self._audio = None
        self._call = None


class RawCall(pj.Call):  # type: ignore[misc]
    """The library's call, telling its line what happens."""

    def __init__(self, account: Any, line: Line, sink: Any, gone: Callable[[Line], None], call_id: int = -1) -> None:
        super().__init__(account, call_id)
        self._line = line
        self._sink = sink
        self._gone = gone
        line._call = self

    def onCallState(self, _prm: Any) -> None:  # noqa: N802 - the library's name
        try:
            info = self.getInfo()
            line = self._line
            line.status = info.lastStatusCode
            if info.state == pj.PJSIP_INV_STATE_EARLY:
                line.ringing.set()
            if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
                line._audio = None
                line.ended.set()
                self._gone(line)
            elif info.state == pj.PJSIP_INV_STATE_CONFIRMED and line._audio is not None:
                line.answered.set()
        except Exception:  # an exception would pass through C++ and end the process
            log.exception("a call's state could not be read")

    def onCallMediaState(self, _prm: Any) -> None:  # noqa: N802 - the library's name
        try:
            info = self.getInfo()  # kept in a variable: its media list dies with it
            for index, media in enumerate(info.media):
                if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                    audio = self.getAudioMedia(index)
                    audio.startTransmit(self._sink)  # levels are measured only where somebody listens
                    self._line._audio = audio
                    if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
                        self._line.answered.set()
        except Exception:  # as above
            log.exception("a call's sound could not be connected")


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def now_s() -> float:
    """The ear's clock: monotonic seconds."""
    return time.monotonic()
