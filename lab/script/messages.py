"""What machines say: voicemail greetings, and the message a person hears when no agent came in time."""

from dialer.answer.words import message_words
from lab.script.dialogues import CREDITOR
from lab.script.people import AGENTS
from lab.voices.fetch import Voice

GREETINGS: tuple[tuple[str, Voice], ...] = (
    ("Oi, eu não posso atender agora. Deixe o seu recado depois do sinal.", "ef_dora"),
    ("Esta é a caixa postal do número chamado. Grave a sua mensagem após o sinal.", "em_alex"),
)

CALL_BACK_NUMBER = "zero oitocentos, setecentos, zero, um, dois, três"


def abandonment_message() -> tuple[str, Voice]:
    """The words and the voice of the abandonment message: who called and how to call back, nothing of a debt."""
    return message_words(f"a {CREDITOR}", CALL_BACK_NUMBER), AGENTS[0].voice
