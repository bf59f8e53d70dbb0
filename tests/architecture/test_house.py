"""The house rules that no linter knows (DESIGN.md sections 2 and 5)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("alo", "base", "crm", "dialer", "lab", "pacing", "recording", "transcribe", "web")

MOST_LINES = 300
MAY_BE_LONG = {
    "base/migrations/versions/0001_the_ground.py",  # one schema, read from top to bottom
    "crm/tables.py",  # the same schema
}

# Where printing is the job: the command line, the benchmarks, the laboratory's own programs.
MAY_PRINT = {"alo", "bench", "lab"}

# This machine, what RFC 2606 and RFC 5737 set aside for examples, and the standard that names XML namespaces.
KNOWN_HOST = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|([\w.-]+\.)?(example|invalid|test|localhost)|([\w-]+\.)?example\.(com|org|net)|www\.w3\.org"
    r"|192\.0\.2\.\d+"
)
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp|ssh|git)://(?:[^\s/@\"'`<>]*@)?(\[[^\]\s]*\]|[^\s/:?#\"'`<>)\]|,;\\]*)")
FILLED_IN = re.compile(r"[{}$%*…]|^\.*$")  # a place for a host, or no host at all
REGISTRY_OPTION = re.compile(r"index-url|find-links|registry\s*=|\"resolved\":")
LOCAL_PATH = re.compile(r"(?<![\w.$}~/-])/(?:home|root|work|Users|mnt)/\w|\b[A-Z]:\\Users\\")


def files(*suffixes: str) -> list[Path]:
    """The project's own files, tracked or about to be; with suffixes, only those."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    paths = [ROOT / name for name in sorted(set(listed)) if name]
    return [
        path for path in paths if path.is_file() and not path.is_symlink() and (not suffixes or path.suffix in suffixes)
    ]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def text(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path != Path(__file__)
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def unknown_hosts(line: str) -> list[str]:
    hosts = ADDRESS.findall(line)
    return [host for host in hosts if not FILLED_IN.search(host) and not KNOWN_HOST.fullmatch(host)]


def test_files_are_short():
    long = {name(path) for path in files(".py", ".ts", ".sql") if len(text(path).splitlines()) > MOST_LINES}
    assert long - MAY_BE_LONG == set(), "split the file, or name it in MAY_BE_LONG with the reason"
    assert MAY_BE_LONG - long == set(), "no longer long: take it off MAY_BE_LONG"


def test_every_module_of_a_room_says_what_it_is():
    modules = [path for path in files(".py") if room(path) in ROOMS]
    silent = [name(path) for path in modules if not (ast.get_docstring(ast.parse(text(path))) or "").strip()]
    assert silent == []


def test_every_folder_of_modules_in_a_room_is_a_package():
    # Alembic runs its folder by path.
    folders = {path.parent for path in files(".py") if room(path) in ROOMS and "migrations" not in path.parts}
    assert [name(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_rooms_log_and_do_not_print():
    printing = [
        f"{name(path)}:{node.lineno}"
        for path in files(".py")
        if room(path) not in MAY_PRINT
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_no_file_holds_the_address_of_a_host_that_is_not_ours():
    found = {
        f"{name(path)}: {host}"
        for path in files()
        if path != Path(__file__)
        for line in text(path).splitlines()
        for host in unknown_hosts(line)
    }
    assert found == set()


def test_no_file_chooses_a_package_registry():
    assert hits(REGISTRY_OPTION) == []


def test_no_file_holds_a_path_of_somebodys_machine():
    assert hits(LOCAL_PATH) == []


def test_arrows_point_down():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, check=False, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("see http://127.0.0.1:8080/live", []),
        ("http://localhost and ws://[::1]:80/ws", []),
        ('f"http://{host}:{port}/x" and https://$HOST/ and https://', []),
        ("https://crm.example.com/hook https://a.test/", []),
        ("https://packages.somewhere.io/simple", ["packages.somewhere.io"]),
        ("https://user:secret@packages.somewhere.io/", ["packages.somewhere.io"]),
        ("http://notexample.com.evil.io", ["notexample.com.evil.io"]),
    ],
)
def test_the_search_for_hosts_finds_hosts(line, expected):
    assert unknown_hosts(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("open('/home/ana/x')", True), ("C:\\Users\\ana", True), ("/usr/sbin/asterisk", False), ("$ROOT/work/x", False)],
)
def test_the_search_for_paths_finds_paths(line, expected):
    assert bool(LOCAL_PATH.search(line)) is expected
