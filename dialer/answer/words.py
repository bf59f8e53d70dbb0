"""The words of the message of abandonment, for whoever speaks it: who called, where to call back, no debt."""

WORDS = (
    "Olá, aqui é {caller}. Ligamos para você, mas neste momento nenhum dos nossos atendentes ficou livre a tempo. "
    "Pedimos desculpas. Se quiser falar conosco, ligue para {number}. Obrigado."
)


def message_words(caller: str, number: str) -> str:
    """What to have spoken: `caller` as the debtor knows the creditor, `number` where to call back, as read out."""
    return WORDS.format(caller=caller, number=number)
