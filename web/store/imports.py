"""Imported files, newest first."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.tables import creditor, import_batch

MOST_SHOWN = 100


async def latest(connection: AsyncConnection) -> list[Mapping[str, Any]]:
    query = (
        select(import_batch, creditor.c.name.label("creditor"))
        .join(creditor, creditor.c.id == import_batch.c.creditor_id)
        .order_by(import_batch.c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]
