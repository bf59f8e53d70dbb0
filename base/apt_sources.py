"""Where this machine fetches its packages from, read from its own apt sources: we never write an address down."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_ONE_LINE = re.compile(r"^\s*deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)$")


@dataclass(frozen=True, kw_only=True)
class AptSource:
    """One archive of binary packages: its address, one suite of it with its components, the key it is signed by."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str | None = None


def parse_one_line(text: str) -> list[AptSource]:
    """The sources of a `sources.list`; comments, source packages and lines that make no sense are passed over."""
    found = []
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0])
        if match:
            options = dict(o.split("=", 1) for o in (match["options"] or "").split() if "=" in o)
            found.append(
                AptSource(
                    uri=match["uri"],
                    suite=match["suite"],
                    components=tuple(match["components"].split()),
                    signed_by=options.get("signed-by"),
                )
            )
    return found


def parse_deb822(text: str) -> list[AptSource]:
    """The sources of a `.sources` file: one for each address and suite of its enabled stanzas."""
    found = []
    for stanza in re.split(r"\n\s*\n", _without_comments(text)):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").strip().lower() == "no":
            continue
        signed_by = fields.get("signed-by", "").strip()
        found += [
            AptSource(
                uri=uri,
                suite=suite,
                components=tuple(fields.get("components", "").split()),
                # A key may stand in the file itself; only a path is of use to us.
                signed_by=signed_by if signed_by.startswith("/") and "\n" not in signed_by else None,
            )
            for uri in fields.get("uris", "").split()
            for suite in fields.get("suites", "").split()
        ]
    return found


def read_sources(etc: Path = Path("/etc/apt")) -> list[AptSource]:
    """Every source this machine has, in apt's own order; unreadable files are passed over."""
    files = [etc / "sources.list"]
    if (etc / "sources.list.d").is_dir():
        files += sorted((etc / "sources.list.d").iterdir())
    found: list[AptSource] = []
    for file in files:
        try:
            text = file.read_text(errors="replace")
        except OSError:
            continue
        if file.suffix == ".sources":
            found += parse_deb822(text)
        elif file.suffix == ".list":
            found += parse_one_line(text)
    return found


def archives(sources: Iterable[AptSource], codename: str) -> list[AptSource]:
    """The distribution's own main archives among `sources`, the likeliest first.

    A third party's archive also calls its suite after the release; it has no `main` of it, or no `-updates` beside it.
    """
    known = list(sources)
    ours = {codename, "stable", "testing", "unstable", "sid"}
    beside = {s.uri for s in known if s.suite.endswith("-updates")}
    candidates = [
        s for s in known if s.suite in ours and "main" in s.components and "security" not in f"{s.uri} {s.suite}"
    ]
    return list({s.uri: s for s in sorted(candidates, key=lambda s: s.uri not in beside)}.values())


def os_release(path: Path = Path("/etc/os-release")) -> Mapping[str, str]:
    """The fields of os-release (ID, VERSION_CODENAME, …); empty when there is no such file."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    return {k: v.strip().strip("\"'") for k, _, v in (line.partition("=") for line in lines) if _}


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line[:1].isspace():
            fields[name] = fields.get(name, "") + "\n" + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields
