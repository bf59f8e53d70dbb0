"""A plan survives its file, and a broken file is told in a sentence."""

from pathlib import Path

import pytest

from lab.plan_model import (
    Address,
    Behaviour,
    BehaviourKind,
    CarrierAddress,
    Plan,
    PlanError,
    PlannedAgent,
    PlannedDebtor,
    Side,
    Turn,
    Utterance,
)

PLAN = Plan(
    seed=7,
    carrier=CarrierAddress(address="127.0.0.1", port=5070, rtp_port_first=20000),
    registrar=Address(address="127.0.0.1", port=5060),
    web="http://127.0.0.1:8080",
    said_dir="said",
    debtors={
        "+5511987654321": PlannedDebtor(
            name="Maria Souza",
            document="52998224725",
            behaviours=(
                Behaviour(kind=BehaviourKind.VOICEMAIL, ring_s=3.5, greeting=Utterance(text="Deixe", audio="a.wav")),
                Behaviour(
                    kind=BehaviourKind.TALKS,
                    ring_s=2.0,
                    turns=(Turn(side=Side.DEBTOR, text="Alô?", audio="b.wav"),),
                    ends=Side.AGENT,
                    disposition="promise",
                    disposition_data={"amount_cents": 42000, "date": "2026-03-10"},
                ),
            ),
        )
    },
    agents=(PlannedAgent(login="robo1", password="p", token="t", voice="pm_alex"),),
)


def test_a_plan_read_back_is_the_plan_written(tmp_path: Path):
    PLAN.dump(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == PLAN


def test_the_file_is_for_its_owner_alone(tmp_path: Path):
    PLAN.dump(tmp_path / "plan.json")
    assert (tmp_path / "plan.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{}", '{"seed": 7'])
def test_a_broken_plan_is_told_in_a_sentence(tmp_path: Path, content: str):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(PlanError, match="cannot be read"):
        Plan.load(tmp_path / "plan.json")
