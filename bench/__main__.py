"""`python -m bench NAME [--quick] [--json] [--write]`: one benchmark, or all of them, beside the machine's facts."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from base.errors import AloError
from bench.machine import facts

NOT_BENCHMARKS = {"__init__", "__main__", "machine"}


def names() -> list[str]:
    """Every module of this folder that has a `run(quick) -> dict`."""
    folder = Path(__file__).parent
    found = (path.stem for path in folder.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    return sorted(name for name in found if not name.startswith("_"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names(), help="all of them when left out")
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it runs, not how fast it is")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument(
        "--write", action="store_true", help="put tables and picture into docs/benchmarks, where the page takes them"
    )
    parser.add_argument("--minutes", type=float, help="for how long `soak` lasts: 60 for its hour")
    chosen = parser.parse_args()
    if chosen.minutes is not None and chosen.name != "soak":
        parser.error("--minutes is for the benchmark `soak`")
    options = {} if chosen.minutes is None else {"minutes": chosen.minutes}
    if chosen.write and chosen.quick:
        parser.error("--write is for full runs: leave --quick out")
    report: dict[str, Any] = {"machine": facts(), "quick": chosen.quick}
    failed = False
    for name in [chosen.name] if chosen.name else names():
        module = importlib.import_module(f"bench.{name}")
        if not hasattr(module, "run"):
            continue
        try:
            report[name] = module.run(chosen.quick, **options)
        except AloError as error:
            failed = True
            report[name] = {"error": str(error)}
            continue
        if chosen.write and hasattr(module, "write"):
            for path in module.write(report[name], report["machine"]):
                print(f"Written: {path}", file=sys.stderr)
        if not chosen.json and hasattr(module, "table"):
            print(module.table(report[name]))
        elif not chosen.json:
            show(name, report[name])
    if chosen.json:
        print(json.dumps(report, indent=2, default=str))
    else:
        show("machine", report["machine"])
    return 1 if failed else 0


def show(title: str, figures: dict[str, Any]) -> None:
    table = Table(title=title, show_header=False, title_justify="left")
    for key, value in figures.items():
        shown = json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
        table.add_row(key, f"{value:,.2f}" if isinstance(value, float) else shown)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
