"""Import of a large mailing, and reservation of the next lead from it.

The file is what a Brazilian creditor exports: latin-1, `;`, mixed forms of documents, amounts, dates and telephones,
one row in a hundred bad. The database is an embedded PostgreSQL with default durability. The queue is a hard one: a
third of the leads, those of the highest priorities, were tried and rest.
"""

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
import psycopg

from base.database import create_engine
from base.embedded import EmbeddedPostgres
from base.schema import migrate
from bench._gate import fill_history, measured_gate
from crm.imports.documents import cpf_check_digits
from crm.places import STATE_OF_DDD
from dialer.campaign.leads import lease, reserve

FIRST = ("Ana", "João", "Maria", "José", "Conceição", "Antônio", "Luíza", "Márcio", "Débora", "Inês", "Raíssa", "Caio")
LAST = ("Silva", "Souza", "Araújo", "Gonçalves", "Assunção", "Pereira", "Brandão", "Lima", "Müller", "Moraes", "Dias")
HEADER = "nome;cpf_cnpj;contrato;parcela;valor;vencimento;telefone1;telefone2;email;uf\r\n"
PHONES = ("({d}) 9{a}-{b}", "{d}9{a}{b}", "+55 {d} 9{a}-{b}", "0{d} 9{a}{b}", "({d}) {a}-{b}", "0xx{d}9{a}{b}")
RESERVATIONS = 1000
WARMING = 50


def run(quick: bool) -> dict[str, Any]:
    size = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="alo-bench-") as folder:
        path = Path(folder) / "carteira.csv"
        write_mailing(path, size)
        with EmbeddedPostgres(Path(folder) / "data") as server:
            url = server.database("bench")
            migrate(url)
            figures = measured_import(url, path)
            again = measured_import(url, path)
            leads = fill_queue(url, size)
            reservations = asyncio.run(measured_reservations(url))
            fill_history(url)
            gate = asyncio.run(measured_gate(url))
    return {
        "import_rows_per_s": figures["rows_read"] / figures["seconds"],
        "import_peak_mb": figures["peak_mb"],
        "import_server_peak_mb": figures["server_peak_mb"],
        "import_seconds": figures["seconds"],
        "import_cpu_s": figures["cpu_s"],
        "import_rows": figures["rows_read"],
        "import_rejected": figures["rows_rejected"],
        "import_again_seconds": again["seconds"],
        "import_again_new": again["rows_new"],
        "leads": leads,
        **reservations,
        **gate,
    }


def write_mailing(path: Path, size: int) -> None:
    """`size` rows; each debtor owes one to four instalments of one contract."""
    rng = random.Random(7)
    ddds = sorted(STATE_OF_DDD)
    today = date(2026, 3, 2)
    row = debtor = 0
    with path.open("w", encoding="latin-1", newline="") as file:
        file.write(HEADER)
        while row < size:
            debtor += 1
            base = f"{100_000_000 + debtor * 787 % 800_000_000:09d}"
            digits = base + cpf_check_digits(base)
            cpf = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}" if debtor % 3 else digits
            ddd = rng.choice(ddds)
            name = f"{rng.choice(FIRST)} {rng.choice(LAST)} {rng.choice(LAST)}"
            phones = [
                rng.choice(PHONES).format(d=ddd, a=f"{rng.randrange(6000, 9999)}", b=f"{rng.randrange(1, 9999):04d}")
                for _ in range(2)
            ]
            for part in range(1, rng.randrange(1, 5) + 1):
                if row == size:
                    break
                row += 1
                cents = rng.randrange(1_000, 900_000)
                money = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
                due = today - timedelta(days=rng.randrange(1, 400))
                written = due.isoformat() if debtor % 5 == 0 else due.strftime("%d/%m/%Y")
                document = "123.456.789-00" if row % 100 == 0 else cpf
                second = phones[1] if debtor % 2 else ""
                file.write(
                    f"{name};{document};C{debtor:08d};{part};{money};{written};{phones[0]};{second};"
                    f"pessoa{debtor}@example.com;{STATE_OF_DDD[ddd]}\r\n"
                )


