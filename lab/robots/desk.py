"""An agent's desk: what the panel in the browser does, done over the agent API."""

import json
import logging
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

log = logging.getLogger(__name__)

AGAIN_S = 1.0


class DeskState(StrEnum):
    """The agent's state as the dialer sees it."""

    READY = "ready"
    TALKING = "talking"
    WRAPUP = "wrapup"
    PAUSED = "paused"
    OFFLINE = "offline"


@dataclass(frozen=True, kw_only=True)
class DeskCall:
    """The call on the desk, in talk or wrap-up."""

    id: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What the events say about the agent."""

    state: DeskState
    call: DeskCall | None


def snapshot(data: Mapping[str, Any]) -> Snapshot:
    """Parse an event's data. Raises KeyError, ValueError when it is not what the API documents."""
    call = data.get("call")
    return Snapshot(
        state=DeskState(data["state"]),
        call=DeskCall(id=str(call["id"]), number=str(call["number"])) if call else None,
    )


class Desk:
    """One agent's access; every request has a time-out, a refusal is logged and answered with False."""

    def __init__(self, *, web: str, token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=web, headers={"Authorization": f"Bearer {token}"}, timeout=httpx.Timeout(8.0)
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def events(self) -> AsyncGenerator[Snapshot, None]:
        """The agent's states as they come, until the stream breaks. Raises httpx.HTTPError."""
        # The server sends a comment every 15 s or so; a stream that is silent for longer is dead.
        timeout = httpx.Timeout(8.0, read=45.0)
        async with self._client.stream("GET", "/api/agent/events", timeout=timeout) as response:
            response.raise_for_status()
            data: list[str] = []
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    data.append(line.removeprefix("data:").removeprefix(" "))
                elif not line and data:
                    try:
                        yield snapshot(json.loads("\n".join(data)))
                    except (KeyError, ValueError, TypeError):
                        log.warning("an event of the agent API is not understood")
                    data.clear()

    async def hang_up(self) -> bool:
        """End the call on the desk."""
        return await self._post("hangup", {})

    async def dispose(self, call_id: str, code: str, data: Mapping[str, str | int]) -> bool:
        """Choose a disposition; ends the wrap-up."""
        return await self._post("disposition", {"call_id": call_id, "code": code, "data": dict(data)})

    async def ready(self) -> bool:
        """Take calls."""
        return await self._post("ready", {})

    async def _post(self, what: str, body: dict[str, Any]) -> bool:
        try:
            response = await self._client.post(f"/api/agent/{what}", json=body)
        except httpx.HTTPError as error:
            log.warning("the agent API did not answer", extra={"command": what, "error": type(error).__name__})
            return False
        if not response.is_success:
            log.warning("the agent API refused", extra={"command": what, "status": response.status_code})
        return response.is_success
