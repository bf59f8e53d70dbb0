"""From a sample mailing to the lab's plan: a behaviour behind every number, with the sound of all that is said."""

import random
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from lab.plan_model import (
    Address,
    Behaviour,
    CarrierAddress,
    Plan,
    PlannedAgent,
    PlannedDebtor,
    Turn,
    Utterance,
)
from lab.sample.identities import Identity
from lab.sample.mailing import Mailing
from lab.script.behaviours import Script, scripts
from lab.script.messages import abandonment_message
from lab.script.people import AGENTS
from lab.voices.fetch import Voice
from lab.voices.speech import Speech


def build_plan(
    mailing: Mailing,
    seed: int,
    today: date,
    *,
    speech: Speech,
    carrier: CarrierAddress,
    registrar: Address,
    web: str,
    said_dir: Path,
    agents: Sequence[PlannedAgent],
) -> Plan:
    """The plan for every number of the mailing's good rows; the same arguments give the same plan.

    The sound files it names exist once `speech.render_all(spoken(mailing, seed, today))` is done.
    """
    return Plan(
        seed=seed,
        carrier=carrier,
        registrar=registrar,
        web=web,
        said_dir=str(said_dir),
        debtors={
            number: PlannedDebtor(
                name=who.name, document=who.cpf, behaviours=tuple(_behaviour(script, speech) for script in scripted)
            )
            for number, (who, scripted) in _scripted(mailing, seed, today).items()
        },
        agents=tuple(agents),
    )


def spoken(mailing: Mailing, seed: int, today: date) -> list[tuple[str, Voice]]:
    """All that is said in the plan of these arguments, and the abandonment message, as `Speech.render_all` takes it."""
    said = [abandonment_message()]
    for _, scripted in _scripted(mailing, seed, today).values():
        for script in scripted:
            if script.greeting is not None:
                said.append(script.greeting)
            if script.dialogue is not None:
                said += [(line.text, line.person.voice) for line in script.dialogue.lines]
    return list(dict.fromkeys(said))


def robot_agents(count: int) -> list[PlannedAgent]:
    """`count` robots with new passwords and tokens."""
    return [
        PlannedAgent(
            login=f"robo-{index + 1}",
            password=secrets.token_urlsafe(18),
            token=secrets.token_urlsafe(24),
            voice=AGENTS[index % len(AGENTS)].voice,
        )
        for index in range(count)
    ]


def _scripted(mailing: Mailing, seed: int, today: date) -> Mapping[str, tuple[Identity, tuple[Script, ...]]]:
    """Each number with its owner and scripts. First and second numbers each have the whole mix."""
    chance = random.Random(f"plan {seed}")
    found = {}
    for place in (0, 1):
        owners = [who for who in mailing.debtors if len(who.phones) > place]
        drawn = scripts([who.person for who in owners], today, chance)
        found.update({who.phones[place].e164: (who, each) for who, each in zip(owners, drawn, strict=True)})
    return found


def _behaviour(script: Script, speech: Speech) -> Behaviour:
    def sound(text: str, voice: Voice) -> str:
        return str(speech.path(text, voice))

    greeting = script.greeting and Utterance(text=script.greeting[0], audio=sound(*script.greeting))
    if (said := script.dialogue) is None:
        voice = script.greeting[1] if script.greeting else None
        return Behaviour(kind=script.kind, ring_s=script.ring_s, voice=voice, greeting=greeting)
    return Behaviour(
        kind=script.kind,
        ring_s=script.ring_s,
        voice=said.lines[0].person.voice,
        scenario=said.scenario,
        turns=tuple(Turn(side=ln.side, text=ln.text, audio=sound(ln.text, ln.person.voice)) for ln in said.lines),
        ends=said.ends,
        disposition=said.scenario,
        disposition_data=said.data,
        wrapup_s=script.wrapup_s,
    )
