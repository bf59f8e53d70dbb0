"""The jobs of the room, for the worker the roof runs."""

from pathlib import Path
from typing import Any

from procrastinate import BaseRetryStrategy, Blueprint, RetryDecision
from procrastinate.jobs import Job

from recording.errors import LegsStillGrowingError
from recording.finalise import Finaliser
from recording.model import FinishedCall
from recording.sweep import sweep_orphans

QUEUE = "recording"
FINALISE = "recording.finalise"
ATTEMPTS = 12


class _Patience(BaseRetryStrategy):
    """Look again in a second while Asterisk writes; back off, and give up in the end, on anything else."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, LegsStillGrowingError):
            return RetryDecision(retry_in={"seconds": 1})
        if not isinstance(exception, Exception) or job.attempts >= ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(300, 2**job.attempts)})


def add_jobs(blueprint: Blueprint, finaliser: Finaliser, spool: Path) -> None:
    """Declare the room's tasks on the app (or a blueprint of it); `spool` is where Asterisk writes the legs."""

    @blueprint.task(name=FINALISE, queue=QUEUE, retry=_Patience())
    async def finalise(**args: Any) -> None:
        await finaliser.finalise(FinishedCall.from_args(args))

    @blueprint.periodic(cron="* * * * *")
    @blueprint.task(name="recording.sweep", queue=QUEUE, queueing_lock="recording.sweep")
    async def sweep(timestamp: int) -> None:
        del timestamp
        await sweep_orphans(finaliser.engine, spool)
