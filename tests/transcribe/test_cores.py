"""From probabilities to chunks and back to the call's time, whatever the call looks like."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.audio import hear, resample
from transcribe.batching import CHUNK_S, Channel, Chunk, batches, pack
from transcribe.guards import Heard, Line, Ruling, invented, rule, trimmed
from transcribe.merge import conversation, segments_of
from transcribe.model import SAMPLE_RATE, Segment, Speaker, Track, Word
from transcribe.vad import LONGEST_S, WINDOW_S, Span, speech_spans

AGENT = Channel(call=0, speaker=Speaker.AGENT)


@st.composite
def spans(draw):
    at, found = 0.0, []
    for gap, length in draw(st.lists(st.tuples(st.floats(0, 30), st.floats(0.05, CHUNK_S)), max_size=20)):
        found.append(Span(start_s=at + gap, end_s=at + gap + length))
        at = found[-1].end_s
    return found


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 700)), max_size=12))
def test_spans_are_in_order_within_the_channel_and_short_enough_for_a_chunk(runs):
    probabilities = [p for p, times in runs for _ in range(times)]
    total = len(probabilities) * WINDOW_S
    found = speech_spans(probabilities, total)
    assert all(0 <= span.start_s < span.end_s <= total for span in found)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(found))
    assert all(span.seconds <= LONGEST_S + WINDOW_S for span in found)
    for i, probability in enumerate(probabilities):
        # Loud and long enough speech is never lost.
        if probability > 0.5 and all(p > 0.5 for p in probabilities[i : i + 8]) and i + 8 < len(probabilities):
            assert any(span.start_s - 1e-9 <= i * WINDOW_S < span.end_s for span in found)


def test_a_pause_within_a_sentence_does_not_cut_it_but_a_turn_does():
    speech, short, long = [0.9] * 30, [0.0] * 10, [0.0] * 60
    assert len(speech_spans(speech + short + speech, 3)) == 1
    assert len(speech_spans(speech + long + speech, 5)) == 2
    assert speech_spans([0.0] * 100, 3.2) == []
    assert speech_spans([0.9], 0.032) == []


@given(spans())
def test_packing_loses_no_speech_and_no_chunk_is_too_long(found):
    chunks = pack(AGENT, found)
    assert [span for chunk in chunks for span in chunk.spans] == found
    assert all(chunk.seconds <= CHUNK_S + 1e-9 for chunk in chunks)
    assert all(a.seconds + b.spans[0].seconds > CHUNK_S - 1e-9 for a, b in itertools.pairwise(chunks))


@given(spans().filter(bool), st.floats(0, 1), st.floats(0, 1))
def test_chunk_time_comes_back_as_call_time_in_order_and_within_speech(found, a, b):
    chunk = Chunk(channel=AGENT, spans=tuple(found))
    early, late = sorted((a * chunk.seconds, b * chunk.seconds))
    assert chunk.call_time(early) <= chunk.call_time(late) + 1e-6
    span = chunk.spans[chunk.span_at(early)]
    assert span.start_s - 1e-6 <= chunk.call_time(early) <= span.end_s + 1e-6
    rest = chunk.after(early)
    assert rest.seconds == pytest.approx(chunk.seconds - early, abs=1e-6)


@given(st.lists(spans().filter(bool), max_size=6), st.integers(1, 8))
def test_batches_hold_every_chunk_once_the_longest_first(calls, size):
    chunks = [c for i, found in enumerate(calls) for c in pack(Channel(call=i, speaker=Speaker.DEBTOR), found)]
    made = batches(chunks, size)
    flat = [chunk for batch in made for chunk in batch]
    assert sorted(map(id, flat)) == sorted(map(id, chunks))
    assert all(len(batch) <= size for batch in made)
    assert [c.seconds for c in flat] == sorted((c.seconds for c in flat), reverse=True)


def test_words_said_on_both_sides_of_a_left_out_silence_are_two_segments():
    chunk = Chunk(channel=AGENT, spans=(Span(start_s=1, end_s=2), Span(start_s=10, end_s=12)))
    said = (Word(text="Sim.", start_s=0.2, end_s=0.8), Word(text="Não.", start_s=1.3, end_s=1.9))
    first, second = segments_of(chunk, [Line(start_s=0, end_s=2, text="Sim. Não.", words=said)], -0.2)
    assert (first.text, first.start_s, first.end_s) == ("Sim.", 1.2, 1.8)
    assert (second.text, second.start_s, second.end_s) == ("Não.", 10.3, 10.9)
    (whole,) = segments_of(chunk, [Line(start_s=1, end_s=9, text="Não.")], -0.2)
    assert (whole.start_s, whole.end_s) == (10, 12)


segments = st.lists(
    st.builds(
        lambda speaker, start, length, text: Segment(
            speaker=speaker, start_s=start, end_s=start + length, text=text, avg_logprob=-0.5
        ),
        st.sampled_from(Speaker),
        st.floats(0, 60),
        st.floats(0, 10),
        st.sampled_from(["alô", "bom dia", "pago amanhã"]),
    ),
    max_size=15,
)


@given(segments)
def test_a_conversation_is_in_order_and_keeps_every_word_on_its_side(said):
    told = conversation(said)
    assert [s.start_s for s in told] == sorted(s.start_s for s in told)
    for speaker in Speaker:
        kept = sorted(word for s in told if s.speaker is speaker for word in s.text.split())
        assert kept == sorted(word for s in said if s.speaker is speaker for word in s.text.split())
    assert all(segment.avg_logprob == pytest.approx(-0.5) for segment in told)


def test_a_breath_does_not_end_a_segment_but_the_other_side_does():
    def say(speaker, start, text):
        return Segment(speaker=speaker, start_s=start, end_s=start + 1, text=text)

    agent, debtor = Speaker.AGENT, Speaker.DEBTOR
    one = conversation([say(agent, 1.5, "dia"), say(agent, 0, "Bom")])
    assert [s.text for s in one] == ["Bom dia"]
    two = conversation([say(agent, 0, "Bom"), say(debtor, 1.2, "Oi"), say(agent, 1.5, "dia")])
    assert [(s.speaker, s.text) for s in two] == [(agent, "Bom"), (debtor, "Oi"), (agent, "dia")]


def heard(text: str, *, end: float = 10, logprob: float = -0.3, silence: float = 0.0) -> Heard:
    return Heard(lines=(Line(start_s=0, end_s=end, text=text),), avg_logprob=logprob, no_speech=silence)


def test_loops_are_heard_again_untold_ends_too_and_guesses_in_silence_dropped():
    assert rule(heard("Bom dia, falo com a Maria?"), 10) is Ruling.KEEP
    assert rule(heard("é a gente, " * 40), 10) is Ruling.AGAIN
    assert rule(heard("Bom dia.", end=4), 10) is Ruling.REST
    assert rule(heard("Obrigado.", logprob=-1.4, silence=0.8), 10) is Ruling.DROP
    assert rule(Heard(lines=(), avg_logprob=0, no_speech=0.1), 10) is Ruling.AGAIN
    assert rule(Heard(lines=(), avg_logprob=0, no_speech=0.9), 10) is Ruling.DROP


@pytest.mark.parametrize(
    "text",
    ["Legendas pela comunidade Amara.org", "Transcrição e Legendas por QUEM", "Obrigado por assistir!", " . ", "♪"],
)
def test_film_credits_are_known_as_invented(text):
    assert invented(text)


@pytest.mark.parametrize("text", ["Obrigado.", "Pode me mandar por e-mail?", "Sim", "842"])
def test_what_people_say_is_not(text):
    assert not invented(text)


def test_times_past_the_end_are_clipped_and_empty_lines_dropped():
    lines = (Line(start_s=0, end_s=30, text="Alô"), Line(start_s=28, end_s=30, text="fim"))
    kept = trimmed(Heard(lines=lines, avg_logprob=0, no_speech=0), 5)
    assert [(line.start_s, line.end_s, line.text) for line in kept] == [(0, 5, "Alô")]


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("tone", [300, 1000, 3000])
def test_a_tone_is_the_same_tone_after_resampling(rate, tone):
    wave = np.sin(2 * np.pi * tone * np.arange(rate) / rate).astype(np.float32)
    wanted = np.sin(2 * np.pi * tone * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    got = resample(wave, rate)
    assert len(got) == SAMPLE_RATE
    assert np.abs(got - wanted)[200:-200].max() < 0.02


def test_what_the_model_could_not_hear_is_not_folded_into_what_it_hears():
    wave = np.sin(2 * np.pi * 11000 * np.arange(44100) / 44100).astype(np.float32)
    assert np.abs(resample(wave, 44100))[200:-200].max() < 0.02


def test_spans_are_cut_from_a_track_at_their_times():
    track = Track(samples=np.repeat(np.arange(10, dtype=np.int16) * 1000, 8000), rate=8000)
    sound = hear(track, [Span(start_s=2, end_s=3), Span(start_s=7, end_s=9)])
    assert len(sound) == 3 * SAMPLE_RATE
    assert sound[8000] * 32768 == pytest.approx(2000, abs=1)
    assert sound[40000] * 32768 == pytest.approx(8000, abs=1)
    assert len(hear(track, [])) == 0
    assert len(hear(track)) == 10 * SAMPLE_RATE
