"""Makes connections: at one broker after the other, and again after a wait."""

from __future__ import annotations

import asyncio
from typing import Protocol

from ._backoff import backoff
from ._connection import Connection, DeliveryOwner
from ._notifier import Notifier
from ._requests import Pending
from ._servers import Servers
from .errors import AuthFailedError, ConnectionLimitError, NotConnectedError, PulseMQError
from .events import ConnectionEvent
from .options import Options, ReconnectOptions


class ConnectionEvents(Protocol):
    """Hears what becomes of a connection."""

    def on_lost(self, connection: Connection, error: PulseMQError, unanswered: list[Pending]) -> None:
        """Called once, when the connection is lost. `unanswered` are the requests without a reply."""

    def on_draining(self, connection: Connection) -> None:
        """Called when the broker is about to end."""


class Tries:
    """The attempts to connect in a row."""

    def __init__(self) -> None:
        self.count = 0

    def check(self, options: ReconnectOptions, error: PulseMQError) -> None:
        """Raises a NotConnectedError when the last attempt has failed."""
        if self.count == options.max_tries:
            raise NotConnectedError(f"gave up after {self.count} tries to connect: {error}") from error


class Connector:
    """Knows the brokers, and opens connections to them. All calls on the loop's thread."""

    def __init__(
        self, options: Options, notifier: Notifier, deliveries: DeliveryOwner, events: ConnectionEvents
    ) -> None:
        self._options = options
        self._notifier = notifier
        self._deliveries = deliveries
        self._events = events
        self.servers = Servers(options.servers)

    async def connect_first(self) -> Connection:
        """Returns the first connection of a client. Without `from_start`, each broker is tried once."""
        reconnect = self._options.reconnect
        if reconnect is not None and reconnect.from_start:
            return await self.connect_again(reconnect, Tries())
        return await self._connect_to_any()

    async def connect_again(self, options: ReconnectOptions, tries: Tries) -> Connection:
        """Tries until an attempt succeeds. Raises after `max_tries` attempts, or when the credentials are refused.

        Each attempt is made at the next server, and the first one at each of the other servers without a wait.
        """
        while True:
            tries.count += 1
            self.servers.next()
            round_count = tries.count - len(self.servers) + 1
            delay = 0.0 if round_count < 1 else backoff(round_count, options)
            self._notifier.connection(ConnectionEvent("reconnecting", try_count=tries.count, delay=delay))
            await asyncio.sleep(delay)
            try:
                return await self._connect()
            except PulseMQError as error:
                if _is_final(error):
                    raise
                tries.check(options, error)

    async def _connect_to_any(self) -> Connection:
        """Tries one server after the other. Raises the error of the last one."""
        left_count = len(self.servers)
        while True:
            left_count -= 1
            try:
                return await self._connect()
            except PulseMQError as error:
                if left_count == 0 or _is_final(error):
                    raise
                self.servers.next()

    async def _connect(self) -> Connection:
        events = self._events
        connection = Connection(self._options, self.servers, self._deliveries, events.on_lost, events.on_draining)
        await connection.open()
        return connection


def _is_final(error: PulseMQError) -> bool:
    """True when another attempt would fail in the same way. At a connection limit, a connection may become free."""
    return isinstance(error, AuthFailedError) and not isinstance(error, ConnectionLimitError)
