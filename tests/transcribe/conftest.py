"""The real model, loaded once per test process."""

from pathlib import Path

import pytest
from filelock import FileLock

from base.settings import load_settings
from transcribe.weights import ensure_model
from transcribe.whisper import Whisper


@pytest.fixture(scope="session")
def weights() -> Path:
    """The folder of the model `base`; fetched on the first run of this machine."""
    cache = load_settings().cache_dir
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "whisper.lock"):
        return ensure_model("base", cache)


@pytest.fixture(scope="session")
def whisper(weights: Path) -> Whisper:
    return Whisper(weights, name="base")
