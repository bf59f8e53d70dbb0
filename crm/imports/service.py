"""Import a creditor's file: all of its good rows in one transaction, the bad ones given back with their reasons.

Rows stream through COPY into a staging table that only this transaction sees; then each table is filled by one
statement. A crash leaves nothing behind, and importing the same file again adds nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from base.database import plain_url, sql
from base.errors import DatabaseError
from crm import lead_lists
from crm.errors import CampaignError, ImportFileError
from crm.imports.errors import BadValueError
from crm.imports.header import Columns, columns
from crm.imports.reading import Source, inspect, records
from crm.imports.rejected import RejectedFile
from crm.imports.rows import Rows
from crm.ordering import parameters as parameters_of
from crm.ordering import parse_order

_ROWS_PER_WRITE = 2000
_READING_SHARE = 0.5
"""Of the whole time, as shown by progress; the rest is the database's."""
_SORTING = "set local work_mem = '128MB'; set local jit = off"
"""A million rows are sorted and joined in memory, and compiling for them costs more than it gives."""
_STEPS = (("import_debtors",), ("import_debts",), ("import_contact_points",))
_LEADS = ("import_named", "lead_worth", "import_leads")
_NO_FIELDS_REASON = "aspas abertas e não fechadas"
_OTHER_DEBTOR_REASON = "este contrato e parcela já são de outro devedor"

Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an import did. rows_read = new + known + rejected; an instalment already there is known.

    contacts_dropped: telephones and e-mail addresses that made no sense, in rows that were good without them.
    leads_new: of the named campaign.
    """

    rows_read: int
    rows_new: int
    rows_known: int
    rows_rejected: int
    contacts_dropped: int
    leads_new: int
    rejected_path: Path | None
    seconds: float

    def sentence(self) -> str:
        """What a person wants to know, in Portuguese."""
        told = f"{self.rows_read} linhas lidas: {self.rows_new} novas, {self.rows_known} já conhecidas"
        told += f", {self.rows_rejected} rejeitadas (veja {self.rejected_path})" if self.rejected_path else ""
        if self.rows_read and not self.rows_new:
            told += ". Nada foi acrescentado: estas dívidas já estavam aqui" if self.rows_known else ""
        return told + "."


def import_file(
    url: str,
    path: Path,
    creditor: str,
    campaign: str | None = None,
    progress: Progress | None = None,
    list_name: str | None = None,
) -> ImportResult:
    """Import the CSV at `path` for the creditor of that name, who is made when new.

    campaign: make leads in it for the file's debtors. list_name: in that list of the campaign, made when new.
    progress: told how much is done, 0 to 1. Raises ImportFileError,
    CampaignError, DatabaseError; then nothing was imported.
    """
    began = time.monotonic()
    if not creditor.strip():
        raise ImportFileError("The creditor has no name. Say whose debts these are.")
    source = inspect(path)
    with source.open() as file:
        try:
            header = columns(file.readline(), path)
        except UnicodeDecodeError as error:  # pragma: no cover - inspect has decoded it before
            raise ImportFileError(f"{path} changed while it was read. Import it again.") from error
    if list_name is not None and campaign is None:
        raise ImportFileError("A list is part of a campaign: name the campaign too.")
    with RejectedFile(source, header) as rejected:
        try:
            with psycopg.connect(plain_url(url)) as connection:
                result = _import(
                    connection, source, header, rejected, creditor.strip(), (campaign, list_name), progress or _silent
                )
        except psycopg.OperationalError as error:
            raise DatabaseError(
                "PostgreSQL does not answer or has no room left, so nothing was imported. Mend it and import again."
            ) from error
        kept = rejected.keep()
    return ImportResult(**result, rejected_path=kept, seconds=time.monotonic() - began)


def _silent(_done: float) -> None:
    """Nobody watches."""


def _import(
    connection: psycopg.Connection,
    source: Source,
    header: Columns,
    rejected: RejectedFile,
    creditor: str,
    into: tuple[str | None, str | None],
    progress: Progress,
) -> dict[str, int]:
    connection.execute(_SORTING)
    creditor_id = connection.execute(sql("crm", "import_creditor"), {"creditor": creditor}).fetchone()[0]  # type: ignore[index]
    leads = None if into[0] is None else _leads(connection, into[0], into[1], creditor, creditor_id)
    connection.execute(sql("crm", "import_staging"))
    rows = Rows(header)
    read = _stage(connection, source, header, rows, rejected, progress)
    connection.execute("analyze incoming")
    parameters = {"creditor_id": creditor_id, **(leads or {})}
    taken = {line for (line,) in connection.execute(sql("crm", "import_conflicts"), parameters)}
    if taken:
        _reject_again(source, header, rejected, taken)
    changed: dict[str, int] = {}
    for number, step in enumerate((*_STEPS, _LEADS) if leads is not None else _STEPS, start=1):
        statement = "".join(sql("crm", part) for part in step)
        changed[step[-1]] = connection.execute(statement, parameters).fetchone()[0]  # type: ignore[index]
        progress(_READING_SHARE + (1 - _READING_SHARE) * number / (len(_STEPS) + 1))
    counts = {
        "rows_read": read,
        "rows_new": changed["import_debts"],
        "rows_known": read - rejected.count - changed["import_debts"],
        "rows_rejected": rejected.count,
    }
    batch = {"creditor_id": creditor_id, "file_name": source.path.name, "sha256": source.sha256, **counts}
    connection.execute(sql("crm", "import_batch"), batch)
    connection.commit()
    # So that the first reservation already knows how large the tables have become.
    connection.execute("analyze debtor, contact_point, debt, lead")
    connection.commit()
    progress(1.0)
    leads_new = changed.get("import_leads", 0)
    return {**counts, "contacts_dropped": rows.contacts_dropped, "leads_new": leads_new}


def _leads(
    connection: psycopg.Connection, name: str, list_name: str | None, creditor: str, creditor_id: int
) -> dict[str, object]:
    """What the step that makes leads must know: the campaign, the list, and the campaign's order."""
    found = connection.execute("select id, creditor_id, lead_order from campaign where name = %s", [name]).fetchone()
    if found is None:
        raise CampaignError(f"There is no campaign {name}. Create it first: alo campaign create.")
    if found[1] != creditor_id:
        raise CampaignError(f"Campaign {name} is not for {creditor}. Name the campaign's own creditor.")
    try:
        order = parse_order(found[2])
    except ValueError as error:
        raise CampaignError(f"The order of campaign {name} makes no sense: {error}.") from error
    number = 0 if list_name is None else lead_lists.number_of(connection, found[0], list_name)
    return {"campaign_id": int(found[0]), "list": number, **parameters_of(order)}


