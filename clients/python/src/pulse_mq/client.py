"""The client: the async form, and by inheritance the one with callbacks and threads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from ._core import Core
from ._names import check_pattern, namespace_or_default
from ._stream import QueueStream
from ._sync import SyncClient
from .errors import BadOptionError, NotConnectedError
from .options import FullPolicy, check_queue
from .subscription import Subscription


class PulseMQClient(SyncClient):
    """A client of a PulseMQ broker, and of the broker of `pulse-mq` 0.3.0.

    Publishes are pipelined: thousands may be on their way, and each call is answered by its own reply. Subscriptions share one
    connection; each gets its own messages and nothing else. A lost connection is made again with every subscription.

    The calls that start with `async_` are for coroutines; the others may be made from any thread. A client is used in one of the two
    ways at a time: it lives on the event loop that connected it.
    """

    async def async_connect(self) -> None:
        """Connects and logs in.

        Raises an AuthFailedError, a ConnectionLimitError, a RequestTimeoutError or a NotConnectedError; with
        `ReconnectOptions(from_start=True)` it keeps trying instead.
        """
        core = self._new_core()
        try:
            await core.connect()
        except BaseException:
            self._drop_core(core)
            raise
        self._send_queued(core)

    async def async_close(self) -> None:
        """Ends everything, in under a second whether the broker lives or not.

        Waits a moment for what is unanswered, then fails it. What subscriptions have received can still be iterated. Safe to call
        again, and without a connection.
        """
        core = self._core
        if core is None:
            return
        if core.loop.is_closed():
            core.abandon()
            return self._drop_core(core)
        if core.loop is not asyncio.get_running_loop():
            raise NotConnectedError("this client was connected by another event loop: close it there, or with close()")
        await core.close()
        self._drop_core(core)

    async def async_publish(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str = "bytes",
        compress: str | None = None,
        *,
        ack: bool = True,
        do_not_conflate: bool = False,
    ) -> None:
        """Publishes one message; returns when the broker has acknowledged it.

        `format` is `bytes`, `string`, `df_msgpack` or `df_pyarrow`; `compress` is `zlib`, `lz4`, `zstd` or None and takes effect
        from 1,024 serialised bytes up. `ack=False` does not wait, and a refusal is told to nobody. `do_not_conflate` marks what a
        slow subscriber must get one by one: trades, not quotes.

        Raises a TopicFormatError, PayloadTooLargeError, BadPayloadError or BadOptionError before anything is sent; the broker's
        refusal; or a NotConnectedError when the connection broke first: then it may or may not have arrived. Cancelling it ends the
        wait, not the publish.
        """
        core = self._core_here()
        frames = self._frames.make(namespace, topic, data, format, compress, ack, do_not_conflate)
        await core.publish_and_wait(frames, ack)

    async def async_publish_many(
        self,
        namespace: str,
        topic: str,
        items: Iterable[Any],
        format: str = "bytes",
        compress: str | None = None,
        *,
        do_not_conflate: bool = False,
    ) -> None:
        """Publishes many messages to one topic; returns when all are acknowledged, raises the first refusal after the last reply."""
        core = self._core_here()
        if isinstance(items, (str, bytes, bytearray, memoryview)):
            raise BadOptionError(f"items is {type(items).__name__}, expected several: a list, or another iterable")
        make = self._frames.make
        await core.publish_all(make(namespace, topic, data, format, compress, True, do_not_conflate) for data in items)

    async def async_flush(self) -> None:
        """Returns when the broker has worked off everything sent before, publishes without acknowledgement included."""
        await self._core_here().flush()

    def async_subscribe(
        self,
        namespace: str,
        topic: str,
        *,
        queue_limit: int | None = None,
        on_full: FullPolicy | None = None,
    ) -> Subscription:
        """Subscribes to a pattern: `*` stands for one level, `>` as the last level for one or more.

        Iterate what it returns: `async for message in client.async_subscribe("market_data", "sz000651.>")`. A queue of `queue_limit`
        messages stands between the connection and the iteration; when it is full `on_full` decides: `drop_oldest`, `drop_newest`,
        or `pause`, which stops reading from the broker. Raises a TopicFormatError at once, and in the iteration what
        `Subscription.live` raises.
        """
        core = self._core_here()
        limit = self._options.queue_limit if queue_limit is None else queue_limit
        policy = self._options.on_full if on_full is None else on_full
        check_queue(limit, policy)
        stream = QueueStream(namespace_or_default(namespace), check_pattern(topic), limit, policy, core)
        return Subscription(core, stream)

    async def async_query_namespaces(self) -> list[dict[str, Any]]:
        """Namespaces this user may read, each `{"name": str, "topics": [str, ...], "topic_count": int}`."""
        found = await self._core_here().query({"type": "namespaces"})
        return list(found or [])

    async def async_query_topics(self, namespace: str) -> list[str]:
        """Topics of a namespace, sorted; empty when there is none of that name that this user may read."""
        query = {"type": "topics", "namespace": namespace_or_default(namespace)}
        return list(await self._core_here().query(query) or [])

    async def async_query_permission(self) -> dict[str, Any]:
        """`{"type": user type, "namespaces": {name: "SUB" | "PUB" | "ADMIN"}}`; the map is empty where rights need no grants."""
        return dict(await self._core_here().query({"type": "permission", "topic": ""}) or {})

    async def __aenter__(self) -> PulseMQClient:
        await self.async_connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.async_close()

    def _core_here(self) -> Core:
        core = self._core
        if core is None:
            raise NotConnectedError("not connected: call async_connect() first")
        if core.loop is not asyncio.get_running_loop():
            raise NotConnectedError("this client was connected by another event loop; the async forms work only there")
        return core
