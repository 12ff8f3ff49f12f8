"""Keeps a client connected: reconnects, and holds publishes while there is no connection."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, Literal, Protocol

from ._connection import Connection, DeliveryOwner
from ._connector import Connector, Tries
from ._notifier import Notifier
from ._requests import Pending
from ._servers import ServerAddress
from ._waiting_publishes import WaitingPublishes, late
from .errors import LimitReachedError, NotConnectedError, PulseMQError
from .events import ConnectionEvent
from .options import Options, ReconnectOptions

#: Seconds for replies of a broker that is about to end.
_leave_wait: Final = 1.0

State = Literal["idle", "connecting", "connected", "reconnecting", "ended"]


class KeeperOwner(Protocol):
    """What the keeper asks of the core."""

    async def restore(self, connection: Connection) -> None:
        """Subscribes to everything again on a new connection."""

    def on_ended(self, error: PulseMQError) -> None:
        """Called once, when there will be no further connection."""


class ConnectionKeeper:
    """Lives from one connect to one end. All calls on the loop's thread."""

    def __init__(self, options: Options, notifier: Notifier, deliveries: DeliveryOwner, owner: KeeperOwner) -> None:
        self._options = options
        self._notifier = notifier
        self._owner = owner
        self._state: State = "idle"
        self._current: Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._end_error: PulseMQError = NotConnectedError("not connected: call async_connect() first")
        self._connection_waiters: list[asyncio.Future[Connection]] = []
        self._waiting = WaitingPublishes(self._loop, options.request_timeout)
        self._connector = Connector(options, notifier, deliveries, self)
        #: The connection to a broker that is about to end, until it is closed.
        self._leaving: Connection | None = None
        self._moving: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[Connection] | None = None
        self._reconnecting: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """True while a publish is sent at once: connected, and everything restored."""
        return self._state == "connected"

    @property
    def has_ended(self) -> bool:
        """True when there will be no further connection."""
        return self._state == "ended"

    @property
    def is_trying(self) -> bool:
        """True while there is a connection, or an attempt to make one."""
        return self._state in ("connecting", "connected", "reconnecting")

    @property
    def request_timeout(self) -> float:
        """The time limit of a reply, in seconds."""
        return self._options.request_timeout

    @property
    def server(self) -> ServerAddress:
        """The broker that is connected to, or that the next attempt goes to."""
        return self._connector.servers.current

    @property
    def current(self) -> Connection | None:
        """The connection, also while it is being restored."""
        return self._current

    async def connect(self) -> None:
        """Makes the first connection. Raises as `PulseMQClient.async_connect` does."""
        self._state = "connecting"
        self._opening = self._loop.create_task(self._connector.connect_first())
        try:
            connection = await self._opening
        except BaseException as error:
            if self.has_ended:
                # The client was closed meanwhile. That is the cause, whatever error it led to in the attempt.
                raise self._end_error from None
            self._end(error if isinstance(error, PulseMQError) else NotConnectedError("connecting was cancelled"))
            raise
        finally:
            self._opening = None
        self._adopt(connection)
        self._notifier.connection(ConnectionEvent("connected", server=connection.server, epoch=connection.epoch))

    async def connection(self) -> Connection:
        """Returns the connection, or the next one. Raises when none will come, or none comes within `request_timeout`."""
        if self._state == "connected" and self._current is not None:
            return self._current
        if not self.is_trying:
            raise self._end_error
        waiter: asyncio.Future[Connection] = self._loop.create_future()
        self._connection_waiters.append(waiter)
        try:
            return await asyncio.wait_for(waiter, self._options.request_timeout)
        except (asyncio.TimeoutError, TimeoutError):
            if waiter.done() and not waiter.cancelled():
                # A RequestTimeoutError that ended the client, or a connection that came just now.
                return waiter.result()
            raise late(self._options.request_timeout) from None

    def publish(self, pending: Pending) -> None:
        """Sends a publish now, or on the next connection."""
        if not self.is_trying:
            return pending.settle(self._end_error, {})
        current = self._current
        count = len(self._waiting) + (0 if current is None else current.requests.pending_count)
        limit = self._options.max_pending
        if count >= limit:
            return pending.settle(LimitReachedError(f"{count} publishes wait, the limit (max_pending) is {limit}"), {})
        if self._state == "connected" and current is not None:
            current.requests.send(pending)
        else:
            self._waiting.add(pending)

    async def close(self, wait: float) -> None:
        """Ends for good. Waits up to `wait` seconds for replies first."""
        if self.has_ended:
            return
        connection = self._current
        if connection is not None and self._state == "connected":
            await connection.requests.settled(wait)
        # It may be another one by now.
        connection = self._current
        error = NotConnectedError("the client was closed")
        if self._end(error):
            if connection is not None:
                connection.close(error)
            self._notifier.connection(ConnectionEvent("closed"))

    def give_up(self, error: PulseMQError) -> None:
        """Ends at once, for this cause."""
        connection = self._current
        if self._end(error):
            if connection is not None:
                connection.close(error)
            self._notifier.connection(ConnectionEvent("closed", error=error))

    def abandon(self, error: PulseMQError) -> None:
        """Closes the sockets and fails the publishes, after the loop was closed. Only futures of threads can be settled then."""
        self._state = "ended"
        self._end_error = error
        unanswered = self._waiting.take_all()
        if self._current is not None:
            unanswered += self._current.abandon()
        for pending in unanswered:
            # A future of the closed loop cannot call its waiters, of which none is left.
            with contextlib.suppress(RuntimeError):
                pending.settle(error, {})

    def on_draining(self, connection: Connection) -> None:
        """The broker is about to end. Publishes wait from now on; when those that were sent are answered, the client goes to another one."""
        may_move = connection is self._current and self._state == "connected"
        if not may_move or self._options.reconnect is None or len(self._connector.servers) < 2:
            return
        self._state = "reconnecting"
        self._leaving = connection
        self._moving = self._loop.create_task(self._leave(connection))

    async def _leave(self, connection: Connection) -> None:
        await connection.requests.settled(_leave_wait)
        connection.close(NotConnectedError("the broker is about to end, and the client goes to another one"))

    def _adopt(self, connection: Connection) -> None:
        """Takes a connection into use: sends what waits for one."""
        self._current = connection
        self._state = "connected"
        for pending in self._waiting.take_all():
            connection.requests.send(pending)
        waiters, self._connection_waiters = self._connection_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(connection)

    def on_lost(self, connection: Connection, error: PulseMQError, unanswered: list[Pending]) -> None:
        """A connection is lost: reconnects, or ends when it must not."""
        is_leaving = connection is self._leaving
        self._leaving = None
        if connection is not self._current or (self._state != "connected" and not is_leaving):
            # Lost while it was being restored, or at the end: the code that does this goes on from there.
            if connection is self._current:
                self._current = None
            for pending in unanswered:
                pending.settle(error, {})
            return
        self._current = None
        reconnect = self._options.reconnect
        self._waiting.keep_or_fail(unanswered, error, reconnect is not None and self._options.in_flight == "retry")
        event = ConnectionEvent("disconnected", error=error, will_reconnect=reconnect is not None)
        if reconnect is None:
            self._notifier.connection(event)
            return self.give_up(error)
        self._state = "reconnecting"
        self._reconnecting = self._loop.create_task(self._reconnect(reconnect))
        self._reconnecting.add_done_callback(self._on_reconnect_done)
        self._notifier.connection(event)

    async def _reconnect(self, options: ReconnectOptions) -> None:
        """Connects and restores. A connection that is lost while it is being restored counts as a failed attempt."""
        tries = Tries()
        while True:
            connection = await self._connector.connect_again(options, tries)
            self._current = connection
            try:
                await self._owner.restore(connection)
            except PulseMQError as error:
                connection.close(error)
                tries.check(options, error)
            if self._current is not connection:
                continue
            self._reconnecting = None
            self._adopt(connection)
            self._notifier.connection(
                ConnectionEvent("reconnected", try_count=tries.count, server=connection.server, epoch=connection.epoch)
            )
            return

    def _on_reconnect_done(self, task: asyncio.Task[None]) -> None:
        """Ends the client when the task that reconnects has failed: nothing else would ever connect it again."""
        if task.cancelled():
            return self.give_up(NotConnectedError("reconnecting was cancelled"))
        error = task.exception()
        if error is None:
            return
        if isinstance(error, PulseMQError):
            return self.give_up(error)
        unexpected = PulseMQError(f"reconnecting failed with an unexpected {type(error).__name__}: {error}")
        unexpected.__cause__ = error
        if isinstance(error, Exception):
            self._notifier.error(unexpected, "reconnecting")
        self.give_up(unexpected)

    def _end(self, error: PulseMQError) -> bool:
        """Fails everything that waits. Returns False when the keeper has ended before."""
        if self.has_ended:
            return False
        self._state = "ended"
        self._end_error = error
        self._current = None
        for task in (self._opening, self._reconnecting, self._moving):
            if task is not None:
                task.cancel()
        self._reconnecting = None
        for pending in self._waiting.take_all():
            pending.settle(error, {})
        waiters, self._connection_waiters = self._connection_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(error)
        self._owner.on_ended(error)
        return True