def _stage(
    connection: psycopg.Connection,
    source: Source,
    header: Columns,
    rows: Rows,
    rejected: RejectedFile,
    progress: Progress,
) -> int:
    """Copy the good rows into the staging table; how many rows there were."""
    read = passed = 0
    ready: list[str] = []
    with source.open() as file, connection.cursor().copy("copy incoming from stdin") as copy:
        file.readline()
        for record in records(file, header.delimiter, first_number=2):
            read += 1
            passed += len(record.text)
            if record.fields is None:
                rejected.add(record.number, record.text, header.count, _NO_FIELDS_REASON)
                continue
            try:
                ready.append(rows.read(record.number, record.fields))
            except BadValueError as reason:
                rejected.add(record.number, record.text, len(record.fields), str(reason))
            if len(ready) >= _ROWS_PER_WRITE:
                copy.write("".join(ready))
                ready.clear()
                progress(_READING_SHARE * min(1.0, passed / source.size))
        copy.write("".join(ready))
    return read


def _reject_again(source: Source, header: Columns, rejected: RejectedFile, lines: set[int]) -> None:
    """Give back the rows the database refused; they are rare, so the file is read again for them."""
    with source.open() as file:
        file.readline()
        for record in records(file, header.delimiter, first_number=2):
            if record.number in lines and record.fields is not None:
                rejected.add(record.number, record.text, len(record.fields), _OTHER_DEBTOR_REASON)
