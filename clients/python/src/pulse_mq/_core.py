"""The client on its event loop: what the async and the sync methods share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from . import _wire
from ._background import BackgroundTasks
from ._connection import Connection
from ._history import HistoryChannel
from ._keeper import ConnectionKeeper
from ._lanes import LaneSet
from ._notifier import Notifier
from ._process import ProcessMark
from ._publish_frames import with_flags
from ._requests import Body, Pending, Settle, settle_future
from ._stream import NewestStream
from ._stream_base import StreamBase
from ._stream_set import StreamSet
from ._subscribe_options import SubscribeOptions
from ._table_stream import TableStream
from ._wire import Frames
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError
from .events import SnapshotEnd
from .message import PulseMessage
from .options import Options

#: Publishes without a reply that may wait for the link before their publisher has to wait.
_unsent_max_count = 10_000
#: How long closing waits for replies, in seconds.
_close_wait = 0.5
#: Publishes made in one turn of the event loop, before replies and deliveries are read.
_turn_count = 1_000
#: Publishes of one `publish_all` without a reply, above which it waits before it takes the next message.
_window_count = 16_384


class Core:
    """Lives from one connect to one close. All calls on the loop's thread."""

    def __init__(self, options: Options, notifier: Notifier) -> None:
        self.loop = asyncio.get_running_loop()
        self.process = ProcessMark()
        #: Done when the core has ended. The result says why.
        self.ended: asyncio.Future[PulseMQError] = self.loop.create_future()
        self.is_closing = False
        #: True when the thread of the loop has ended by an error of a callback.
        self.is_lost = False
        self.background = BackgroundTasks(self.loop, notifier)
        self._history = HistoryChannel(options, notifier)
        self.streams = StreamSet(LaneSet(notifier.gap, self._history, self.background), notifier, self.background)
        self.keeper = ConnectionKeeper(options, notifier, self.streams, self)
        self.streams.use(self.keeper)
        self._history.use(self.keeper)

    @property
    def is_connected(self) -> bool:
        """True while a publish is sent at once."""
        return self.keeper.is_connected

    def check_loop(self) -> None:
        """Raises a ForkedError in the child of a fork, and a NotConnectedError on another event loop than that of the core."""
        self.process.check()
        if self.loop is asyncio.get_running_loop():
            return
        if self.loop.is_closed():
            raise NotConnectedError("the event loop that connected this client is closed: call async_connect() again")
        raise NotConnectedError("this client was connected by another event loop: use its async methods there")

    async def connect(self) -> None:
        """Connects and logs in. Raises as `PulseMQClient.async_connect` does."""
        await self.keeper.connect()

    def publish(self, frames: Frames, settle: Settle) -> None:
        """Sends a publish now, or on the next connection. Settles it with the broker's reply."""
        self.keeper.publish(Pending(frames, settle, is_publish=True))

    def publish_without_reply(self, frames: Frames, settle: Settle) -> None:
        """Sends a publish that asks for no reply. Settles it when the next one may be published.

        Without a connection, or with a broker that replies to every publish (0.3.0), it waits for a reply as `publish` does.
        """
        connection = self.keeper.current
        if connection is None or not self.keeper.is_connected or not connection.can_publish_without_reply:
            return self.publish(with_flags(frames, remove=_wire.NO_REPLY), settle)
        connection.requests.send_without_reply(frames)
        if connection.requests.unsent_count <= _unsent_max_count:
            settle(None, {})
        else:
            self.background.start(_settle_when_sent(connection, settle))

    async def publish_and_wait(self, frames: Frames, ack: bool) -> None:
        """Sends a publish. Returns when it is settled, or raises the error it is settled with."""
        settled: asyncio.Future[Body] = self.loop.create_future()
        if ack:
            self.publish(frames, settle_future(settled))
        else:
            self.publish_without_reply(frames, settle_future(settled))
            if settled.done():
                # Without an await: a loop over thousands of publishes must not take a turn of the event loop for each.
                settled.result()
                return
        await settled

    async def publish_all(self, messages: Iterable[Frames]) -> None:
        """Sends many publishes. Returns after the last reply.

        The first error ends it: it takes no further message, waits for the replies of those that are sent, and raises that error.
        """
        batch = _Batch(self.loop)
        try:
            for count, frames in enumerate(messages, 1):
                batch.open_count += 1
                self.publish(frames, batch.settle)
                if count % _turn_count == 0:
                    await asyncio.sleep(0)
                    await batch.below(_window_count)
                if batch.error is not None:
                    break
        finally:
            close = getattr(messages, "close", None)
            if close is not None:
                close()
        await batch.below(1)
        if batch.error is not None:
            raise batch.error

    async def flush(self) -> None:
        """Returns when the broker has processed everything sent before."""
        connection = await self.keeper.connection()
        await connection.requests.request(_wire.PING)

    async def query_namespaces(self) -> list[dict[str, Any]]:
        """See `PulseMQClient.async_query_namespaces`."""
        answer: list[dict[str, Any]] = await self._query({"type": "namespaces"}, list)
        return answer

    async def query_topics(self, namespace: str) -> list[str]:
        """See `PulseMQClient.async_query_topics`."""
        answer: list[str] = await self._query({"type": "topics", "namespace": namespace}, list)
        return answer

    async def query_permission(self) -> dict[str, Any]:
        """See `PulseMQClient.async_query_permission`."""
        answer: dict[str, Any] = await self._query({"type": "permission", "topic": ""}, dict)
        return answer

    async def last(self, namespace: str, topic: str) -> PulseMessage | None:
        """See `PulseMQClient.async_last`."""
        stream = NewestStream(namespace, topic, SubscribeOptions(snapshot=True), self.streams)
        end = await self._start_with_snapshot(stream)
        self._stop(stream)
        if stream.message is None and end.left_out > 0:
            raise PulseMQError(
                f"the broker has no room for the last value of {namespace}:{topic} (its memory for last values is full)"
            )
        return stream.message

    async def start_table(self, stream: TableStream) -> None:
        """Returns when the rows of a live table are complete."""
        await self._start_with_snapshot(stream)

    async def _start_with_snapshot(self, stream: StreamBase) -> SnapshotEnd:
        """Starts a stream, and returns the end of its first snapshot. On an error the stream has ended."""
        limit = self.keeper.request_timeout
        try:
            await self.streams.start(stream)
            return await asyncio.wait_for(stream.first_snapshot_end(), limit)
        except BaseException as error:
            self._stop(stream)
            if isinstance(error, (asyncio.TimeoutError, TimeoutError)) and not isinstance(error, PulseMQError):
                text = (
                    f"the broker did not send the last values of {stream.namespace}:{stream.pattern} within {limit:g} s"
                )
                raise RequestTimeoutError(f"{text} (request_timeout)") from None
            raise

    def _stop(self, stream: StreamBase) -> None:
        stream.end(None)
        self.streams.stop_soon(stream)

    async def _query(self, query: dict[str, Any], kind: type) -> Any:
        """Returns the `data` of the broker's answer, an empty one for null. Raises a PulseMQError for another kind of data."""
        connection = await self.keeper.connection()
        data = await connection.query(query)
        if data is None:
            return kind()
        if not isinstance(data, kind):
            name = type(data).__name__
            raise PulseMQError(
                f"the broker answered the query {query['type']} with a {name}, expected a {kind.__name__}"
            )
        return data

    async def close(self) -> None:
        """Ends the core. Waits a moment for replies, then fails what is unanswered."""
        self.is_closing = True
        self.streams.end_all()
        await self.keeper.close(_close_wait)
        self._history.close()
        self.background.cancel()

    async def fail(self, error: PulseMQError) -> None:
        """Ends the core at once, because its thread is lost. Everything that waits raises the error."""
        self.is_lost = True
        self.keeper.give_up(error)
        self._history.close()
        self.background.cancel()

    def abandon(self) -> None:
        """Closes the sockets of a core whose loop has been closed, and fails the publishes without a reply."""
        self._history.abandon()
        self.keeper.abandon(NotConnectedError("the event loop of this client was closed before the client"))

    async def restore(self, connection: Connection) -> None:
        """Called with each new connection after the first: subscribes to everything again."""
        self._history.moved()
        await self.streams.restore(connection)

    def on_ended(self, error: PulseMQError) -> None:
        """Called once, when there will be no further connection."""
        self._history.close()
        self.streams.give_up(None if self.is_closing else error)
        if not self.ended.done():
            self.ended.set_result(error)


async def _settle_when_sent(connection: Connection, settle: Settle) -> None:
    await connection.requests.sent()
    settle(None, {})


class _Batch:
    """The publishes of one `publish_all` that have no reply yet."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.open_count = 0
        self.error: PulseMQError | None = None
        self._loop = loop
        self._waiter: asyncio.Future[None] | None = None
        self._wanted_count = 0

    def settle(self, error: PulseMQError | None, _: Body) -> None:
        """Counts one reply."""
        self.open_count -= 1
        if error is not None and self.error is None:
            self.error = error
        waiter = self._waiter
        if waiter is not None and self.open_count < self._wanted_count and not waiter.done():
            waiter.set_result(None)

    async def below(self, count: int) -> None:
        """Returns when fewer than `count` publishes are without a reply."""
        if self.open_count < count:
            return
        self._wanted_count = count
        self._waiter = self._loop.create_future()
        await self._waiter
