"""Only finite numbers of the right shape are read back."""

import math

import pytest

from pacing.predict.kept import not_negative, number, positive, table_of


def test_what_is_right_is_taken():
    assert table_of([0, 1.5], 2).tolist() == [0.0, 1.5]
    assert (positive(2), not_negative(0), number(-3)) == (2.0, 0.0, -3.0)


@pytest.mark.parametrize("kept", [[1.0], [1.0, -1.0], [1.0, math.nan], [[1.0, 1.0]], 3.0, "ab", None, [1.0, "x"]])
def test_a_table_of_another_shape_or_without_numbers_is_refused(kept):
    with pytest.raises((TypeError, ValueError)):
        table_of(kept, 2)


@pytest.mark.parametrize("read", [positive, not_negative, number])
@pytest.mark.parametrize("kept", [math.nan, math.inf, -math.inf, "a lot", None, []])
def test_what_is_no_number_is_refused(read, kept):
    with pytest.raises((TypeError, ValueError)):
        read(kept)


def test_numbers_out_of_range_are_refused():
    for kept in (0.0, -1.0):
        with pytest.raises(ValueError, match="above 0"):
            positive(kept)
    with pytest.raises(ValueError, match="0 or more"):
        not_negative(-0.1)
