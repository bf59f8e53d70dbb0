"""Two-letter sounds become the one letter Kokoro knows."""

import pytest

from lab.voices.phonemes import as_kokoro


@pytest.mark.parametrize(
    ("ipa", "kokoro"),
    [("d^ʒˈiæ", "ʤˈiæ"), ("vˈiŋt^ʃy", "vˈiŋʧy"), ("me^ʊ", "meʊ"), ("se^ɪŋ", "sAŋ"), ("nˈɐ̃^ʊ̃", "nˈɐ̃ʊ̃"), ("a-b", "ab")],
)
def test_letters(ipa: str, kokoro: str):
    assert as_kokoro(ipa) == kokoro
