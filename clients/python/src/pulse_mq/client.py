"""`PulseMQClient`: every call in its async form and its blocking form, side by side.

The work is done elsewhere: `_runner` connects and closes, `_core` is the client on its event loop, `_thread_publisher` and
`_callback_subscriber` serve callers without an event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from ._callback_subscriber import CallbackSubscriber
from ._checks import check_message_callback, check_queue
from ._core import Core
from ._core_slot import CoreSlot
from ._live_rows import LiveRows
from ._names import check_pattern, check_topic, namespace_or_default
from ._notifier import Notifier
from ._publish_frames import PublishFrames
from ._runner import Runner
from ._stream import QueueStream
from ._subscribe_options import SlowPolicy, subscribe_options
from ._table_stream import TableStream
from ._thread_publisher import PublishFuture, ThreadPublisher
from .events import OnConnection, OnError, OnGap, OnSlow, OnSnapshotEnd, OnStatus
from .live_table import LiveTable, check_columns
from .message import PulseMessage
from .options import FullPolicy, InFlightPolicy, Options, ReconnectOptions, reconnect_of, sub_port_of
from .subscription import CallbackSubscription, Subscription

_Self = TypeVar("_Self", bound="PulseMQClient")
#: What the child of a fork has of its parent's connections.
_parents: list[object] = []


class PulseMQClient:
    """A client of a PulseMQ broker, and of the broker of `pulse-mq` 0.3.0.

    Call the methods that start with `async_` from coroutines on one event loop, and the others from any thread. Use a client in one
    of the two ways at a time: it runs on the event loop that connected it, or on a thread of its own.

    Publishes are pipelined: thousands may be unanswered, and each call gets its own reply. Subscriptions with the same delivery
    policy share one connection, and each gets only its own messages. After a lost connection the client reconnects and restores every subscription.
    """

    def __init__(
        self,
        host: str = "localhost",
        pub_port: int = 5555,
        sub_port: int | None = None,
        username: str = "",
        token: str = "",
        reconnect: bool | ReconnectOptions = True,
        *,
        in_flight: InFlightPolicy = "fail",
        connect_timeout: float = 10.0,
        request_timeout: float = 30.0,
        ping_interval: float = 10.0,
        ping_timeout: float = 3.0,
        max_pending: int = 1_000_000,
        queue_limit: int = 65_536,
        on_full: FullPolicy = "drop_oldest",
        on_gap: OnGap | None = None,
        on_slow: OnSlow | None = None,
        on_error: OnError | None = None,
        on_connection: OnConnection | None = None,
    ) -> None:
        """Checks the options, and connects nothing. Raises a BadOptionError that names the option, the value and the range.

        Times are seconds, from 0.001 to 2,000,000. Counts are from 1 to 1,000,000,000. `sub_port` is `pub_port` + 1 by default.

        * `reconnect`: whether to reconnect after a lost connection. True means `ReconnectOptions()`.
        * `in_flight`: what happens to publishes without a reply when the connection is lost: `fail`, or `retry` with a mark.
        * `connect_timeout`: time limit of one attempt to connect, and of the log-in.
        * `request_timeout`: time limit of a reply. The connection is given up when a reply is late.
        * `ping_interval`, `ping_timeout`: after this silence a link is asked for an answer, and has this long to give it.
        * `max_pending`: publishes that wait for a connection or a reply. A further one fails with a LimitReachedError.
        * `queue_limit`, `on_full`: the queue of each subscription that is iterated, see `async_subscribe`.
        * `on_gap`, `on_slow`, `on_error`, `on_connection`: functions that get what no call can raise, on the thread of the
          connection. Without them the client warns with GapWarning, SlowWarning and PulseMQWarning.
        """
        self._options = Options(
            host=host,
            pub_port=pub_port,
            sub_port=sub_port_of(sub_port, pub_port),
            username=username,
            token=token,
            reconnect=reconnect_of(reconnect),
            in_flight=in_flight,
            connect_timeout=connect_timeout,
            request_timeout=request_timeout,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            max_pending=max_pending,
            queue_limit=queue_limit,
            on_full=on_full,
            on_gap=on_gap,
            on_slow=on_slow,
            on_error=on_error,
            on_connection=on_connection,
        )
        self._notifier = Notifier(self._options)
        self._frames = PublishFrames(username)
        self._prepare()

    def _prepare(self) -> None:
        """Makes the parts that have locks and hold the connection. None is connected."""
        options = self._options
        # A blocking call ends by the limits of the connection and of the request. This limit is for a loop that is blocked.
        time_limit = options.connect_timeout + 2 * options.request_timeout + 1
        self._slot = CoreSlot(time_limit)
        self._publisher = ThreadPublisher(options.max_pending, time_limit)
        self._callbacks = CallbackSubscriber(self._slot, self._notifier)
        core = partial(Core, options, self._notifier)
        self._runner = Runner(core, self._slot, self._publisher, self._callbacks)

    @property
    def is_connected(self) -> bool:
        """True while a publish is sent at once: connected, and all subscriptions restored."""
        return self._slot.is_connected

    async def async_connect(self) -> None:
        """Connects and logs in.

        Raises an AuthFailedError, ConnectionLimitError, RequestTimeoutError or NotConnectedError. With
        `ReconnectOptions(from_start=True)` it keeps trying instead, except after an AuthFailedError.
        """
        await self._runner.async_connect()

    def connect(self) -> None:
        """Connects and logs in, on a new thread that also calls the callbacks. Sends what was published before.

        Raises as `async_connect` does, and what the broker refuses of the subscriptions made before.
        """
        self._runner.connect()

    def run(self) -> None:
        """Connects as `connect` does, but in the calling thread, and calls the callbacks until `close()`.

        Without a subscription it returns when everything published before has its reply. After `connect()` it only waits. Raises
        as `connect` does, and the error that made the client give up.
        """
        self._runner.run()

    async def async_close(self) -> None:
        """Ends everything, in under a second, also when the broker does not answer. May be called at any time.

        Waits up to half a second for replies, then fails the publishes without one. Received messages can still be iterated.
        """
        if not self._forget_the_parent():
            await self._runner.async_close()

    def close(self) -> None:
        """Ends everything as `async_close` does, and `run()` with it. In a callback it returns before everything has ended.

        In the child of a fork both only forget the connection, which is the parent's: then `connect()` makes one for the child.
        """
        if not self._forget_the_parent():
            self._runner.close()

    def _forget_the_parent(self) -> bool:
        """In the child of a fork, replaces what belongs to the parent, and returns True."""
        if not self._slot.is_forked:
            return False
        # Kept, never closed: the child shares sockets and the selector of the loop with the parent, which still uses them.
        _parents.append((self._slot, self._publisher, self._callbacks, self._runner))
        self._prepare()
        return True

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
        """Publishes one message. Returns when the broker has acknowledged it.

        `format` is `bytes` (up to 10,485,760 bytes), `string` (8,192), `df_msgpack` (1,048,576) or `df_pyarrow` (67,108,864).
        `compress` is `zlib`, `lz4`, `zstd` or None, and applies to payloads of 1,024 bytes and more. With `ack=False` it does not
        wait, and a refusal is not reported. `do_not_conflate` marks a message that the broker must not merge with later ones for a
        slow subscriber, such as a trade.

        Raises a TopicFormatError, PayloadTooLargeError, BadPayloadError or BadOptionError before anything is sent. Raises the
        broker's refusal, or a NotConnectedError when the connection is lost first: then the broker may have received it or not.
        A cancellation ends the wait only: the message is published all the same.
        """
        core = self._slot.core_here()
        frames = self._frames.make(namespace, topic, data, format, compress, ack=ack, do_not_conflate=do_not_conflate)
        await core.publish_and_wait(frames, ack)

    def publish(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str = "bytes",
        compress: str | None = None,
        *,
        ack: bool = True,
        do_not_conflate: bool = False,
    ) -> PublishFuture:
        """Publishes one message, and returns the future of its acknowledgement. `.result()` waits for it.

        Before `connect()` or `run()` the message is kept, and sent then. A thread is blocked while 1,000 publishes are unanswered;
        a callback never is. Arguments and errors are those of `async_publish`. `on_error` gets a failure that nothing waits for.
        """
        frames = self._frames.make(namespace, topic, data, format, compress, ack=ack, do_not_conflate=do_not_conflate)
        where = f"publishing to {namespace}:{topic}"
        future = PublishFuture(lambda error: self._notifier.error(error, where), self._publisher)
        self._publisher.publish(frames, ack, future)
        return future

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
        """Publishes many messages to one topic. Returns after the last reply.

        At most 16,384 messages are without a reply at a time. The first error ends the call: no further item is taken, and the error is
        raised after the replies to what was sent. A generator that is not finished is closed.
        """
        core = self._slot.core_here()
        await core.publish_all(self._frames.make_all(namespace, topic, items, format, compress, do_not_conflate))

    def publish_many(
        self,
        namespace: str,
        topic: str,
        items: Iterable[Any],
        format: str = "bytes",
        compress: str | None = None,
        *,
        do_not_conflate: bool = False,
    ) -> None:
        """As `async_publish_many`, and blocks until it has ended. The items are taken on the thread of the connection."""
        messages = self._frames.make_all(namespace, topic, items, format, compress, do_not_conflate)
        self._slot.wait_for(lambda core: core.publish_all(messages), is_long=True)

    async def async_flush(self) -> None:
        """Returns when the broker has processed everything sent before, also publishes with `ack=False`."""
        await self._slot.core_here().flush()

    def flush(self) -> None:
        """Returns when the broker has processed everything published before, also publishes with `ack=False`."""
        self._slot.wait_for(lambda core: core.flush())

    def async_subscribe(
        self,
        namespace: str,
        topic: str,
        *,
        queue_limit: int | None = None,
        on_full: FullPolicy | None = None,
        snapshot: bool = False,
        on_slow: SlowPolicy | None = None,
        max_rate: float | None = None,
        status: bool = False,
        on_snapshot_end: OnSnapshotEnd | None = None,
        on_status: OnStatus | None = None,
    ) -> Subscription:
        """Subscribes to a pattern: `*` stands for one level, `>` as the last level for one or more.

        Iterate the result: `async for message in client.async_subscribe("market_data", "sz000651.>")`. Up to `queue_limit` messages
        wait to be iterated. When the queue is full, `on_full` applies: `drop_oldest`, `drop_newest`, or `pause`, which stops
        reading from the broker. Raises a TopicFormatError or a BadOptionError at once. The iteration raises what
        `Subscription.live` raises.

        What the broker does, where it has the feature; else `live` raises a NotSupportedError:

        * `snapshot`: the last value of every matching topic comes first, with `is_snapshot`. Then `on_snapshot_end` is called, and
          `Subscription.snapshot_end` returns. After a reconnect the values come again, without those that were delivered before.
        * `on_slow`: what the broker does while this client reads too slowly: `drop_oldest` (the default), `drop_newest`, `conflate`,
          which delivers only the newest message of each topic, or `disconnect`.
        * `max_rate`: at most this many messages a second of each topic, from 0.01 to 1,000; newer ones replace older ones.
        * `status`: `on_status` gets the status of matching topics, now and with each change.

        `conflate` and `max_rate` need a namespace that keeps last values. Subscriptions with the same `on_slow` and `max_rate` share a
        connection and get a message once; a client has up to 8 such policies, and a LimitReachedError is raised for another one.
        """
        core = self._slot.core_here()
        limit = self._options.queue_limit if queue_limit is None else queue_limit
        policy = self._options.on_full if on_full is None else on_full
        check_queue(limit, policy)
        options = subscribe_options(snapshot, on_slow, max_rate, status, on_snapshot_end, on_status)
        names = (namespace_or_default(namespace), check_pattern(topic))
        return Subscription(core, QueueStream(*names, limit, policy, core.streams, options))

    def subscribe(
        self,
        namespace: str,
        topic: str,
        callback: Callable[[PulseMessage], object],
        *,
        snapshot: bool = False,
        on_slow: SlowPolicy | None = None,
        max_rate: float | None = None,
        status: bool = False,
        on_snapshot_end: OnSnapshotEnd | None = None,
        on_status: OnStatus | None = None,
    ) -> CallbackSubscription:
        """Subscribes to a pattern, and calls a function with every message, on the thread of the connection.

        Before `connect()` or `run()` the subscription is kept, and starts then. Afterwards this returns when every message
        published from now on will be delivered; in a callback, which must not wait, it returns earlier. When the function raises,
        `on_error` gets the error, and the function is called with the next message. The options are those of `async_subscribe`. Raises a
        TopicFormatError, a BadOptionError, a PermissionDeniedError or another PulseMQError.
        """
        check_message_callback(callback)
        options = subscribe_options(snapshot, on_slow, max_rate, status, on_snapshot_end, on_status)
        return self._callbacks.subscribe(namespace_or_default(namespace), check_pattern(topic), callback, options)

    async def async_last(self, namespace: str, topic: str) -> PulseMessage | None:
        """Returns the newest message of a topic, None when the topic has none.

        The namespace must keep last values (`keep_last_value`): else there is none. Raises a TopicFormatError, a PermissionDeniedError,
        a NotSupportedError or another PulseMQError, also when the broker has no room to keep the value.
        """
        names = (namespace_or_default(namespace), check_topic(topic))
        return await self._slot.core_here().last(*names)

    def last(self, namespace: str, topic: str) -> PulseMessage | None:
        """As `async_last`."""
        names = (namespace_or_default(namespace), check_topic(topic))
        return self._slot.wait_for(lambda core: core.last(*names))

    async def async_live_table(
        self,
        namespace: str,
        pattern: str,
        *,
        columns: Sequence[Any] | None = None,
        on_slow: SlowPolicy = "conflate",
        max_rate: float | None = None,
    ) -> LiveTable:
        """Returns the newest row of each topic that matches, kept up to date until `LiveTable.close`. The rows are complete.

        A row is the last row of a DataFrame, or a JSON object. `columns` names those to keep, None keeps all. `on_slow` and `max_rate`
        are those of `async_subscribe`; with `conflate` the namespace must keep last values. Raises as `async_last`, and a
        BadOptionError.
        """
        core = self._slot.core_here()
        table, stream = self._new_table(core, namespace, pattern, columns, on_slow, max_rate)
        await core.start_table(stream)
        return table

    def live_table(
        self,
        namespace: str,
        pattern: str,
        *,
        columns: Sequence[Any] | None = None,
        on_slow: SlowPolicy = "conflate",
        max_rate: float | None = None,
    ) -> LiveTable:
        """As `async_live_table`."""

        async def start(core: Core) -> LiveTable:
            table, stream = self._new_table(core, namespace, pattern, columns, on_slow, max_rate)
            await core.start_table(stream)
            return table

        return self._slot.wait_for(start)

    def _new_table(
        self,
        core: Core,
        namespace: str,
        pattern: str,
        columns: Sequence[Any] | None,
        on_slow: SlowPolicy,
        max_rate: float | None,
    ) -> tuple[LiveTable, TableStream]:
        names = (namespace_or_default(namespace), check_pattern(pattern))
        wanted = check_columns(columns)
        options = subscribe_options(True, on_slow, max_rate, True, None, None)

        def on_error(error: Exception, topic: str) -> None:
            self._notifier.error(error, f"the payload of {names[0]}:{topic}")

        rows = LiveRows(None if wanted is None else frozenset(wanted), on_error)
        stream = TableStream(*names, rows, core.streams, options)
        return LiveTable(core, stream, rows, wanted, partial(self._slot.stop, core, stream)), stream

    async def async_query_namespaces(self) -> list[dict[str, Any]]:
        """Namespaces this user may read, each `{"name": str, "topics": [str, ...], "topic_count": int}`."""
        return await self._slot.core_here().query_namespaces()

    def query_namespaces(self) -> list[dict[str, Any]]:
        """As `async_query_namespaces`."""
        return self._slot.wait_for(lambda core: core.query_namespaces())

    async def async_query_topics(self, namespace: str) -> list[str]:
        """Topics of a namespace, sorted. Empty when the namespace does not exist, or this user may not read it."""
        name = namespace_or_default(namespace)
        return await self._slot.core_here().query_topics(name)

    def query_topics(self, namespace: str) -> list[str]:
        """As `async_query_topics`."""
        name = namespace_or_default(namespace)
        return self._slot.wait_for(lambda core: core.query_topics(name))

    async def async_query_permission(self) -> dict[str, Any]:
        """`{"type": user type, "namespaces": {name: "SUB" | "PUB" | "ADMIN"}}`. The map is empty for a user type without grants."""
        return await self._slot.core_here().query_permission()

    def query_permission(self) -> dict[str, Any]:
        """As `async_query_permission`."""
        return self._slot.wait_for(lambda core: core.query_permission())

    def __reduce__(self) -> Any:
        raise TypeError("a PulseMQClient has a connection, which cannot be pickled: make a client in each process")

    async def __aenter__(self) -> PulseMQClient:
        await self.async_connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.async_close()

    def __enter__(self: _Self) -> _Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
