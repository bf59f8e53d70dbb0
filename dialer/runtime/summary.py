"""The sentence a debtor's timeline shows for a dial, in the house's language."""

from enum import StrEnum
from typing import Literal

from crm.model import Outcome
from dialer.call.model import Call

Language = Literal["pt-BR", "en"]

SENTENCES: dict[Language, dict[Outcome, str]] = {
    "pt-BR": {
        Outcome.CONNECTED: "Ligação atendida: {minutes} de conversa",
        Outcome.ABANDONED: "Atendeu, mas não havia agente a tempo: {message}",
        Outcome.HANGUP_EARLY: "Atendeu e desligou após {waited} s, antes de falar com alguém",
        Outcome.MACHINE: "Caixa postal",
        Outcome.NOANSWER: "Não atendeu",
        Outcome.BUSY: "Ocupado",
        Outcome.FAILED: "A ligação não completou",
        Outcome.DEAD_NUMBER: "O número não existe",
        Outcome.CONGESTION: "A operadora não completou a ligação: congestionamento",
        Outcome.UNKNOWN: "A ligação foi interrompida e não se sabe como terminou",
    },
    "en": {
        Outcome.CONNECTED: "Answered: talked for {minutes}",
        Outcome.ABANDONED: "Answered, but no agent was free in time: {message}",
        Outcome.HANGUP_EARLY: "Answered and hung up after {waited} s, before talking to anyone",
        Outcome.MACHINE: "Voicemail",
        Outcome.NOANSWER: "No answer",
        Outcome.BUSY: "Busy",
        Outcome.FAILED: "The call did not go through",
        Outcome.DEAD_NUMBER: "The number does not exist",
        Outcome.CONGESTION: "The carrier did not put the call through: congestion",
        Outcome.UNKNOWN: "The call was cut off; how it ended is not known",
    },
}


class Heard(StrEnum):
    """What an abandoned debtor heard of the message."""

    WHOLE = "whole"
    PART = "part"
    """The debtor hung up while it played."""
    NOTHING = "nothing"
    """The debtor hung up before it, or it could not be played: a silent call."""


MESSAGES: dict[Language, dict[Heard, str]] = {
    "pt-BR": {
        Heard.WHOLE: "ouviu a mensagem de abandono até o fim ({heard} s)",
        Heard.PART: "desligou durante a mensagem de abandono ({heard} s)",
        Heard.NOTHING: "desligou após {waited} s sem ouvir a mensagem de abandono",
    },
    "en": {
        Heard.WHOLE: "heard the abandonment message to its end ({heard} s)",
        Heard.PART: "hung up during the abandonment message ({heard} s)",
        Heard.NOTHING: "gone after {waited} s without having heard the abandonment message",
    },
}


def heard(call: Call) -> Heard | None:
    """What was heard of the message by somebody who was abandoned; None of other calls."""
    if call.outcome is not Outcome.ABANDONED:
        return None
    if call.message_at is None or call.message_played is False:
        return Heard.NOTHING
    return Heard.WHOLE if call.message_played else Heard.PART


def message_s(call: Call) -> float | None:
    """Seconds of the message somebody who was abandoned heard; None where it did not play."""
    end = call.message_ended_at or call.ended_at
    if heard(call) not in {Heard.WHOLE, Heard.PART} or call.message_at is None or end is None:
        return None
    return max(0.0, (end - call.message_at).total_seconds())


def alone_s(call: Call) -> float | None:
    """Seconds somebody who got no agent waited, until the message, the hang-up or the verdict; None of other calls."""
    until = call.message_at or call.ended_at
    if call.joined_at is not None or call.answered_at is None or until is None:
        return None
    return max(0.0, (until - call.answered_at).total_seconds())


def talked_s(call: Call) -> float | None:
    """Seconds agent and debtor were joined; None when they were not."""
    if call.joined_at is None or call.ended_at is None:
        return None
    return max(0.0, (call.ended_at - call.joined_at).total_seconds())


def waited_s(call: Call) -> float | None:
    """Seconds from the answer to the join; None when there was no join."""
    if call.joined_at is None or call.answered_at is None:
        return None
    return max(0.0, (call.joined_at - call.answered_at).total_seconds())


def summary(call: Call, language: Language) -> str:
    """What happened, in words."""
    assert call.outcome is not None
    seconds = round(talked_s(call) or 0)
    waited = f"{alone_s(call) or 0:.1f}"
    told = heard(call)
    message = "" if told is None else MESSAGES[language][told]
    return (
        SENTENCES[language][call.outcome]
        .replace("{message}", message)
        .format(
            minutes=f"{seconds // 60}:{seconds % 60:02d}",
            waited=waited if language == "en" else waited.replace(".", ","),
            heard=round(message_s(call) or 0),
        )
    )
