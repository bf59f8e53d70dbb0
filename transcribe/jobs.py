"""The jobs of the room, for the worker the roof runs."""

from uuid import UUID

from procrastinate import BaseRetryStrategy, Blueprint, RetryDecision
from procrastinate.jobs import Job

from base.jobs import defer
from transcribe import store
from transcribe.errors import BusyError
from transcribe.worker import TranscriptionWorker

QUEUE = "transcription"
CALL = "transcribe.call"
ATTEMPTS = 10
BUSY_S = 20


class _Patience(BaseRetryStrategy):
    """Look again while another worker is at the call; back off, and give up in the end, on anything else."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, BusyError):
            return RetryDecision(retry_in={"seconds": BUSY_S})
        if not isinstance(exception, Exception) or job.attempts >= ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(600, 2 ** (job.attempts + 1))})


def add_jobs(blueprint: Blueprint, worker: TranscriptionWorker) -> None:
    """Declare the room's tasks on the app (or a blueprint of it)."""

    @blueprint.task(name=CALL, queue=QUEUE, retry=_Patience())
    async def call(call_id: str) -> None:
        await worker.transcribe(UUID(call_id))

    @blueprint.periodic(cron="*/5 * * * *")
    @blueprint.task(name="transcribe.sweep", queue=QUEUE, queueing_lock="transcribe.sweep")
    async def sweep(timestamp: int) -> None:
        del timestamp
        async with worker.engine.begin() as connection:
            for call_id in await store.forgotten(connection):
                await defer(connection, CALL, queue=QUEUE, args={"call_id": str(call_id)})
