"""Private Debian packages: programs this machine lacks, unpacked beside it and run with their own libraries.

Nothing is installed and no root is needed: apt resolves and downloads (its signatures and checksums are checked) as on
an empty machine, the packages are unpacked into a folder of ours, and programs are started through the loader of that
folder, so that they never meet the machine's own libraries.
"""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from base.apt_sources import AptSource, archives, os_release, read_sources
from base.errors import MissingPartError

Progress = Callable[[str, float | None], None]

_ROOM_BYTES: Final = 1_500_000_000
_STAMP: Final = "alo-packages.json"
_TRIPLETS: Final = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
_LOADERS: Final = {"amd64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """What to ask of a distribution's archive; `suite` None means the machine's own release."""

    suite: str | None
    components: tuple[str, ...]
    keyring: str


# Debian 12 and 13 ship no Asterisk, testing does (docs/decisions; DESIGN.md section 1); Ubuntu has it in universe.
_DISTRIBUTIONS: Final = {
    "debian": Distribution(
        suite="testing", components=("main",), keyring="/usr/share/keyrings/debian-archive-keyring.gpg"
    ),
    "ubuntu": Distribution(
        suite=None, components=("main", "universe"), keyring="/usr/share/keyrings/ubuntu-archive-keyring.gpg"
    ),
}


def architecture() -> str:
    """Debian's name of this machine's processor. Raises MissingPartError where we have no packages for it."""
    name = _MACHINES.get(platform.machine())
    if name is None:
        raise MissingPartError(
            f"Private Debian packages work on x86_64 and aarch64, and this machine is {platform.machine()}. "
            "Install the missing programs yourself and name them in alo.toml."
        )
    return name


def triplet() -> str:
    """The name of this machine's processor in the paths of libraries, such as x86_64-linux-gnu."""
    return _TRIPLETS[architecture()]


@dataclass(frozen=True, kw_only=True)
class DebianPrefix:
    """Packages unpacked below `root`; `versions` is package → version."""

    root: Path
    versions: Mapping[str, str]
    architecture: str

    @property
    def libraries(self) -> Path:
        """The folder of the prefix that holds its shared libraries."""
        return self.root / "usr" / "lib" / _TRIPLETS[self.architecture]

    def command(self, program: str, *arguments: str) -> tuple[str, ...]:
        """The command line that runs `program` (a path inside the prefix, such as `usr/bin/sipp`).

        Raises MissingPartError when the prefix has no such program.
        """
        loader = _LOADERS[self.architecture]
        places = (self.libraries / loader, self.root / "usr/lib64" / loader, self.root / "usr/lib" / loader)
        found = next((p for p in places if p.exists()), None)
        if found is None or not (self.root / program).exists():
            raise MissingPartError(f"{self.root} holds no {program}. Remove that folder and run the set-up again.")
        folders = [self.libraries, *sorted({p.parent for p in self.libraries.glob("*/lib*.so*")})]
        paths = ":".join(map(str, folders))
        return (str(found), "--library-path", paths, str(self.root / program), *arguments)


def find_prefix(directory: Path, packages: Sequence[str]) -> DebianPrefix | None:
    """The prefix in `directory` when it is whole and holds all `packages`; touches no network."""
    try:
        stamp = json.loads((directory / _STAMP).read_text())
        prefix = DebianPrefix(root=directory, versions=stamp["versions"], architecture=stamp["architecture"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    fits = prefix.architecture == architecture() and set(packages) <= set(prefix.versions)
    return prefix if fits else None


def fetch_prefix(directory: Path, packages: Sequence[str], *, progress: Progress | None = None) -> DebianPrefix:
    """The prefix in `directory` with `packages` and all they depend on, fetched unless it is there already.

    Whole or not at all: the packages are unpacked beside it and put in place by renaming. Raises MissingPartError.
    """
    found = find_prefix(directory, packages)
    if found:
        return found
    tell = progress or (lambda _text, _fraction: None)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(directory.with_name(directory.name + ".lock")):
            return find_prefix(directory, packages) or _fetch(directory, packages, tell)
    except OSError as error:
        raise MissingPartError(
            f"The packages {', '.join(packages)} could not be put into {directory}: {error}. "
            "Make room there, or make the folder yours, and try again."
        ) from error


def _fetch(directory: Path, packages: Sequence[str], tell: Progress) -> DebianPrefix:
    sources = _sources()
    if shutil.disk_usage(directory.parent).free < _ROOM_BYTES:
        raise MissingPartError(
            f"There is less than {_ROOM_BYTES / 1e9:.1f} GB free in {directory.parent}, too little for "
            f"{', '.join(packages)}. Make room, or set cache_dir to a disk that has it."
        )
    work = directory.with_name(directory.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    try:
        last: MissingPartError | None = None
        for source in sources:
            try:
                files = _download(work / "apt", source, packages, tell)
                break
            except MissingPartError as error:
                last = error
        else:
            assert last is not None
            raise last
        tree = work / "tree"
        tree.mkdir()
        versions: dict[str, str] = {}
        for number, file in enumerate(files):
            tell(f"Unpacking {file.name.partition('_')[0]}", 0.7 + 0.3 * number / len(files))
            # dpkg-deb checks the archive; apt has checked its sum against the signed list.
            _run(("dpkg-deb", "--extract", str(file), str(tree)), f"The package {file.name} could not be unpacked")
            name, version = _run(
                ("dpkg-deb", "--show", "--showformat=${Package}\t${Version}", str(file)),
                f"The package {file.name} could not be read",
            ).split("\t")
            versions[name] = version
        stamp = {"architecture": architecture(), "versions": versions}
        (tree / _STAMP).write_text(json.dumps(stamp, indent=1, sort_keys=True))
        if directory.exists():
            directory.rename(work / "old")
        tree.rename(directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    tell("Unpacked", 1.0)
    found = find_prefix(directory, packages)
    if found is None:
        raise MissingPartError(f"{', '.join(packages)}: the archive holds other packages under these names.")
    return found


def _sources() -> list[tuple[AptSource, Distribution]]:
    missing = [p for p in ("apt-get", "apt-config", "dpkg-deb") if shutil.which(p) is None]
    release = os_release()
    distribution = _DISTRIBUTIONS.get(release.get("ID", ""))
    if distribution is None or missing:
        raise MissingPartError(
            f"This machine is {release.get('PRETTY_NAME', 'not Debian')}"
            + (f" and has no {missing[0]}" if missing else "")
            + "; programs can be fetched for Debian and Ubuntu only. Install Asterisk 20 or newer by your "
            "distribution's means; it is found on the PATH, or name it as `program` under [asterisk] in alo.toml."
        )
    codename = release.get("VERSION_CODENAME", "")
    found = [(source, distribution) for source in archives(read_sources(), codename)]
    if not found:
        raise MissingPartError(
            f"No archive of {release.get('PRETTY_NAME', 'Debian')} is named in /etc/apt/sources.list or "
            "/etc/apt/sources.list.d, so nothing can be fetched. Add your mirror there."
        )
    return found


def _download(
    directory: Path, asked: tuple[AptSource, Distribution], packages: Sequence[str], tell: Progress
) -> list[Path]:
    """The files of `packages` and of all they depend on, as on an empty machine."""
    source, distribution = asked
    for folder in ("lists/partial", "archives/partial"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    (directory / "status").touch()
    keyring = next((k for k in (distribution.keyring, source.signed_by or "") if Path(k).is_file()), None)
    signed = f"[signed-by={keyring}] " if keyring else ""
    suite = distribution.suite or source.suite
    components = " ".join(c for c in distribution.components if c == "main" or c in source.components)
    (directory / "sources.list").write_text(f"deb {signed}{source.uri} {suite} {components}\n")
    (directory / "apt.conf").write_text(_apt_conf(directory))
    apt = ("apt-get", "-qq", "-o", "APT::Status-Fd=1")
    environment = {**os.environ, "APT_CONFIG": str(directory / "apt.conf"), "LC_ALL": "C"}
    tell("Asking the mirror for its list of packages", None)
    because = "The Debian mirror of this machine's apt sources did not give its list of packages"
    _run((*apt, "update", "-o", "APT::Update::Error-Mode=any"), because, environment=environment)
    install = (*apt, "--yes", "--download-only", "--no-install-recommends", "install", *packages)

    def status(line: str) -> None:
        kind, _, rest = line.partition(":")
        if kind == "dlstatus":
            _number, percent, text = rest.split(":", 2)
            tell(text.strip(), 0.7 * float(percent) / 100)

    because = f"The Debian mirror did not give the packages {', '.join(packages)}"
    _run(install, because, environment=environment, each_line=status)
    return sorted((directory / "archives").glob("*.deb"))


def _apt_conf(directory: Path) -> str:
    """Apt's settings for an empty machine of ours; only how the network is reached is kept from the real one."""
    # Hooks of the machine's own apt settings must not run for us, but its proxies and time-outs hold for us too.
    dump = _run(("apt-config", "dump"), "This machine's apt settings could not be read")
    network = [line for line in dump.splitlines() if line.startswith("Acquire::") and "::IndexTargets" not in line]
    nothing = ("sourceparts", "main", "parts", "preferences", "preferencesparts", "trusted", "trustedparts")
    return "\n".join(
        [
            *network,
            f'Dir::Etc::sourcelist "{directory}/sources.list";',
            *(f'Dir::Etc::{name} "/dev/null";' for name in nothing),
            f'Dir::State "{directory}";',
            f'Dir::State::lists "{directory}/lists";',
            f'Dir::State::status "{directory}/status";',
            f'Dir::Cache "{directory}";',
            f'Dir::Cache::archives "{directory}/archives";',
            # A mirror that lags behind is still signed; we check the signature, not the date.
            'Acquire::Check-Valid-Until "false";',
            'Acquire::Languages "none";',
            'Acquire::Retries "2";',
            'Acquire::http::Timeout "30";',
            'Acquire::https::Timeout "30";',
            'APT::Install-Recommends "false";',
            # The folder is the caller's own; apt's helper account could not write there.
            'APT::Sandbox::User "";',
            f'APT::Architecture "{architecture()}";',
            f'APT::Architectures "{architecture()}";',
            "",
        ]
    )


def _run(
    command: Sequence[str],
    because: str,
    *,
    environment: Mapping[str, str] | None = None,
    each_line: Callable[[str], None] | None = None,
) -> str:
    """What `command` prints. Raises MissingPartError that begins with `because` and ends with its last words."""
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if each_line:
                each_line(line)
    if process.returncode:
        words = [x.strip() for x in lines if x.startswith(("E:", "W:", "dpkg"))] or [x.strip() for x in lines[-2:]]
        raise MissingPartError(f"{because}: {' '.join(words[:3])} Check the network and the mirror, and try again.")
    return "".join(lines)