def measured_import(url: str, path: Path) -> dict[str, Any]:
    """The import in a process of its own, watched for its memory and its server's."""
    code = (
        "import sys, json, dataclasses; from pathlib import Path; from crm.imports import import_file\n"
        "result = import_file(sys.argv[1], Path(sys.argv[2]), 'Banco Exemplo')\n"
        "print(json.dumps(dataclasses.asdict(result), default=str))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url, str(path)], stdout=subprocess.PIPE, text=True)
    watched = psutil.Process(process.pid)
    peak = server_peak = 0
    cpu: dict[int, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        while process.poll() is None:
            try:
                peak = max(peak, watched.memory_info().rss)
                cpu[process.pid] = sum(watched.cpu_times()[:2])
                backends = connection.execute(
                    "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                ).fetchall()
                for (pid,) in backends:
                    backend = psutil.Process(pid)
                    cpu[pid] = sum(backend.cpu_times()[:2])
                    memory = backend.memory_info()
                    server_peak = max(server_peak, memory.rss - memory.shared)
            except psutil.Error:
                pass
            time.sleep(0.1)
    assert process.stdout is not None
    result: dict[str, Any] = json.loads(process.stdout.read())
    return {**result, "peak_mb": peak / 2**20, "server_peak_mb": server_peak / 2**20, "cpu_s": sum(cpu.values())}


def fill_queue(url: str, size: int) -> int:
    """A campaign with `size` leads: the imported debtors and as many more, the first third of them resting."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into campaign (name, creditor_id, trunk, caller_id, hours) "
            "select 'bench', id, 'main', '+551130000000', '{}' from creditor"
        )
        have = connection.execute("select count(*) from debtor").fetchone()[0]  # type: ignore[index]
        connection.execute(
            "insert into debtor (creditor_id, document, name, state) select creditor.id, 'x' || n, 'Mais Um', 'SP' "
            "from creditor, generate_series(1, %s) as n",
            [max(0, size - have)],
        )
        connection.execute(
            "insert into contact_point (debtor_id, kind, value, phone_type) select id, 'phone', "
            "'+55119' || lpad(cast(id as text), 8, '0'), 'mobile' from debtor where document like 'x%'"
        )
        connection.execute(
            "insert into lead (campaign_id, debtor_id, priority, next_at) select 1, id, mod(id, 100), "
            "case when mod(id, 100) > 66 then now() + interval '1 day' "
            "else now() - make_interval(secs => mod(id, 999)) end from debtor limit %s",
            [size],
        )
        connection.execute("vacuum analyze")
        # What the import left to be written to disk is not the reservations' business.
        connection.execute("checkpoint")
        return int(connection.execute("select count(*) from lead").fetchone()[0])  # type: ignore[index]


async def measured_reservations(url: str) -> dict[str, float]:
    """Leases as the dialer takes them, one after the other, from the call to the commit's end.

    Beside them, in the same minute: a reservation that waits for the disk, and the empty statement `select 1`, which
    shows how much of a figure is the machine's own business.
    """
    engine = create_engine(url)

    async def one() -> None:
        assert len(await lease(engine, 1, 1, 30.0, datetime.now(UTC))) == 1

    async def ten() -> None:
        assert len(await lease(engine, 1, 10, 30.0, datetime.now(UTC))) == 10

    async def durable() -> None:
        async with engine.begin() as connection:
            assert len(await reserve(connection, 1, 1, 30.0, datetime.now(UTC))) == 1

    async def nothing() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("select 1")

    figures: dict[str, float] = {}
    works = {"reserve": one, "reserve_batch_10": ten, "reserve_durable": durable, "select_1": nothing}
    for name, work in works.items():
        took = []
        for number in range(RESERVATIONS + WARMING):
            began = time.perf_counter()
            await work()
            if number >= WARMING:
                took.append((time.perf_counter() - began) * 1000)
        figures |= {f"{name}_p50_ms": quantiles(took, n=100)[49], f"{name}_p99_ms": quantiles(took, n=100)[98]}
    await engine.dispose()
    return figures
