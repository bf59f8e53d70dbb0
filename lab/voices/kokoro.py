"""Kokoro-82M in onnxruntime: Brazilian Portuguese speech on a processor, somewhat faster than it is spoken."""

import json

import numpy as np
import numpy.typing as npt

from lab.voices.fetch import Voice, VoiceFiles
from lab.voices.phonemes import Phonemes

RATE_HZ = 24_000
SPEED = 1.1
"""Times the voices' natural pace: people who work on the telephone speak briskly."""
_MOST_TOKENS = 510
"""Kokoro's context is 512 with the two pads."""


class Kokoro:
    """The model loaded once, on one thread: two processes side by side do more than one with two threads."""

    def __init__(self, files: VoiceFiles) -> None:
        """Load the model. Raises MissingPartError when a part does not run here."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(files.model), options, providers=["CPUExecutionProvider"])
        self._vocabulary: dict[str, int] = json.loads(files.vocabulary.read_bytes())["vocab"]
        self._phonemes = Phonemes(files.espeak_library, files.espeak_data)
        self._folder = files.voices
        self._styles: dict[Voice, npt.NDArray[np.float32]] = {}

    def speak(self, text: str, voice: Voice, *, speed: float = SPEED) -> npt.NDArray[np.float32]:
        """`text` spoken, mono at RATE_HZ, about −1…1. Raises ValueError beyond the model's context (30 s)."""
        tokens = [self._vocabulary[letter] for letter in self._phonemes(text) if letter in self._vocabulary]
        if not 0 < len(tokens) <= _MOST_TOKENS:
            raise ValueError(f"a text of {len(tokens)} phonemes cannot be spoken in one breath; split it")
        if voice not in self._styles:
            pack = np.fromfile(self._folder / f"{voice}.bin", dtype=np.float32)
            self._styles[voice] = pack.reshape(-1, 256)
        rows = self._styles[voice]
        row = min(len(tokens), len(rows) - 1)
        (audio,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": rows[row : row + 1],
                "speed": np.array([speed], dtype=np.float32),
            },
        )
        return np.asarray(audio, dtype=np.float32).reshape(-1)
