"""`alo do-not-call`, `alo consent`, `alo holidays`: what compliance must be told."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from alo.terminal import console, settings
from crm.lists import ListResult

do_not_call = typer.Typer(no_args_is_help=True, help="Who is not to be called.")
consent = typer.Typer(no_args_is_help=True, help="Who consented to be called.")
holidays = typer.Typer(no_args_is_help=True, help="Holidays of towns, and what a state adds.")

MOST_SHOWN = 20
File = Annotated[Path, typer.Argument(help="CSV with a header.")]
Creditor = Annotated[str | None, typer.Option(help="Whose calls it is about; everybody's by default.")]


@do_not_call.command("import")
def do_not_call_import(
    file: File,
    *,
    creditor: Creditor = None,
    kind: Annotated[str, typer.Option(help="imported | internal | opt_out")] = "imported",
    source: Annotated[str | None, typer.Option(help="The list's name; the file's by default.")] = None,
) -> None:
    """Add a list: columns telefone and/or cpf_cnpj, and validade where an entry ends. It holds from the next dial."""
    from crm.lists import import_do_not_call

    async def work(connection: AsyncConnection) -> ListResult:
        named = source or file.name
        return await import_do_not_call(connection, file, creditor=creditor, kind=kind, source=named)

    _run(work)


@consent.command("import")
def consent_import(file: File, *, creditor: Creditor = None) -> None:
    """Add consents: columns cpf_cnpj, telefone (empty: any), dado_em, validade, revogado_em, origem."""
    from crm.lists import import_consents

    async def work(connection: AsyncConnection) -> ListResult:
        return await import_consents(connection, file, creditor=creditor)

    _run(work)


@holidays.command("import")
def holidays_import(file: File) -> None:
    """Add local holidays: columns data, ddd or uf, feriado, lei. A running dialer is told."""
    from crm import campaigns, commands
    from crm.lists import import_holidays

    async def work(connection: AsyncConnection) -> ListResult:
        result = await import_holidays(connection, file)
        await commands.ask(connection, campaigns.CHANGED, {})
        return result

    _run(work)


def _run(work: Callable[[AsyncConnection], Awaitable[ListResult]]) -> None:
    from alo.transactions import in_transaction

    result = in_transaction(settings(), work)
    rejected = len(result.rejected)
    console.print(f"{result.rows_new} new, {result.rows_known} known already, {rejected} rejected.")
    for line, reason in result.rejected[:MOST_SHOWN]:
        console.print(f"  line {line}: {reason}", markup=False)
    if rejected > MOST_SHOWN:
        console.print(f"  and {rejected - MOST_SHOWN} more")
