"""The use case behind the job: one pass for every call that waits, the words committed call by call."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from recording.storage import RecordingStore
from transcribe import store
from transcribe.audio import load_call
from transcribe.errors import BusyError, UnreadableAudioError
from transcribe.model import CallAudio, Transcript
from transcribe.service import SpeechModel, transcribe_calls

MOST_CALLS = 16
"""Calls in one pass: enough to fill batches, few enough that words appear steadily."""

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class TranscriptionWorker:
    """Gives recordings their words. One per process: it runs one pass at a time, in a thread.

    load: loads the model; called once, in a thread, when the first call comes.
    """

    engine: AsyncEngine
    storage: RecordingStore
    load: Callable[[], SpeechModel]
    batch: int = 8
    _one_pass: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def transcribe(self, call_id: UUID) -> int:
        """Give this call its words, and others that wait; return how many calls got theirs.

        Raises BusyError when another worker is at this call; what the model's loader or the storage raise.
        """
        async with self._one_pass, self.engine.connect() as claims:
            places = await store.claim(claims, call_id, MOST_CALLS)
            if call_id not in places:
                if await store.is_waiting(claims, call_id):
                    raise BusyError
                return 0
            made = await asyncio.to_thread(self._pass, places)
            for call, transcript in made.items():
                async with self.engine.begin() as connection:
                    await store.save(connection, call, transcript)
            failed = sum(transcript.problem is not None for transcript in made.values())
            log.info("calls transcribed", extra={"calls": len(made), "failed": failed})
            return len(made)

    @cached_property
    def _model(self) -> SpeechModel:
        return self.load()

    def _pass(self, places: Mapping[UUID, str]) -> dict[UUID, Transcript]:
        made: dict[UUID, Transcript] = {}
        calls: dict[UUID, CallAudio] = {}
        for call_id, place in places.items():
            try:
                with self.storage.open(place) as file:
                    calls[call_id] = load_call(file)
            except FileNotFoundError:
                made[call_id] = self._failed("The recording's file is gone. Restore it and ask for the words again.")
            except UnreadableAudioError as error:
                made[call_id] = self._failed(str(error))
        if calls:
            done = transcribe_calls(calls.values(), self._model, batch=self.batch)
            made.update(zip(calls, done, strict=True))
        return made

    def _failed(self, problem: str) -> Transcript:
        return Transcript(
            model=self._model.name, language=self._model.language, audio_s=0.0, segments=(), problem=problem
        )
