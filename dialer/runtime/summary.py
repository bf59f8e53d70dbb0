"""The sentence a debtor's timeline shows for a dial, in the house's language."""

from typing import Literal

from crm.model import Outcome
from dialer.call.model import Call

Language = Literal["pt-BR", "en"]

SENTENCES: dict[Language, dict[Outcome, str]] = {
    "pt-BR": {
        Outcome.CONNECTED: "Ligação atendida: {minutes} de conversa",
        Outcome.ABANDONED: "Atendeu, mas não havia agente a tempo: ouviu a mensagem de abandono",
        Outcome.HANGUP_EARLY: "Atendeu e desligou antes de falar com alguém",
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
        Outcome.ABANDONED: "Answered, but no agent was free in time: heard the abandonment message",
        Outcome.HANGUP_EARLY: "Answered and hung up before talking to anyone",
        Outcome.MACHINE: "Voicemail",
        Outcome.NOANSWER: "No answer",
        Outcome.BUSY: "Busy",
        Outcome.FAILED: "The call did not go through",
        Outcome.DEAD_NUMBER: "The number does not exist",
        Outcome.CONGESTION: "The carrier did not put the call through: congestion",
        Outcome.UNKNOWN: "The call was cut off; how it ended is not known",
    },
}


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
    return SENTENCES[language][call.outcome].format(minutes=f"{seconds // 60}:{seconds % 60:02d}")
