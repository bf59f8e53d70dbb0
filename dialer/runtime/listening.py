"""A detector's ear on calls an agent has already: who turns out to be a machine is taken away again."""

import asyncio
import logging

from base.clock import Clock
from dialer.answer.detector import RATE_HZ, Detector, Finding, Machine, Person
from dialer.answer.detectors import DETECTORS
from dialer.asterisk.port import Exchange, ExchangeError
from dialer.call.model import CallState, MachineFound
from dialer.runtime import tell
from dialer.runtime.line import Line
from dialer.runtime.routines import end

log = logging.getLogger(__name__)

LONGEST_S = 15.0
TAKEN_FROM = frozenset({CallState.WAITING, CallState.JOINING, CallState.TALKING})


class Listening:
    """Listens to calls of campaigns with a detector of ours, each from its answer to its verdict."""

    def __init__(self, *, exchange: Exchange, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, line: Line) -> None:
        """The call was answered: listen, where its campaign wants it."""
        detector = DETECTORS.get(line.campaign.answer_detection)
        if detector is not None:
            task = asyncio.create_task(self._listen(line, detector()), name=f"listening {line.call.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        await end(*self._tasks)

    async def _listen(self, line: Line, detector: Detector) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._hear(line, detector)
        except TimeoutError:
            pass
        except ExchangeError as error:
            # The agent has the call: without an ear it goes on as without detection.
            log.warning("a call cannot be listened to", extra={"call": line.call.id, "why": str(error)})
        except Exception:
            log.exception("a detector failed, its call goes on", extra={"call": line.call.id})
        finally:
            self._exchange.stop_listening(line.call.id)

    async def _hear(self, line: Line, detector: Detector) -> None:
        sound = await self._exchange.listen(line.call.id)
        heard_s = 0.0
        while line.call.state in TAKEN_FROM:
            piece = await sound.get()
            if piece is None:
                return
            heard_s += len(piece) / RATE_HZ
            for finding in detector.hear(piece):
                self._tell(line, finding, heard_s)
                if isinstance(finding, Person | Machine):
                    return

    def _tell(self, line: Line, finding: Finding, heard_s: float) -> None:
        tell.greeting(line, finding, self._clock.posix_s(), heard_s)
        if isinstance(finding, Machine) and line.call.state in TAKEN_FROM:
            line.queue.put_nowait(MachineFound(at=self._clock.now(), why=finding.why))
