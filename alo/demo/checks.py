"""What must be true at the end of a demo. Each check is a sentence, whether it holds, and what was found."""

from collections.abc import Iterator
from dataclasses import dataclass

from alo.demo.figures import Figures
from alo.demo.stage import Stage
from transcribe.score import WordErrors

RECORDING_TOLERANCE_S = 0.5
MOST_WORD_ERRORS = 0.15
"""Clean voices through a telephone line; real people are harder (see docs/benchmarks)."""
MOST_ABANDONMENT = 0.03

EXPECTED = {
    "talks": {"connected"},
    "voicemail": {"connected"},
    "hangs_up": {"connected", "hangup_early"},
    "busy": {"busy"},
    "noanswer": {"noanswer"},
    "dead": {"dead_number"},
}
"""The outcome of each behaviour when an agent is there for every answer; an abandoned call is counted by itself."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must hold."""

    says: str
    holds: bool
    found: str


def checks(stage: Stage, figures: Figures) -> list[Check]:
    """All checks, in the order of the main job."""
    return [
        *_import(stage, figures),
        *_dials(stage, figures),
        *_recordings(figures),
        *_transcripts(figures),
        *_timeline(figures),
    ]


def word_error_rate(figures: Figures, speaker: str | None = None) -> WordErrors:
    """The errors of one side, or of both."""
    return sum((h.errors for h in figures.heard if speaker in {None, h.speaker}), start=WordErrors())


def recording_gap_s(recording_s: float, wait_s: float, bridged_s: float) -> float:
    """How far the recorded part after the join is from the bridged time; the recording begins at the answer."""
    return abs(recording_s - wait_s - bridged_s)


def _import(stage: Stage, figures: Figures) -> Iterator[Check]:
    good, bad = len(stage.mailing.good), {row.line for row in stage.mailing.bad}
    new = figures.imported.get("rows_new", 0)
    yield Check(says="every good row of the mailing is in", holds=new == good, found=f"{new} of {good}")
    right = set(figures.rejected) == bad
    yield Check(
        says="exactly the bad rows were rejected", holds=right, found=f"{len(figures.rejected)}, expected {len(bad)}"
    )


def _dials(stage: Stage, figures: Figures) -> Iterator[Check]:
    numbers = {dial.number for dial in figures.dials}
    yield Check(
        says="every debtor was dialled",
        holds=len({dial.debtor_id for dial in figures.dials}) == len(stage.mailing.debtors),
        found=f"{len({dial.debtor_id for dial in figures.dials})} of {len(stage.mailing.debtors)}",
    )
    open_ended = sum(dial.outcome is None for dial in figures.dials)
    yield Check(says="every dial has an outcome", holds=not open_ended, found=f"{open_ended} without")
    invites = sum(figures.invites.values())
    yield Check(
        says="the carrier saw each dial once",
        holds=invites == len(figures.dials) and not figures.overlaps,
        found=f"{invites} INVITEs, {figures.overlaps} numbers dialled twice at once",
    )
    wrong = []
    for number in numbers:
        outcomes = [dial.outcome for dial in figures.dials if dial.number == number]
        for outcome, behaviour in zip(outcomes, figures.behaviours.get(number, []), strict=False):
            if outcome != "abandoned" and outcome not in EXPECTED.get(behaviour, set()):
                wrong.append(f"{behaviour}→{outcome}")
    yield Check(
        says="each outcome is what the far end did", holds=not wrong, found=", ".join(sorted(wrong)) or "all agree"
    )
    abandoned = sum(dial.outcome == "abandoned" for dial in figures.dials)
    reached = len(figures.connected) + abandoned
    yield Check(
        says=f"abandonment is at most {100 * MOST_ABANDONMENT:.0f} %",
        holds=reached > 0 and abandoned <= MOST_ABANDONMENT * reached,
        found=f"{abandoned} of {reached}",
    )
    mute = sum(dial.disposition is None for dial in figures.connected)
    yield Check(says="every conversation has a disposition", holds=not mute, found=f"{mute} without")


def _recordings(figures: Figures) -> Iterator[Check]:
    answered = figures.answered
    stored = sum(dial.recording == "stored" for dial in answered)
    yield Check(
        says="every answered call has its recording",
        holds=stored == len(answered),
        found=f"{stored} of {len(answered)}",
    )
    gaps = [
        recording_gap_s(d.recording_s, d.wait_s, d.bridged_s)
        for d in figures.connected
        if d.recording_s is not None and d.wait_s is not None and d.bridged_s is not None
    ]
    worst = max(gaps, default=0.0)
    yield Check(
        says=f"every recording is as long as its call, within {RECORDING_TOLERANCE_S} s",
        holds=bool(gaps) and worst <= RECORDING_TOLERANCE_S,
        found=f"worst {worst:.2f} s of {len(gaps)}",
    )


def _transcripts(figures: Figures) -> Iterator[Check]:
    answered = figures.answered
    done = sum(dial.transcript == "done" for dial in answered)
    yield Check(
        says="every recording has its transcript", holds=done == len(answered), found=f"{done} of {len(answered)}"
    )
    errors = word_error_rate(figures)
    yield Check(
        says=f"at most {100 * MOST_WORD_ERRORS:.0f} % of the words are wrong",
        holds=errors.words > 0 and errors.rate <= MOST_WORD_ERRORS,
        found=f"{100 * errors.rate:.1f} % of {errors.words}",
    )
    swapped = [h for h in figures.heard if h.errors.words > 2 and h.swapped.total < h.errors.total]
    yield Check(
        says="agent's and debtor's words are on the right side", holds=not swapped, found=f"{len(swapped)} swapped"
    )


def _timeline(figures: Figures) -> Iterator[Check]:
    wrong = sum(dial.timeline_rows != 1 for dial in figures.dials)
    yield Check(
        says="every dial has exactly one timeline row",
        holds=not wrong and bool(figures.dials),
        found=f"{len(figures.dials) - wrong} of {len(figures.dials)}",
    )
