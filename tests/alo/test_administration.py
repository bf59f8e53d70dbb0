"""The command line on a fresh installation with its own PostgreSQL: what it prints, refuses and keeps."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.settings import load_settings

MAILING = """nome;cpf_cnpj;contrato;parcela;valor;vencimento;telefone1;uf
Ana Prado;529.982.247-25;C1;1;1.234,56;01/10/2026;(11) 98765-4321;SP
Bia Prado;111.111.111-11;C2;1;10,00;01/10/2026;(11) 98765-4322;SP
"""
TRUNK = '[trunk.main]\nhost = "127.0.0.1"\ncaller_ids = ["+551140000000", "+551140000001"]\n'


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="alo-cli-"))
    (directory / "alo.toml").write_text(TRUNK)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def alo(home: Path, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "ALO_DATA_DIR": str(home / "data"), "ALO_CACHE_DIR": str(load_settings().cache_dir)}
    done = subprocess.run(
        [sys.executable, "-m", "alo", *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_first_day_at_the_command_line(home: Path) -> None:
    mailing = home / "mailing.csv"
    mailing.write_text(MAILING, encoding="latin-1")

    assert alo(home, "campaign", "status") == (2, "alo: There is no campaign yet: alo campaign create")
    code, said = alo(home, "campaign", "create", "recovery", "--creditor", "Loja", "--caller-id", "+5511999999999")
    assert (code, "Declared: +551140000000, +551140000001" in said) == (2, True)
    code, said = alo(home, "campaign", "create", "recovery", "--creditor", "Loja")
    assert code == 0, said
    code, said = alo(home, "campaign", "create", "recovery", "--creditor", "Loja")
    assert (code, "There is a campaign recovery already" in said) == (1, True)

    code, said = alo(home, "campaign", "create", "fast", "--creditor", "Loja", "--mode", "predictive", "--soft", "1%")
    assert (code, "soft is 0.01, below abandonment, which is 0.03" in said) == (2, True)
    paced = ("--mode", "predictive", "--abandonment", "2,5%", "--window", "24h", "--lines-per-agent", "3")
    code, said = alo(home, "campaign", "create", "fast", "--creditor", "Loja", *paced)
    assert code == 0, said
    assert "predictive" in alo(home, "campaign", "status", "fast")[1]

    code, said = alo(home, "campaign", "what-if", "fast", "--agents", "5")
    assert (code, "Campaign fast has learned nothing yet" in said) == (1, True)
    code, said = alo(home, "campaign", "pacing", "fast", "--mode", "progressive", "--hard", "4%", "--reset", "window")
    assert code == 0, said
    assert "paced so from now on. What the windows have counted stays" in said
    code, said = alo(home, "campaign", "pacing", "fast")
    assert (code, "from now on" in said) == (0, False)
    assert all(words in said for words in ("progressive", "abandonment │ 2.5%", "hard │ 4%", "window │ 24h, 30d"))
    code, said = alo(home, "campaign", "pacing", "fast", "--abandonment", "5%")
    assert (code, "hard is 0.04, below abandonment, which is 0.05" in said) == (2, True)
    code, said = alo(home, "campaign", "pacing", "slow", "--abandonment", "5%")
    assert (code, "There is no campaign slow. Campaigns: recovery, fast." in said) == (1, True)

    code, said = alo(home, "import", "mailing.csv", "--creditor", "Loja", "--campaign", "recovery")
    assert code == 0, said
    assert "2 rows read: 1 new, 0 known already, 1 rejected" in said

    code, said = alo(
        home, "campaign", "recycling", "recovery", "--outcome", "busy=15m,4", "--disposition", "refusal=7d"
    )
    assert code == 0, said
    assert "busy │ outcome │ 15m │ 4 times" in said
    assert "rejected │ outcome │ 4h │ │ default" in said
    assert "Campaign recovery recycles so from now on." in said
    code, said = alo(home, "campaign", "recycling", "recovery", "--outcome", "buzy=15m")
    assert (code, "recycling.outcomes has no buzy: it may hold abandoned" in said) == (2, True)
    code, said = alo(home, "campaign", "order", "recovery", "--amount", "20", "--strategic", "40")
    assert (code, "1 leads have moved" in said, "strategic │ 40" in said) == (0, True, True)
    code, said = alo(home, "campaign", "order", "recovery", "--random", "30")
    assert (code, "lead_order gives 130 points" in said) == (2, True)
    assert "has one queue and no lists" in alo(home, "campaign", "lists", "recovery")[1]
    listed = ("import", "mailing.csv", "--creditor", "Loja", "--campaign", "recovery", "--list", "julho")
    assert alo(home, *listed)[0] == 0
    code, said = alo(home, "campaign", "lists", "recovery", "--weight", "julho=3", "--weight", "(unnamed)=0")
    assert (code, "(unnamed) │ rests │ 1" in said, "julho │ 3 │ 0" in said) == (0, True, True)
    code, said = alo(home, "campaign", "lists", "recovery", "--weight", "agosto=3")
    assert (code, "has no list agosto. Lists: (unnamed), julho." in said) == (1, True)
    assert "CPF" in (home / "mailing.rejected.csv").read_text(encoding="latin-1")
    code, said = alo(home, "import", "mailing.csv", "--creditor", "Loja", "--campaign", "recovery")
    assert "0 new, 1 known already" in said
    code, said = alo(home, "import", "absent.csv", "--creditor", "Loja")
    assert (code, "absent.csv" in said, "Traceback" in said) == (1, True, False)

    code, said = alo(home, "agent", "add", "Ana!", "--name", "Ana")
    assert (code, "cannot be a login" in said) == (1, True)
    code, said = alo(home, "agent", "add", "ana", "--name", "Ana Souza", "--campaign", "recovery")
    assert code == 0, said
    assert "API token" in said
    code, said = alo(home, "agent", "list")
    assert "recovery" in said

    code, said = alo(home, "campaign", "start", "recovery")
    assert code == 0, said
    assert "Campaign recovery has no message for people who get no agent in time: they hear an apology" in said
    assert "Olá, aqui é Loja. Ligamos para você" in said
    code, said = alo(home, "doctor")
    assert (code, "✘ messages Campaign recovery has no message" in said) == (1, True)
    code, said = alo(home, "campaign", "answers", "recovery", "--abandonment-message", "mailing.csv")
    assert (code, "mailing.csv cannot be read as sound: give a WAV file" in said) == (2, True)
    code, said = alo(home, "campaign", "answers", "recovery", "--detection", "maybe")
    assert (code, "There is no detection maybe. Choose one of: off, amd, connect_first" in said) == (2, True)
    wav = home / "mensagem.wav"
    soundfile.write(wav, 0.3 * np.sin(np.arange(3 * 16_000) / 6), 16_000)
    code, said = alo(home, "campaign", "answers", "recovery", "--abandonment-message", str(wav), "--detection", "amd")
    assert code == 0, said
    assert "The message of 3 s is kept as message-" in said
    assert "detection │ amd" in said
    assert "Warning" not in alo(home, "campaign", "answers", "recovery")[1]
    assert "✔ messages each running campaign has its own" in alo(home, "doctor")[1]
    assert "Warning" in alo(home, "campaign", "answers", "recovery", "--reset-message")[1]
    assert "running" in alo(home, "campaign", "status", "recovery")[1]
    assert alo(home, "campaign", "pause", "recovery")[0] == 0
    code, said = alo(home, "campaign", "start", "other")
    assert (code, "There is no campaign other. Campaigns: recovery, fast." in said) == (1, True)
