"""The message for people who get no agent, as it arrives at the debtor's telephone."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import text, update

from crm import tables
from dialer.answer.sounds import Messages
from dialer.asterisk.configure import places
from tests.asterisk import sound
from tests.asterisk.dialer_sip import Call, Manner
from tests.asterisk.dialer_stage import Stage, number, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HERTZ = 620


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """Five seconds of a tone after one of silence, as a studio would record it."""
    at = np.arange(5 * 44_100) / 44_100
    samples = np.concatenate([np.zeros(44_100), 0.4 * np.sin(2 * np.pi * HERTZ * at)])
    soundfile.write(tmp_path / "message.wav", samples, 44_100)
    return tmp_path / "message.wav"


async def test_it_is_heard_within_two_seconds_of_the_answer_whole_and_told(stage: Stage, message: Path) -> None:
    hears, leaves = number(0), number(1)
    stage.carrier.manners |= {
        hears: Manner(answers_after_s=1.5),
        leaves: Manner(answers_after_s=1.5, hangs_up_after_s=4.0),
    }
    await stage.open(numbers=[hears, leaves], ratio=2)
    kept = Messages(places(stage.settings).sounds).keep(message)
    async with stage.engine.begin() as connection:
        await connection.execute(update(tables.campaign).values(abandonment_message=kept.name))
    await stage.start_dialer()
    await stage.park()
    await until(lambda: _dialled(stage, hears, leaves))
    assert await stage.ask("agent.pause", login="ana", reason="lunch") is None

    dials = await stage.until_over(hears, leaves)

    assert {dials[n].outcome for n in (hears, leaves)} == {"abandoned"}
    for n in (hears, leaves):
        assert 1.5 < _heard_after_s(stage.carrier.by_number[n]) <= 2.0
    played = _loud_part(stage.carrier.by_number[hears])
    assert abs(len(played) / sound.RATE_HZ - 5.0) < 0.2
    assert _pitch(played) == pytest.approx(HERTZ, abs=2)
    payloads = await _payloads(stage)
    assert (payloads[hears]["message"], payloads[hears]["ended_by"]) == ("whole", "system")
    assert payloads[hears]["message_s"] == pytest.approx(kept.seconds, abs=0.3)
    assert (payloads[leaves]["message"], payloads[leaves]["ended_by"]) == ("part", "debtor")
    assert 1.5 < payloads[leaves]["message_s"] < 2.6
    assert all("rests_until" in payload for payload in payloads.values())


async def test_amd_lets_people_through_and_hangs_up_on_machines(stage: Stage) -> None:
    person, machine = number(0), number(1)
    stage.carrier.manners |= {person: Manner(says=sound.HELLO), machine: Manner(says=sound.GREETING)}
    await stage.open(numbers=[machine, person], ratio=2)
    async with stage.engine.begin() as connection:
        await connection.execute(update(tables.campaign).values(answer_detection="amd"))
    await stage.start_dialer()
    await stage.park()

    assert await stage.talking("ana") == {"ana": person}
    dials = await stage.until_over(machine)

    assert (dials[machine].outcome, dials[machine].agent, dials[machine].answered) == ("machine", None, True)
    assert dials[machine].finalise_jobs == 1, "what was taken for a machine can be listened to"
    payloads = await _payloads(stage)
    assert payloads[machine]["machine"].startswith(("LONGGREETING", "MAXWORDS"))
    facts = await stage.facts((await stage.dials())[person].id)
    assert 0.8 < (facts["Answered"] - facts["PickedUp"]).total_seconds() < 2.0
    assert (facts["Joined"] - facts["Answered"]).total_seconds() < 0.5


async def test_connect_first_takes_a_machine_away_from_the_agent(stage: Stage) -> None:
    person, machine = number(0), number(1)
    stage.carrier.manners |= {person: Manner(says=sound.HELLO), machine: Manner(says=sound.GREETING)}
    await stage.open(agents_=("ana", "bruno"), numbers=[machine, person], wrapup_timeout_s=30)
    async with stage.engine.begin() as connection:
        await connection.execute(update(tables.campaign).values(answer_detection="connect_first"))
    await stage.start_dialer()
    await stage.park()

    dials = await stage.until_over(machine)

    assert dials[machine].outcome == "machine"
    assert dials[machine].joined_s is not None
    assert dials[machine].joined_s < 1.0
    assert dials[machine].bridged_s is not None
    assert 2.0 < dials[machine].bridged_s < 4.5
    agents = [await stage.agent(login) for login in ("ana", "bruno")]
    assert sorted(agent["state"] for agent in agents) == ["ready", "talking"]
    (talking,) = [agent for agent in agents if agent["state"] == "talking"]
    assert talking["call"]["number"] == person
    assert (await _payloads(stage))[machine]["machine"] == "talked for 2.2 s"


def _heard_after_s(call: Call) -> float:
    """Seconds from the answer to the first sound."""
    return next(at for at, frame in call.hears if sound.loud(frame)) - call.answered_at


def _loud_part(call: Call) -> np.ndarray:
    heard = [sound.samples(frame) for _, frame in call.hears if sound.loud(frame)]
    return np.concatenate(heard).astype(float)


def _pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * sound.RATE_HZ / len(samples))


async def _dialled(stage: Stage, *numbers: str) -> bool:
    return all(stage.carrier.dials[n] == 1 for n in numbers)


async def _payloads(stage: Stage) -> dict[str, dict[str, object]]:
    async with stage.engine.connect() as connection:
        rows = await connection.execute(text("select payload from timeline"))
        return {row.payload["number"]: row.payload for row in rows}
