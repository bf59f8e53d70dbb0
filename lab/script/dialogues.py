"""Collection calls in Brazilian Portuguese, in our own words.

The agent says who is calling and for whom, and not a word of money before the debtor has said who they are; whoever
else picks up never hears of a debt. What is agreed is repeated aloud and is exactly the disposition's data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lab.plan_model import Side
from lab.script.people import Person, agent_for
from lab.script.words import amount, next_day, number

CREDITOR = "Loja Aurora"


class Scenario(StrEnum):
    """How a call with somebody who talks goes; the value is also the disposition's code."""

    PROMISE = "promise"
    EXTENSION = "extension"
    DISPUTE = "dispute"
    ALREADY_PAID = "already_paid"
    REFUSAL = "refusal"
    WRONG_PERSON = "wrong_person"
    THIRD_PARTY = "third_party"
    CALLBACK = "callback"


WITHOUT_DEBT = frozenset({Scenario.WRONG_PERSON, Scenario.THIRD_PARTY, Scenario.CALLBACK})
"""Calls in which the debt is never spoken of: nobody has confirmed to be the debtor, free to talk."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An amount and the day of the month it is promised for; one fixed pair each, to keep the sentences few."""

    amount_cents: int
    day: int


OFFERS = (
    Offer(amount_cents=180_00, day=8),
    Offer(amount_cents=250_00, day=10),
    Offer(amount_cents=320_00, day=15),
    Offer(amount_cents=590_00, day=20),
)
_LATER_DAY = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """One turn: who speaks, the words, the person whose voice it is."""

    side: Side
    text: str
    person: Person


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """A whole call and what the agent notes afterwards."""

    scenario: Scenario
    lines: tuple[Line, ...]
    ends: Side
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who speaks in a call, of how much, when."""

    debtor: Person
    owed: Offer
    offered: Offer
    today: date

    @property
    def agent(self) -> Person:
        return agent_for(self.debtor)


def dialogue(scenario: Scenario, cast: Cast) -> Dialogue:
    """The call of `scenario` with this cast."""
    return _SCENES[scenario](cast)


def _compose(scenario: Scenario, cast: Cast, turns: list[str], ends: Side, **data: str | int) -> Dialogue:
    speakers = ((Side.DEBTOR, cast.debtor), (Side.AGENT, cast.agent))
    lines = (Line(side=s, text=text, person=p) for text, (s, p) in ((t, speakers[i % 2]) for i, t in enumerate(turns)))
    return Dialogue(scenario=scenario, lines=tuple(lines), ends=ends, data=data)


def _opening(cast: Cast) -> list[str]:
    agent = cast.agent
    return [
        "Alô?",
        f"Olá, meu nome é {agent.name}, eu falo da {CREDITOR}. Eu poderia falar com {cast.debtor.called}, por favor?",
    ]


def _identified(cast: Cast) -> list[str]:
    """Up to the agent's question, asked only now that the debtor has said who they are."""
    recorded = "Esta ligação está sendo gravada."
    owed = f"Existe uma parcela em aberto, no valor de {amount(cast.owed.amount_cents)}."
    return [
        *_opening(cast),
        f"Sim, sou eu, {cast.debtor.called}, pode falar.",
        f"{recorded} {owed} Você consegue pagar este mês?",
    ]


def _farewell(cast: Cast) -> str:
    return f"Muito {cast.agent.thanks} pela atenção, até logo."


def _promise(cast: Cast) -> Dialogue:
    agreed = f"{amount(cast.offered.amount_cents)}, no dia {number(cast.offered.day)}"
    turns = [
        *_identified(cast),
        f"Consigo pagar {agreed}.",
        f"Perfeito, então fica combinado, {agreed}.",
        f"Isso mesmo, muito {cast.debtor.thanks}.",
        _farewell(cast),
    ]
    when = next_day(cast.offered.day, cast.today).isoformat()
    return _compose(Scenario.PROMISE, cast, turns, Side.AGENT, amount_cents=cast.offered.amount_cents, date=when)


def _extension(cast: Cast) -> Dialogue:
    later = number(_LATER_DAY)
    turns = [
        *_identified(cast),
        "Este mês ficou apertado, porque eu perdi o emprego. Eu preciso de mais prazo.",
        f"Eu entendo. Posso esperar até o dia {later}, sem cobrar juros.",
        f"Esse prazo me ajuda bastante, muito {cast.debtor.thanks}.",
        _farewell(cast),
    ]
    return _compose(Scenario.EXTENSION, cast, turns, Side.AGENT, date=next_day(_LATER_DAY, cast.today).isoformat())


def _dispute(cast: Cast) -> Dialogue:
    turns = [
        *_identified(cast),
        "Eu não reconheço essa cobrança. Eu nunca comprei nada nessa loja.",
        "Eu entendo. Vou registrar a sua contestação, e a nossa equipe responde em cinco dias.",
        "Está bem, eu fico esperando.",
        _farewell(cast),
    ]
    return _compose(Scenario.DISPUTE, cast, turns, Side.AGENT)


def _already_paid(cast: Cast) -> Dialogue:
    turns = [
        *_identified(cast),
        "Mas eu já paguei essa parcela na semana passada, no banco.",
        "Certo, vou pedir a conferência do pagamento. Guarde bem o seu comprovante.",
        "Está bem, eu fico esperando.",
        _farewell(cast),
    ]
    return _compose(Scenario.ALREADY_PAID, cast, turns, Side.AGENT)


def _refusal(cast: Cast) -> Dialogue:
    turns = [
        *_identified(cast),
        "Não vou pagar esse valor, os juros estão altos demais.",
        "Eu compreendo, vou registrar a sua resposta. Se mudar de ideia, é só ligar para a nossa central.",
        "Não me liguem mais hoje, por favor.",
    ]
    return _compose(Scenario.REFUSAL, cast, turns, Side.DEBTOR)


def _wrong_person(cast: Cast) -> Dialogue:
    turns = [
        *_opening(cast),
        "Não, aqui não mora ninguém com esse nome. Este número é meu há muitos anos.",
        "Peço desculpas pelo engano, vou retirar este número do cadastro.",
        "Está bem, sem problema.",
        _farewell(cast),
    ]
    return _compose(Scenario.WRONG_PERSON, cast, turns, Side.AGENT)


def _third_party(cast: Cast) -> Dialogue:
    turns = [
        *_opening(cast),
        "Não está em casa agora, só volta depois das seis. Quer deixar recado?",
        "Não precisa, eu volto a ligar em outro horário.",
        "Está bem, sem problema.",
        _farewell(cast),
    ]
    return _compose(Scenario.THIRD_PARTY, cast, turns, Side.AGENT)


def _callback(cast: Cast) -> Dialogue:
    turns = [
        *_opening(cast),
        "Agora eu não posso falar, estou dirigindo. Pode me ligar mais tarde?",
        "Não precisa se preocupar, eu volto a ligar em outro horário.",
        "Está bem, sem problema.",
    ]
    return _compose(Scenario.CALLBACK, cast, turns, Side.DEBTOR)


_SCENES: Mapping[Scenario, Callable[[Cast], Dialogue]] = {
    Scenario.PROMISE: _promise,
    Scenario.EXTENSION: _extension,
    Scenario.DISPUTE: _dispute,
    Scenario.ALREADY_PAID: _already_paid,
    Scenario.REFUSAL: _refusal,
    Scenario.WRONG_PERSON: _wrong_person,
    Scenario.THIRD_PARTY: _third_party,
    Scenario.CALLBACK: _callback,
}
