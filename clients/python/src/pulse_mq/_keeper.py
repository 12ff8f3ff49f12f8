"""Keeps a client connected: reconnects, and holds publishes while there is no connection."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Literal, Protocol

from . import _wire
from ._backoff import backoff
from ._connection import Connection, DeliveryOwner
from ._notifier import Notifier
from ._publish_frames import with_flags
from ._requests import Pending
from ._waiting_publishes import WaitingPublishes, late
from .errors import (
    AuthFailedError,
    ConnectionLimitError,
    LimitReachedError,
    NotConnectedError,
    PulseMQError,
    RequestTimeoutError,
)
from .events import ConnectionEvent
from .options import Options, ReconnectOptions

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
        self._deliveries = deliveries
        self._owner = owner
        self._state: State = "idle"
        self._current: Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._end_error: PulseMQError = NotConnectedError("not connected: call async_connect() first")
        self._connection_waiters: list[asyncio.Future[Connection]] = []
        self._waiting = WaitingPublishes(self._loop, options.request_timeout)
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
    def current(self) -> Connection | None:
        """The connection, also while it is being restored."""
        return self._current

    async def connect(self) -> None:
        """Makes the first connection. Raises as `PulseMQClient.async_connect` does."""
        self._state = "connecting"
        self._opening = self._loop.create_task(self._open_first())
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

    async def _open_first(self) -> Connection:
        reconnect = self._options.reconnect
        if reconnect is not None and reconnect.from_start:
            return await self._connect_again(reconnect, _Tries())
        return await self._connect()

    async def _connect(self) -> Connection:
        connection = Connection(self._options, self._deliveries, self._on_lost)
        await connection.open()
        return connection

    async def _connect_again(self, options: ReconnectOptions, tries: _Tries) -> Connection:
        """Tries until an attempt succeeds. Raises after `max_tries` attempts, or when the credentials are refused."""
        while True:
            tries.count += 1
            delay = backoff(tries.count, options)
            self._notifier.connection(ConnectionEvent("reconnecting", try_count=tries.count, delay=delay))
            await asyncio.sleep(delay)
            try:
                return await self._connect()
            except PulseMQError as error:
                if _is_final(error):
                    raise
                tries.check(options, error)

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

    def _on_lost(self, connection: Connection, error: PulseMQError, unanswered: list[Pending]) -> None:
        if connection is not self._current or self._state != "connected":
            # Lost while it was being restored, or at the end: the code that does this goes on from there.
            if connection is self._current:
                self._current = None
            for pending in unanswered:
                pending.settle(error, {})
            return
        self._current = None
        reconnect = self._options.reconnect
        self._keep_or_fail(unanswered, error, reconnect is not None and self._options.in_flight == "retry")
        event = ConnectionEvent("disconnected", error=error, will_reconnect=reconnect is not None)
        if reconnect is None:
            self._notifier.connection(event)
            return self.give_up(error)
        self._state = "reconnecting"
        self._reconnecting = self._loop.create_task(self._reconnect(reconnect))
        self._reconnecting.add_done_callback(self._on_reconnect_done)
        self._notifier.connection(event)

    def _keep_or_fail(self, unanswered: list[Pending], cause: PulseMQError, is_kept: bool) -> None:
        """Keeps unanswered publishes for the next connection, or fails them: the broker may have received them or not.

        Publishes that are kept carry a mark, and go before those that were made later. A publish whose own reply was late is not sent
        again: a broker that never answers it would keep it for ever.
        """
        kept = []
        now = time.monotonic()
        for pending in unanswered:
            if is_kept and pending.is_publish and now < pending.sent_at + self._options.request_timeout:
                pending.frames = with_flags(pending.frames, add=_wire.MAYBE_DUPLICATE)
                kept.append(pending)
                continue
            if isinstance(cause, RequestTimeoutError) and now >= pending.sent_at + self._options.request_timeout:
                pending.settle(cause, {})
                continue
            error = NotConnectedError(f"not acknowledged: {cause}")
            error.__cause__ = cause
            pending.settle(error, {})
        self._waiting.put_first(kept)

    async def _reconnect(self, options: ReconnectOptions) -> None:
        """Connects and restores. A connection that is lost while it is being restored counts as a failed attempt."""
        tries = _Tries()
        while True:
            connection = await self._connect_again(options, tries)
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
        for task in (self._opening, self._reconnecting):
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


class _Tries:
    """The attempts to connect in a row."""

    def __init__(self) -> None:
        self.count = 0

    def check(self, options: ReconnectOptions, error: PulseMQError) -> None:
        """Raises a NotConnectedError when the last attempt has failed."""
        if self.count == options.max_tries:
            raise NotConnectedError(f"gave up after {self.count} tries to connect: {error}") from error


def _is_final(error: PulseMQError) -> bool:
    """True when another attempt would fail in the same way. At a connection limit, a connection may become free."""
    return isinstance(error, AuthFailedError) and not isinstance(error, ConnectionLimitError)
