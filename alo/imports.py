"""`alo import`: a mailing into the CRM, with a bar and what came of it."""

from pathlib import Path

from rich.console import Console

from alo.database import open_database
from alo.setup import progress_bars
from base.settings import Settings
from crm.imports import import_file


def import_with_progress(
    settings: Settings,
    console: Console,
    *,
    file: Path,
    creditor: str,
    campaign: str | None,
    list_name: str | None = None,
) -> None:
    """Import `file` and say what was new, what was known and what was rejected, and where the rejected rows are."""
    with open_database(settings) as url, progress_bars(console) as bars:
        task = bars.add_task(f"Importing {file.name}", total=1.0, words="")

        def tell(share: float) -> None:
            bars.update(task, completed=share)

        result = import_file(url, file, creditor, campaign=campaign, progress=tell, list_name=list_name)
        bars.update(task, completed=1.0, words=f"{result.seconds:.1f} s")
    console.print(
        f"{result.rows_read} rows read: {result.rows_new} new, {result.rows_known} known already, "
        f"{result.rows_rejected} rejected."
    )
    if result.rows_rejected:
        console.print(
            f"The rejected rows, each with its line and reason: {result.rejected_path}", soft_wrap=True, markup=False
        )
