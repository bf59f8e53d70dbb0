"""The exam every detector takes that listens beside the agent."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialer.answer.detector import RATE_HZ, Detector, Finding, GreetingBegan, GreetingEnded, Machine, Person, Sound


def voice(*pieces: float, loud: float = 6000.0) -> Sound:
    """Seconds of silence and of a voice by turns, beginning with silence; the voice swells as syllables do."""
    parts = []
    for n, seconds in enumerate(pieces):
        at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
        buzz = sum(np.sin(2 * np.pi * 140 * k * at) / k for k in range(1, 16))
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)
        parts.append(buzz * swell * loud / 2 if n % 2 else np.zeros(len(at)))
    return np.concatenate(parts).clip(-32768, 32767).astype(np.int16)


HELLO = voice(0.5, 0.5, 3.0)
VOICEMAIL = voice(0.8, 1.4, 0.3, 1.6, 0.35, 2.2, 1.0)


class Exam:
    """Subclasses give `detector`, which makes a new one."""

    @pytest.fixture
    def detector(self) -> Callable[[], Detector]:
        raise NotImplementedError

    def test_who_says_hello_and_waits_is_no_machine(self, detector: Callable[[], Detector]):
        assert Person() in findings(detector(), HELLO)

    def test_who_talks_on_is_a_machine_within_five_seconds(self, detector: Callable[[], Detector]):
        found = findings(detector(), VOICEMAIL[: 5 * RATE_HZ])
        assert isinstance(found[-1], Machine)
        assert found[-1].why

    def test_silence_is_no_machine(self, detector: Callable[[], Detector]):
        assert not any(isinstance(f, Machine) for f in findings(detector(), np.zeros(20 * RATE_HZ, dtype=np.int16)))

    def test_the_greetings_beginning_and_end_lie_where_they_are_heard(self, detector: Callable[[], Detector]):
        found = findings(detector(), HELLO)
        began = [f.at_s for f in found if isinstance(f, GreetingBegan)]
        ended = [f.at_s for f in found if isinstance(f, GreetingEnded)]
        assert began == [] or began == [pytest.approx(0.5, abs=0.2)]
        assert ended == [] or ended == [pytest.approx(1.0, abs=0.2)]

    @pytest.mark.parametrize("loud", [600.0, 3000.0, 12_000.0])
    def test_how_loud_somebody_is_changes_nothing(self, detector: Callable[[], Detector], loud: float):
        assert Person() in findings(detector(), voice(0.5, 0.5, 3.0, loud=loud))
        assert isinstance(findings(detector(), voice(0.5, 1.5, 0.3, 2.5, loud=loud))[-1], Machine)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(cuts=st.lists(st.integers(0, len(VOICEMAIL)), max_size=30), heard=st.sampled_from([HELLO, VOICEMAIL]))
    def test_how_the_sound_is_cut_changes_nothing(
        self, detector: Callable[[], Detector], cuts: list[int], heard: Sound
    ):
        assert findings(detector(), heard, np.split(heard, sorted(cuts))) == findings(detector(), heard)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seed=st.integers(0, 2**32 - 1), loud=st.sampled_from([0, 1, 300, 32_767]))
    def test_whatever_is_heard_there_is_one_verdict_at_most_and_nothing_after_it(
        self, detector: Callable[[], Detector], seed: int, loud: int
    ):
        noise = np.random.default_rng(seed).integers(-loud, loud + 1, 12 * RATE_HZ).astype(np.int16)
        found = findings(detector(), noise)
        verdicts = [n for n, f in enumerate(found) if isinstance(f, Person | Machine)]
        assert verdicts in ([], [len(found) - 1])

    def test_one_call_says_nothing_of_another(self, detector: Callable[[], Detector]):
        alone = findings(detector(), HELLO)
        findings(detector(), VOICEMAIL)
        assert findings(detector(), HELLO) == alone


def findings(detector: Detector, sound: Sound, pieces: Iterable[Sound] | None = None) -> list[Finding]:
    """Everything found in the sound, given in pieces of 20 ms or in those named."""
    return [finding for piece in (pieces or frames(sound)) for finding in detector.hear(piece)]


def frames(sound: Sound) -> Iterator[Sound]:
    for start in range(0, len(sound), RATE_HZ // 50):
        yield sound[start : start + RATE_HZ // 50]
