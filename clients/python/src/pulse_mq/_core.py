"""The client on its event loop: what the async and the sync methods share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from . import _wire
from ._background import BackgroundTasks
from ._connection import Connection
from ._keeper import ConnectionKeeper
from ._notifier import Notifier
from ._publish_frames import with_flags
from ._requests import Body, Pending, Settle, settle_future
from ._stream_set import StreamSet
from ._topics import TopicTable
from ._wire import Frames
from .errors import PulseMQError
from .options import Options

#: Publishes without a reply that may wait to be handed to ZeroMQ before their publisher has to wait.
_unsent_max_count = 10_000
#: How long closing waits for replies, in seconds.
_close_wait = 0.5
#: Publishes made in one turn of the event loop, before replies and deliveries are read.
_turn_count = 1_000


class Core:
    """Lives from one connect to one close. All calls on the loop's thread."""

    def __init__(self, options: Options, notifier: Notifier) -> None:
        self.loop = asyncio.get_running_loop()
        #: Done when the core has ended. The result says why.
        self.ended: asyncio.Future[PulseMQError] = self.loop.create_future()
        self.is_closing = False
        self.background = BackgroundTasks(self.loop)
        topics = TopicTable(notifier.gap)
        self.keeper = ConnectionKeeper(options, notifier, topics.deliver, self)
        self.streams = StreamSet(self.keeper, topics, notifier, self.background)

    @property
    def is_connected(self) -> bool:
        """True while a publish is sent at once."""
        return self.keeper.is_connected

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
        """Sends many publishes. Returns after the last reply, or raises the first error then."""
        done: asyncio.Future[None] = self.loop.create_future()
        open_count = 1
        first_error: PulseMQError | None = None

        def settle(error: PulseMQError | None, _: Body) -> None:
            nonlocal open_count, first_error
            open_count -= 1
            first_error = first_error or error
            if open_count > 0 or done.done():
                return
            if first_error is None:
                done.set_result(None)
            else:
                done.set_exception(first_error)

        for count, frames in enumerate(messages, 1):
            open_count += 1
            self.publish(frames, settle)
            if count % _turn_count == 0:
                await asyncio.sleep(0)
        # Settles the one that `open_count` started with, which kept `done` open while messages were still being sent.
        settle(None, {})
        await done

    async def flush(self) -> None:
        """Returns when the broker has processed everything sent before."""
        connection = await self.keeper.connection()
        await connection.requests.request(_wire.PING)

    async def query_namespaces(self) -> list[dict[str, Any]]:
        """See `PulseMQClient.async_query_namespaces`."""
        return list(await self.query({"type": "namespaces"}) or [])

    async def query_topics(self, namespace: str) -> list[str]:
        """See `PulseMQClient.async_query_topics`."""
        return list(await self.query({"type": "topics", "namespace": namespace}) or [])

    async def query_permission(self) -> dict[str, Any]:
        """See `PulseMQClient.async_query_permission`."""
        return dict(await self.query({"type": "permission", "topic": ""}) or {})

    async def query(self, query: dict[str, Any]) -> Any:
        """Returns the `data` of the broker's answer to a query."""
        connection = await self.keeper.connection()
        return await connection.query(query)

    async def close(self) -> None:
        """Ends the core. Waits a moment for replies, then fails what is unanswered."""
        self.is_closing = True
        self.streams.end_all()
        await self.keeper.close(_close_wait)
        self.background.cancel()

    def abandon(self) -> None:
        """Closes the sockets of a core whose loop has been closed, so that nothing else can run."""
        if self.keeper.current is not None:
            self.keeper.current.abandon()

    async def restore(self, connection: Connection) -> None:
        """Called with each new connection after the first: subscribes to everything again."""
        await self.streams.restore(connection)

    def on_ended(self, error: PulseMQError) -> None:
        """Called once, when there will be no further connection."""
        self.streams.give_up(None if self.is_closing else error)
        if not self.ended.done():
            self.ended.set_result(error)


async def _settle_when_sent(connection: Connection, settle: Settle) -> None:
    await connection.requests.sent()
    settle(None, {})
