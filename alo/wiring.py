"""Everything is built here and nowhere else: settings in, ready-made processes out."""

import asyncio
import os
import signal
from collections.abc import Iterable

from fastapi import FastAPI
from procrastinate import App

from base.clock import SystemClock
from base.database import check, create_engine
from base.errors import SettingsError
from base.jobs import create_app as create_job_app
from base.settings import Settings
from dialer.asterisk.configure import AgentAccount, places, write_agents
from dialer.asterisk.install import install_asterisk
from dialer.asterisk.session import AsteriskExchange
from dialer.model import DialerSettings
from dialer.runtime import roster
from dialer.service import Dialer
from recording import jobs as recording_jobs
from recording.finalise import Finaliser
from recording.storage import RecordingStore
from transcribe import jobs as transcription_jobs
from transcribe.weights import ensure_model
from transcribe.whisper import Whisper, tune_process
from transcribe.worker import TranscriptionWorker
from web.app import create_app as create_web_app

WORKER_NICENESS = 10


def database_url(settings: Settings) -> str:
    """The database every process shares. Raises SettingsError when none is named."""
    if not settings.database_url:
        raise SettingsError(
            "No database is named. Start everything with `alo up`, which brings its own PostgreSQL, or set "
            "ALO_DATABASE_URL (or database_url in alo.toml) to a server of yours."
        )
    return settings.database_url


def dialer(settings: Settings) -> Dialer:
    """The dialer of this machine's Asterisk."""
    url, where, asterisk = database_url(settings), places(settings), settings.asterisk
    clock = SystemClock()

    async def configure_agents(accounts: Iterable[roster.AgentAccount]) -> None:
        if asterisk.manage:
            agents = [AgentAccount(login=a.login, password=a.sip_password) for a in accounts]
            program = await asyncio.to_thread(install_asterisk, settings)
            await asyncio.to_thread(write_agents, where, program, agents)

    return Dialer(
        settings=DialerSettings(
            node=settings.node,
            database_url=url,
            spool=where.legs,
            journal=where.journal,
            sounds=where.sounds,
            timezone=settings.timezone,
            language=settings.language,
            trunks=settings.trunk,
        ),
        engine=create_engine(url),
        exchange=AsteriskExchange(
            host=asterisk.manager_host,
            port=asterisk.manager_port,
            user=asterisk.manager_user,
            secret=settings.manager_secret(),
            clock=clock,
        ),
        clock=clock,
        configure_agents=configure_agents,
    )


def worker(settings: Settings) -> App:
    """The job runner: finishes recordings, transcribes."""
    tune_process()
    url, whisper = database_url(settings), settings.whisper
    engine, storage = create_engine(url), RecordingStore(settings.recordings)

    def load() -> Whisper:
        return Whisper(
            ensure_model(whisper.model, settings.cache_dir),
            name=whisper.model,
            compute_type=whisper.compute_type,
            workers=whisper.workers,
            threads=whisper.threads_per_worker,
            beam=whisper.beam,
        )

    app = create_job_app(url)
    recording_jobs.add_jobs(app, Finaliser(engine=engine, storage=storage), places(settings).legs)
    transcription_jobs.add_jobs(
        app, TranscriptionWorker(engine=engine, storage=storage, load=load, batch=whisper.batch)
    )
    return app


def web(settings: Settings) -> FastAPI:
    """The web application."""
    database_url(settings)
    return create_web_app(settings)


async def run_dialer(settings: Settings) -> None:
    """Dial until told to stop (SIGTERM, SIGINT)."""
    engine = create_engine(database_url(settings))
    await check(engine)
    await engine.dispose()
    service = dialer(settings)
    await service.start()
    await stop_asked()
    await service.stop()


async def run_worker(settings: Settings) -> None:
    """Work on jobs until told to stop; what is being worked on is finished or left for the next worker."""
    # Calls come first where cores are few: an answer waits for its agent in milliseconds, words may wait.
    os.nice(WORKER_NICENESS)
    app = worker(settings)
    async with app.open_async():
        # Apart: a pass of transcription must not hold up the keeping of recordings.
        tasks = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=10,
                )
            )
            for queue, concurrency in (("recording", 4), ("transcription", 2))
        ]
        stop = asyncio.create_task(stop_asked())
        done, _ = await asyncio.wait({*tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done - {stop}:
            task.result()


async def stop_asked() -> None:
    """Returns when the process is asked to stop."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
