"""One login at Asterisk's manager, through panoramisk, and nowhere else.

panoramisk 1.4 has habits this file keeps in hand: an exception in a callback tears its link down and loses the events
behind it (`hear` must not raise); unanswered actions are sent again after a reconnect (everything is declared
forgettable); an action that timed out still swallows the event that carries its id (`forget`); a closed manager whose
link was just lost connects again (ours does not); a missing header reads as ''; and its Message, which takes a header
in any spelling of its case, costs more than all we do with an event (events go on as plain dicts).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

END = b"\r\n\r\n"
Event = Mapping[str, str]


class _Everything:
    """No action is ever sent a second time."""

    def __contains__(self, _name: object) -> bool:
        return True


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """Takes the events out of the stream; answers, and all that is not plain, are panoramisk's."""

    _rest = b""

    def data_received(self, data: bytes) -> None:
        *messages, self._rest = (self._rest + data).split(END)
        for message in messages:
            event = _plain_event(message)
            if event is None or not self.factory.take(event):
                super().data_received(message + END)


class Link(Manager):  # type: ignore[misc]
    """A link that is made again by itself when it is lost, until it is closed.

    hear: given each event that answers no action; must not raise. came, went: called at each login and each loss.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str,
        secret: str,
        hear: Callable[[Event], None] | None = None,
        came: Callable[[], None] = lambda: None,
        went: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            host=host,
            port=port,
            username=user,
            secret=secret,
            events="off" if hear is None else "call,user",
            ping_delay=5,
            ping_interval=5,
            reconnect_timeout=1,
            forgetable_actions=_Everything(),
            protocol_factory=_Protocol,
            on_login=self._logged_in,
            on_disconnect=self._disconnected,
        )
        self.closing = False
        self.up = asyncio.Event()
        self.unanswered = 0
        """Actions whose answer is awaited now."""
        self._hear, self._came, self._went = hear, came, went
        self._gathered: dict[str, list[Event]] = {}

    def take(self, event: Event) -> bool:
        """Hand an event on, unless it is part of an answer only panoramisk waits for."""
        action = event.get("ActionID", "")
        if action in self._gathered and not event["Event"].endswith("Complete"):
            self._gathered[action].append(event)
        elif action in self.protocol.responses or event["Event"] == "Shutdown":
            return False
        elif self._hear is not None:
            self._hear(event)
        return True

    @contextmanager
    def gathering(self, action_id: str) -> Iterator[list[Event]]:
        """The events that answer this action, as they come."""
        found: list[Event] = []
        self._gathered[action_id] = found
        try:
            yield found
        finally:
            del self._gathered[action_id]

    def open(self) -> None:
        """Begin to connect, for as long as it takes."""
        self.loop = asyncio.get_running_loop()
        self.connect()

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        return None if self.closing else super().connect(*args, **kwargs)

    def connection_made(self, attempt: "asyncio.Future[Any]") -> None:
        super().connection_made(attempt)
        if self.closing:
            self.close()

    def close(self) -> None:
        self.closing = True
        super().close()

    def forget(self, future: "asyncio.Future[Any]") -> None:
        """Wait for the answer of this action no longer."""
        known = self.protocol.responses
        for key in [key for key, action in known.items() if action.future is future]:
            del known[key]

    def dispatch(self, event: Any) -> None:
        """An event that is not plain; panoramisk's own callbacks are not needed."""
        if self._hear is not None:
            self._hear(event)

    def _logged_in(self, _manager: Manager) -> None:
        self.up.set()
        self._came()

    def _disconnected(self, _manager: Manager, _error: Exception | None) -> None:
        if self.up.is_set() and not self.closing:
            self.up.clear()
            self._went()


def _plain_event(message: bytes) -> Event | None:
    """The headers of an event; None for an answer, and where a header comes twice (panoramisk makes a list of it)."""
    if not message.startswith(b"Event: "):
        return None
    lines = message.decode(errors="replace").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    return headers if len(headers) == len(lines) else None
