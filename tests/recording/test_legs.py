"""Two raw legs become one sound with the agent left and the debtor right."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recording.check import TOLERANCE_S, check
from recording.legs import merge, read_leg, seconds
from recording.model import RecordingStatus

samples = st.lists(st.integers(-32768, 32767), max_size=50).map(lambda values: np.array(values, dtype=np.int16))


@given(samples, samples)
def test_each_side_keeps_its_channel_and_the_shorter_is_padded_with_silence(agent, debtor):
    both = merge(agent=agent, debtor=debtor)
    assert both.shape == (max(len(agent), len(debtor)), 2)
    assert (both[: len(agent), 0] == agent).all()
    assert (both[: len(debtor), 1] == debtor).all()
    assert not both[len(agent) :, 0].any()
    assert not both[len(debtor) :, 1].any()


@given(samples, st.binary(max_size=1))
def test_a_leg_is_read_as_written_and_half_a_sample_at_its_end_is_left_out(tmp_path_factory, values, torn):
    path = tmp_path_factory.mktemp("leg") / "leg.sln"
    path.write_bytes(values.astype("<i2").tobytes() + torn)
    assert (read_leg(path) == values).all()


def test_a_leg_that_is_not_there_has_no_samples(tmp_path: Path):
    assert len(read_leg(tmp_path / "none.sln")) == 0
    assert seconds(8000) == 1.0


@given(st.floats(0, 4000), st.floats(0, 4000), st.floats(0, 4000))
def test_a_recording_is_stored_without_remark_exactly_when_both_sides_are_there_and_its_length_fits(
    agent, debtor, call
):
    verdict = check(agent_s=agent, debtor_s=debtor, call_s=call)
    recorded = max(agent, debtor)
    fits = call - TOLERANCE_S <= recorded <= call + TOLERANCE_S
    if verdict == check(agent_s=1, debtor_s=1, call_s=1):
        assert fits
        assert recorded > 0
    else:
        assert verdict.problem
    if verdict.status is RecordingStatus.MISSING:
        assert recorded == 0


@pytest.mark.parametrize(
    ("agent", "debtor", "status", "says"),
    [
        (0, 0, RecordingStatus.MISSING, "no sound"),
        (6.0, 6.0, RecordingStatus.SHORT, "its end was lost"),
        (10, 0, RecordingStatus.SHORT, "debtor's side"),
        (0, 10, RecordingStatus.SHORT, "agent's side"),
        (11, 10, RecordingStatus.STORED, "more than its call"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(agent, debtor, status, says):
    verdict = check(agent_s=agent, debtor_s=debtor, call_s=10)
    assert verdict.status is status
    assert says in (verdict.problem or "")
