"""What docs/pacing.md says of the pacing law is what the code has: its figures and its reasons."""

import math
import re
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest

from dialer import service
from dialer.runtime.holds import Hold
from pacing import Reason
from pacing.predict import evidence, law, promise
from pacing.trunk import FAILURES, TRY_EVERY_S
from pacing.waiting import BOX, Axis
from pacing.waiting_fit import COEFFICIENTS, FITTED
from pacing.whatif import LEAST_CALLS, LEAST_TALKS
from web.i18n import TEXTS, Language

PAGE = (Path(__file__).parents[2] / "docs" / "pacing.md").read_text(encoding="utf-8")
MEMORY = promise.MEMORY_PER_ROOT_AGENT * math.sqrt(20.0)
BURSTS = promise.BURSTS_LEAST + promise.BURSTS_RISE * -math.expm1(-20.0 / promise.BURSTS_AGENTS)
FIGURES = re.findall(r"^\| `([\w.]+)\.([A-Z_]+)` \| (\S+) \|", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize(("module", "constant", "value"), FIGURES, ids=[f"{m}.{c}" for m, c, _ in FIGURES])
def test_a_figure_of_the_table_is_that_of_the_code(module, constant, value):
    assert float(Fraction(value)) == pytest.approx(getattr(import_module(f"pacing.{module}"), constant))


def test_the_table_names_every_figure_of_the_promise_and_of_the_rule():
    named = {(module, constant) for module, constant, _ in FIGURES}
    for module, name in ((promise, "predict.promise"), (law, "predict.law"), (evidence, "predict.evidence")):
        own = {one for one, value in vars(module).items() if one.isupper() and isinstance(value, int | float)}
        elsewhere = {"HOUR_S"} if module is evidence else {"HOUR_S", *vars(evidence)}
        assert {(name, one) for one in own - elsewhere} <= named


@pytest.mark.parametrize(
    "told",
    [
        f"until its first {evidence.EVIDENCE_CALLS} calls have ended",
        f"{promise.HOUR_HARD:g} times the promise was abandoned (of {promise.HOUR_ENOUGH} people or more)",
        f"{FAILURES} calls in a row failed at once",
        f"One call every {TRY_EVERY_S:g} seconds tries the trunk",
        f"What was learned is kept every {service.PACING_KEPT_S:g} seconds",
        f"off by {FITTED.mean_error_points:.1f} points on average, {FITTED.largest_error_points:.1f} at most, of",
        f"of {FITTED.days} floors ({BOX[Axis.AGENTS].low:g} to {BOX[Axis.AGENTS].high:g} agents",
        f"learned from {LEAST_CALLS} calls and {LEAST_TALKS} talks",
        f"a polynomial of {len(COEFFICIENTS)} terms",
        f"On 20 agents M is {MEMORY:.0f}.",
        f"({promise.MARGIN_DEVIATIONS * math.sqrt(0.5 * 0.03 * BURSTS * MEMORY):.1f} on 20 agents at 3 %)",
    ],
)
def test_a_figure_in_the_text_is_that_of_the_code(told):
    assert told in " ".join(PAGE.split())


@pytest.mark.parametrize("told", [*Reason, *Hold])
def test_every_reason_and_every_hold_is_explained_under_the_sentence_the_live_page_has_for_it(told):
    texts = TEXTS[Language.PT_BR]
    sentence = texts.get(f"pacing.reason.{told}") or texts[f"pacing.hold.{told}"]
    assert f"| `{told}` | {re.sub(r'{.*?}', '…', sentence)} | " in PAGE
