"""The judgement whether a recording is as long as its call."""

from dataclasses import dataclass

from recording.model import RecordingStatus

TOLERANCE_S = 0.5
"""How much shorter or longer than its call a recording may be without a remark."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The status of a recording, and what is wrong with it in one sentence."""

    status: RecordingStatus
    problem: str | None = None


def check(*, agent_s: float, debtor_s: float, call_s: float) -> Verdict:
    """Judge the lengths of both legs against the call's, all in seconds."""
    recorded_s = max(agent_s, debtor_s)
    if recorded_s == 0:
        return Verdict(
            status=RecordingStatus.MISSING,
            problem="Asterisk left no sound of this call. Look for its recording in Asterisk's log and spool folder.",
        )
    if recorded_s < call_s - TOLERANCE_S:
        return Verdict(
            status=RecordingStatus.SHORT,
            problem=f"The recording has {recorded_s:.1f} s, the call had {call_s:.1f} s: its end was lost.",
        )
    if min(agent_s, debtor_s) == 0 and call_s > TOLERANCE_S:
        side = "agent" if agent_s == 0 else "debtor"
        return Verdict(
            status=RecordingStatus.SHORT, problem=f"The {side}'s side was not recorded: that channel is silence."
        )
    if recorded_s > call_s + TOLERANCE_S:
        return Verdict(
            status=RecordingStatus.STORED,
            problem=f"The recording has {recorded_s:.1f} s, {recorded_s - call_s:.1f} s more than its call.",
        )
    return Verdict(status=RecordingStatus.STORED)
