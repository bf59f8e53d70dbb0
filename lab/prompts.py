"""Has the prompts of `dialer/answer/prompts` spoken: `python -m lab.prompts`, after a change of the words here."""

from pathlib import Path

import soundfile

from base.settings import load_settings
from dialer.answer import fallback
from lab.voices.fetch import Voice
from lab.voices.sound import RATE_HZ, read_wav
from lab.voices.speech import Speech

VOICE: Voice = "pf_dora"

DIGITS = ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove")
WORDS = {
    fallback.SORRY: (
        "Olá. Nós ligamos para você, mas nenhum atendente ficou livre a tempo. Pedimos desculpas. "
        "Para falar conosco, ligue para o número:"
    ),
    fallback.GOODBYE: "Obrigado.",
    **{str(n): word for n, word in enumerate(DIGITS)},
}


def main() -> None:
    speech = Speech(load_settings().cache_dir)
    for name, words in WORDS.items():
        path = Path(fallback.FOLDER / f"{name}.flac")
        soundfile.write(path, read_wav(speech.render(words, VOICE)), RATE_HZ, subtype="PCM_16")


if __name__ == "__main__":
    main()
