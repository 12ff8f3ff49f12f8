"""`PulseMQClient`: every call in its async form and its blocking form, side by side.

Publishing, newest values and queries have files of their own. The work is done elsewhere: `_runner` connects and closes, `_core` is
the client on its event loop, `_thread_publisher` and `_callback_subscriber` serve callers without an event loop.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from ._callback_subscriber import CallbackSubscriber
from ._checks import check_message_callback, check_queue
from ._core import Core
from ._core_slot import CoreSlot
from ._history_calls import HistoryCalls
from ._names import check_pattern, namespace_or_default
from ._notifier import Notifier
from ._publish_calls import PublishCalls
from ._publish_frames import PublishFrames
from ._query_calls import QueryCalls
from ._replay_calls import ReplayCalls
from ._runner import Runner
from ._security import security_of
from ._stream import QueueStream
from ._subscribe_options import SlowPolicy, subscribe_options
from ._table_calls import TableCalls
from ._thread_publisher import ThreadPublisher
from .events import OnConnection, OnError, OnGap, OnSlow, OnSnapshotEnd, OnStatus
from .message import PulseMessage
from .options import (
    DEFAULT_HOST,
    DEFAULT_PUB_PORT,
    FillPolicy,
    FullPolicy,
    InFlightPolicy,
    Options,
    ReconnectOptions,
    reconnect_of,
    servers_of,
)
from .subscription import CallbackSubscription, Subscription

_Self = TypeVar("_Self", bound="PulseMQClient")
#: What the child of a fork has of its parent's connections.
_parents: list[object] = []


class PulseMQClient(PublishCalls, TableCalls, HistoryCalls, ReplayCalls, QueryCalls):
    """A client of a PulseMQ broker, and of the broker of `pulse-mq` 0.3.0.

    Call the methods that start with `async_` from coroutines on one event loop, and the others from any thread. Use a client in one
    of the two ways at a time: it runs on the event loop that connected it, or on a thread of its own.

    Publishes are pipelined: thousands may be unanswered, and each call gets its own reply. Subscriptions with the same delivery
    policy share one connection, and each gets only its own messages. After a lost connection the client reconnects and restores every subscription.
    """

    def __init__(
        self,
        host: str = DEFAULT_HOST,
        pub_port: int = DEFAULT_PUB_PORT,
        sub_port: int | None = None,
        username: str = "",
        token: str = "",
        reconnect: bool | ReconnectOptions = True,
        *,
        servers: Sequence[str] | None = None,
        in_flight: InFlightPolicy = "fail",
        connect_timeout: float = 10.0,
        request_timeout: float = 30.0,
        ping_interval: float = 10.0,
        ping_timeout: float = 3.0,
        max_pending: int = 1_000_000,
        queue_limit: int = 65_536,
        on_full: FullPolicy = "drop_oldest",
        fill_gaps: FillPolicy = True,
        on_gap: OnGap | None = None,
        on_slow: OnSlow | None = None,
        on_error: OnError | None = None,
        on_connection: OnConnection | None = None,
        tls: bool | ssl.SSLContext = False,
        tls_server_name: str | None = None,
        curve_server_key: str | bytes | None = None,
        curve_secret_key: str | bytes | None = None,
        api_url: str | None = None,
    ) -> None:
        """Checks the options, and connects nothing. Raises a BadOptionError that names the option, the value and the range.

        Times are seconds, from 0.001 to 2,000,000. Counts are from 1 to 1,000,000,000. `sub_port` is `pub_port` + 1 by default.

        * `servers`: brokers that serve the same topics, instead of `host` and the ports: `host:pubPort`, or `host:pubPort/subPort` where
          the subscriber port is not the next one. The client uses one of them, and goes to another at once when it loses that one.
        * `reconnect`: whether to reconnect after a lost connection. True means `ReconnectOptions()`.
        * `in_flight`: what happens to publishes without a reply when the connection is lost: `fail`, or `retry` with a mark.
        * `connect_timeout`: time limit of one attempt to connect, and of the log-in.
        * `request_timeout`: time limit of a reply. The connection is given up when a reply is late.
        * `ping_interval`, `ping_timeout`: after this silence a link is asked for an answer, and has this long to give it.
        * `max_pending`: publishes that wait for a connection or a reply. A further one fails with a LimitReachedError.
        * `queue_limit`, `on_full`: the queue of each subscription that is iterated, see `async_subscribe`.
        * `fill_gaps`: ask the broker for missing messages where the namespace keeps history, and deliver them in their place with
          `is_recovered`. `"all"`: also those that a slow subscription has lost. False: report every gap.
        * `on_gap`, `on_slow`, `on_error`, `on_connection`: functions that get what no call can raise, on the thread of the
          connection. Without them the client warns with GapWarning, SlowWarning and PulseMQWarning.
        * `tls`: encrypt by TLS. True means `ssl.create_default_context()`. `tls_server_name`: name in the broker's certificate,
          where it is not `host`.
        * `curve_server_key`: encrypt by CURVE; the public key of the broker: text in Z85 or hex, or 40 bytes of Z85 or 32 of the key. Needs the extra `curve`.
          `curve_secret_key`: the key of this client. One that is bound to the user logs in without a token.
        * `api_url`: address of the HTTP API, for `history`. Default: port 8080 of the broker, by https with `tls`. The token goes there as it
          is, so use https for a broker on another machine. With `curve_server_key` it must be given.
        """
        self._options = Options(
            servers=servers_of(servers, host, pub_port, sub_port),
            username=username,
            token=token,
            security=security_of(tls, tls_server_name, curve_server_key, curve_secret_key),
            api_url=api_url,
            reconnect=reconnect_of(reconnect),
            in_flight=in_flight,
            connect_timeout=connect_timeout,
            request_timeout=request_timeout,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            max_pending=max_pending,
            queue_limit=queue_limit,
            on_full=on_full,
            fill_gaps=fill_gaps,
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
