"""A pass over many calls: what the model gets wrong is heard again, and nobody's trouble is another's."""

from collections.abc import Callable, Sequence

import numpy as np

from transcribe.batching import CHUNK_S
from transcribe.guards import Heard, Line
from transcribe.model import SAMPLE_RATE, CallAudio, Sound, Speaker, Track
from transcribe.service import transcribe_calls
from transcribe.vad import WINDOW_S

RATE = 8000


class ScriptedModel:
    """Hears speech wherever there is sound and answers as the test says."""

    name, language, workers = "scripted", "pt", 2

    def __init__(self, answer: Callable[[float, bool], Heard]) -> None:
        self.answer = answer
        self.asked: list[tuple[int, bool]] = []

    def speech_probabilities(self, sound: Sound) -> list[float]:
        size = int(WINDOW_S * SAMPLE_RATE)
        return [float(np.abs(sound[i : i + size]).max() > 0.01) for i in range(0, len(sound), size)]

    def decode(self, sounds: Sequence[Sound], *, carefully: bool = False) -> list[Heard]:
        self.asked.append((len(sounds), carefully))
        return [self.answer(len(sound) / SAMPLE_RATE, carefully) for sound in sounds]


def heard(text: str, end_s: float) -> Heard:
    return Heard(lines=(Line(start_s=0, end_s=end_s, text=text),), avg_logprob=-0.2, no_speech=0)


def call(*, agent_s: float = 0, debtor_s: float = 0) -> CallAudio:
    """Both sides silent but for one stretch of sound a second after the answer."""

    def track(seconds: float) -> Track:
        samples = np.zeros(int((seconds + 2) * RATE), dtype=np.int16)
        samples[RATE : int((1 + seconds) * RATE)] = 9000
        return Track(samples=samples, rate=RATE)

    return CallAudio(agent=track(agent_s), debtor=track(debtor_s))


def test_calls_share_batches_and_come_back_in_order():
    model = ScriptedModel(lambda seconds, _: heard(f"{seconds:.0f}", seconds))
    calls = [call(agent_s=2 + i, debtor_s=1) for i in range(5)]
    made = transcribe_calls(calls, model, batch=4)
    assert sorted(size for size, _ in model.asked) == [2, 4, 4]
    assert [one.said_by(Speaker.AGENT) for one in made] == ["3", "4", "5", "6", "7"]
    assert {one.said_by(Speaker.DEBTOR) for one in made} == {"2"}


def test_a_loop_is_heard_again_more_carefully_and_dropped_when_it_stays():
    def mended(seconds: float, carefully: bool) -> Heard:
        return heard("pago amanhã" if carefully else "e a " * 60, seconds)

    (made,) = transcribe_calls([call(agent_s=3)], ScriptedModel(mended))
    assert made.said_by(Speaker.AGENT) == "pago amanhã"
    (made,) = transcribe_calls([call(agent_s=3)], ScriptedModel(lambda seconds, _: heard("e a " * 60, seconds)))
    assert made.segments == ()
    assert made.problem is None


def test_a_guess_in_what_is_no_speech_is_dropped():
    guess = Heard(lines=(Line(start_s=0, end_s=3, text="Obrigado."),), avg_logprob=-1.5, no_speech=0.9)
    (made,) = transcribe_calls([call(agent_s=3)], ScriptedModel(lambda _seconds, _carefully: guess))
    assert made.segments == ()


def test_speech_left_untold_at_a_chunks_end_is_heard_again_and_put_after_the_rest():
    def forgetful(seconds: float, _: bool) -> Heard:
        return heard("o começo", 3) if seconds > 8 else heard("e o fim", seconds)

    (made,) = transcribe_calls([call(debtor_s=9)], ScriptedModel(forgetful))
    assert made.said_by(Speaker.DEBTOR) == "o começo e o fim"
    assert made.segments[-1].end_s > 9


def test_speech_longer_than_a_chunk_is_told_whole():
    model = ScriptedModel(lambda seconds, _: heard("a", seconds))
    (made,) = transcribe_calls([call(agent_s=4 * CHUNK_S)], model)
    assert made.words >= 4
    assert made.audio_s == 4 * CHUNK_S + 2


def test_silence_asks_the_model_nothing():
    model = ScriptedModel(lambda seconds, _: heard("legendas", seconds))
    made = transcribe_calls([call(), CallAudio(agent=_nothing(), debtor=_nothing())], model)
    assert [one.segments for one in made] == [(), ()]
    assert model.asked == []
    assert transcribe_calls([], model) == []


def test_progress_is_told_in_seconds_of_speech():
    told: list[tuple[float, float]] = []
    model = ScriptedModel(lambda seconds, _: heard("sim", seconds))
    transcribe_calls(
        [call(agent_s=5), call(debtor_s=2)], model, batch=1, progress=lambda done, whole: told.append((done, whole))
    )
    assert len(told) == 2
    assert told[-1][0] == told[-1][1]
    assert told[0][0] < told[1][0]


def test_a_call_that_breaks_the_speech_detector_fails_alone():
    class Deaf(ScriptedModel):
        def speech_probabilities(self, sound: Sound) -> list[float]:
            if len(sound) > 5 * SAMPLE_RATE:
                raise RuntimeError("too long for me")
            return super().speech_probabilities(sound)

    bad, good = transcribe_calls([call(agent_s=9), call(agent_s=2)], Deaf(lambda seconds, _: heard("sim", seconds)))
    assert "too long for me" in (bad.problem or "")
    assert bad.segments == ()
    assert good.said_by(Speaker.AGENT) == "sim"


def _nothing() -> Track:
    return Track(samples=np.zeros(0, dtype=np.int16), rate=RATE)
