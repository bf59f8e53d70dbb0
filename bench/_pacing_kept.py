"""Days already simulated, kept on disk for as long as the code they ran on stays the same."""

import ast
import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pacing
from bench._pacing_days import TARGET, Figures, Job
from pacing.simulator import Scenario

ROOT = Path(pacing.__file__).parents[1]
START = ("pacing.simulation.run", "pacing.peers.makers")
OWN = ("pacing.pacer", "pacing.floor", "pacing.trunk", "pacing.model")
"""What of our own other dialers' policies, which are made beside them, do not run on."""
PEERS = {
    "vicidial": ("pacing.peers.vicidial",),
    "issabel": ("pacing.peers.issabel",),
    "impact": ("pacing.peers.impact",),
    "oracle": ("pacing.peers.oracle", "pacing.peers.true_laws", "pacing.peers.excess"),
}
"""What each peer alone runs on, by the first word of its policies' names."""


class Days:
    """A JSON line for each day. Without a path nothing is written."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Figures] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                    self._known[entry["key"]] = Figures(**entry["figures"])
                except (ValueError, KeyError, TypeError):
                    continue  # a line cut off as the benchmark was stopped

    def get(self, job: Job) -> Figures | None:
        return self._known.get(key(job))

    def keep(self, job: Job, figures: Figures) -> None:
        name = key(job)
        self._known[name] = figures
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            told = {"scenario": job.scenario.name, "policy": job.policy, "seed": job.seed}
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({"key": name, **told, "figures": asdict(figures)}) + "\n")


def key(job: Job) -> str:
    """Changes with the scenario's data, the policy, the seed, the promise and the code that the day runs on."""
    return f"{_world(job.scenario)}-{job.policy}-{job.seed}-{TARGET:g}-{_code(job.policy.partition(':')[0])}"


@cache
def _world(scenario: Scenario) -> str:
    return hashlib.sha256(repr(scenario).encode()).hexdigest()[:16]


@cache
def _code(policy: str) -> str:
    """A digest of the modules a policy's day runs on, their comments and docstrings aside."""
    peer = policy.partition("-")[0]
    without = tuple(module for name, own in PEERS.items() if name != peer for module in own)
    if peer in PEERS:
        without += OWN
    elif policy in {"progressive", "ratio"}:
        without += ("pacing.predict",)
    found: dict[str, str] = {}
    waiting = list(START)
    while waiting:
        name = waiting.pop()
        path = ROOT / (name.replace(".", "/") + ".py")
        if name not in found and path.exists() and not name.startswith(without):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found[name] = ast.dump(_WithoutWords().visit(tree))
            waiting += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:16]


class _WithoutWords(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node
