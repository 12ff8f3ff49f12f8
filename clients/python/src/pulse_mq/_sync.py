"""The form of the client with callbacks and threads."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ._core import Core, FrameMaker
from ._loop_thread import Inbox, LoopThread, Pace, PublishFuture, not_here, running_loop
from ._names import check_pattern, namespace_or_default
from ._notifier import Notifier
from ._stream import CallbackStream
from .errors import BadOptionError, NotConnectedError, PulseMQError
from .events import OnConnection, OnError, OnGap, OnSlow
from .message import PulseMessage
from .options import FullPolicy, InFlightPolicy, Options, ReconnectOptions, check_callback, reconnect_of
from .subscription import CallbackSubscription

_Self = TypeVar("_Self", bound="SyncClient")
_Result = TypeVar("_Result")

#: Publishes of threads that may be unanswered before the next one waits.
_pace_count = 1_000


class SyncClient:
    """What needs no `await`. All of it may be called from any thread."""

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
        """Nothing is connected yet. Raises a BadOptionError naming the option, its value and its range.

        `sub_port` is `pub_port` + 1 where it is not given. All times are seconds.

        * `reconnect`: connect again when the connection is lost; True means `ReconnectOptions()`.
        * `in_flight`: publishes that were unanswered when the connection broke: `fail`, or `retry` with a mark.
        * `connect_timeout`: connecting and logging in may take so long.
        * `request_timeout`: the broker must answer a request within this time.
        * `ping_interval`, `ping_timeout`: a link is asked after so much silence, and must answer within so much time.
        * `max_pending`: publishes that wait for a connection or an answer; past it a publish fails with a LimitReachedError.
        * `queue_limit`, `on_full`: of each subscription that is iterated; see `async_subscribe`.
        * `on_gap`, `on_slow`, `on_error`, `on_connection`: told of what no call can be told, on the thread of the connection.
          Without them gaps, slowness and errors are warnings (GapWarning, SlowWarning, PulseMQWarning).
        """
        self._options = Options(
            host=host,
            pub_port=pub_port,
            sub_port=_next_port(pub_port) if sub_port is None else sub_port,
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
        self._frames = FrameMaker(username)
        self._pace = Pace(min(max_pending, _pace_count))
        self._lock = threading.Lock()
        self._core: Core | None = None
        self._inbox: Inbox | None = None
        self._thread: LoopThread | None = None
        self._callbacks: list[CallbackSubscription] = []
        self._queued: deque[tuple[tuple[bytes, ...], bool, PublishFuture]] = deque()

    @property
    def is_connected(self) -> bool:
        """True while publishes leave at once."""
        core = self._core
        return core is not None and core.keeper.is_connected

    def connect(self) -> None:
        """Connects and logs in, with a thread of its own that calls the callbacks; sends what was published before.

        Raises as `async_connect` does, and what the broker refuses of the subscriptions made before.
        """
        if running_loop() is not None:
            raise NotConnectedError("connect() waits, and an event loop runs in this thread: use async_connect()")
        self._check_unconnected()
        thread = LoopThread()
        try:
            thread.call(self._open())
        except BaseException:
            thread.stop()
            raise
        self._thread = thread

    def run(self) -> None:
        """Connects, sends what was published before, then calls the callbacks until `close()`.

        Returns at once, with everything acknowledged, when nothing is subscribed to. After `connect()` it only waits. Raises as
        `connect` does, and what made the client give up.
        """
        if running_loop() is not None:
            raise NotConnectedError("run() waits, and an event loop runs in this thread: use the async forms")
        if self._core is not None:
            self._wait_for(lambda core: _until_ended(core))
            return
        asyncio.run(self._run())

    def close(self) -> None:
        """Ends everything, in under a second whether the broker lives or not, and with it `run()`."""
        core, thread = self._core, self._thread
        if core is None:
            return
        if running_loop() is core.loop:
            core.run_soon(self._close(core))
            return
        if core.loop.is_closed():
            core.abandon()
            self._drop_core(core)
        elif core.loop.is_running():
            asyncio.run_coroutine_threadsafe(self._close(core), core.loop).result()
        else:
            core.loop.run_until_complete(self._close(core))
        if thread is not None:
            thread.stop()

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
        """Publishes one message and does not wait: `.result()` of what it returns does.

        Before `connect()` or `run()` it is kept, and sent then. A thread that publishes much faster than the broker acknowledges is
        held back; the thread of the callbacks never is. Arguments and errors are those of `async_publish`; a failure that nobody
        waits for is told to `on_error`.
        """
        frames = self._frames.make(namespace, topic, data, format, compress, ack, do_not_conflate)
        future = PublishFuture(lambda error: self._notifier.error(error, f"publishing to {namespace}:{topic}"))
        with self._lock:
            core, inbox = self._core, self._inbox
            if core is None or inbox is None:
                self._queued.append((frames, ack, future))
                return future
        is_here = running_loop() is core.loop
        self._pace.enter(may_wait=not is_here and core.keeper.is_connected)
        if is_here:
            self._publish_here(core, frames, ack, future)
        else:
            inbox.put(lambda: self._publish_here(core, frames, ack, future))
        return future

    def flush(self) -> None:
        """Returns when the broker has worked off everything published before."""
        self._wait_for(lambda core: core.flush())

    def subscribe(self, namespace: str, topic: str, callback: Callable[[PulseMessage], object]) -> CallbackSubscription:
        """Has a function called for every message of a pattern, on the thread of the connection.

        Before `connect()` or `run()` it only notes it; afterwards it returns when nothing that is published from then on is missed,
        unless it is called from a callback, which cannot wait. A function that raises is reported and called again with the next
        message. Raises a TopicFormatError, a PermissionDeniedError or another PulseMQError.
        """
        check_callback("callback", callback)
        if inspect.iscoroutinefunction(callback):
            raise BadOptionError(
                "callback is a coroutine function, which nobody would await: iterate async_subscribe()"
            )
        name = namespace_or_default(namespace)
        subscription = CallbackSubscription(name, check_pattern(topic), callback, self._unsubscribe)
        with self._lock:
            self._callbacks.append(subscription)
            core = self._core
        if core is None:
            return subscription
        if running_loop() is core.loop:
            core.run_soon(self._start_and_report(core, subscription))
            return subscription
        try:
            self._wait_for(lambda core: self._start(core, subscription))
        except BaseException:
            self._forget(subscription)
            raise
        return subscription

    def query_namespaces(self) -> list[dict[str, Any]]:
        """As `async_query_namespaces`."""
        return list(self._wait_for(lambda core: core.query({"type": "namespaces"})) or [])

    def query_topics(self, namespace: str) -> list[str]:
        """As `async_query_topics`."""
        query = {"type": "topics", "namespace": namespace_or_default(namespace)}
        return list(self._wait_for(lambda core: core.query(query)) or [])

    def query_permission(self) -> dict[str, Any]:
        """As `async_query_permission`."""
        return dict(self._wait_for(lambda core: core.query({"type": "permission", "topic": ""})) or {})

    def __enter__(self: _Self) -> _Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _new_core(self) -> Core:
        self._check_unconnected()
        core = Core(self._options, self._notifier)
        with self._lock:
            self._core = core
        return core

    def _check_unconnected(self) -> None:
        core = self._core
        if core is not None and core.loop.is_closed():
            core.abandon()
            self._drop_core(core)
        elif core is not None:
            raise NotConnectedError("this client is connected already: close it first")

    def _drop_core(self, core: Core) -> None:
        with self._lock:
            if self._core is not core:
                return
            inbox, self._core, self._inbox, self._thread = self._inbox, None, None, None
        if inbox is not None:
            # What other threads put in meanwhile is answered too.
            inbox.run()

    def _send_queued(self, core: Core) -> list[PublishFuture]:
        """What was published before there was a connection, in order; from here on publishes go the direct way."""
        with self._lock:
            self._inbox = Inbox(core.loop)
            queued, self._queued = self._queued, deque()
        for frames, ack, future in queued:
            self._pace.enter(may_wait=False)
            self._publish_here(core, frames, ack, future)
        return [future for _, _, future in queued]

    def _publish_here(self, core: Core, frames: tuple[bytes, ...], ack: bool, future: PublishFuture) -> None:
        def settle(error: PulseMQError | None, body: dict[str, Any]) -> None:
            self._pace.leave()
            future.settle(error, body)

        if ack:
            core.publish(frames, settle)
        else:
            core.publish_unanswered(frames, settle)

    async def _open(self) -> list[PublishFuture]:
        core = self._new_core()
        try:
            await core.connect()
            sent = self._send_queued(core)
            for subscription in list(self._callbacks):
                await self._start(core, subscription)
        except BaseException:
            await core.close()
            self._drop_core(core)
            raise
        return sent

    async def _run(self) -> None:
        sent = await self._open()
        core = self._core
        if core is None:
            return
        try:
            if self._callbacks:
                await _until_ended(core)
            else:
                waiting = [asyncio.wrap_future(future) for future in sent]
                await asyncio.gather(*waiting, return_exceptions=True)
        finally:
            await self._close(core)

    async def _close(self, core: Core) -> None:
        await core.close()
        self._drop_core(core)

    async def _start(self, core: Core, subscription: CallbackSubscription) -> None:
        stream = CallbackStream(subscription.namespace, subscription.pattern, subscription.callback, core)
        subscription.stream = stream
        await core.start(stream)

    async def _start_and_report(self, core: Core, subscription: CallbackSubscription) -> None:
        try:
            await self._start(core, subscription)
        except PulseMQError as error:
            self._forget(subscription)
            where = f"the subscription {subscription.namespace}:{subscription.pattern}"
            self._notifier.error(error, where)

    def _forget(self, subscription: CallbackSubscription) -> None:
        with self._lock:
            if subscription in self._callbacks:
                self._callbacks.remove(subscription)

    def _unsubscribe(self, subscription: CallbackSubscription) -> None:
        self._forget(subscription)
        core, stream = self._core, subscription.stream
        if core is None or stream is None:
            return
        if running_loop() is core.loop:
            # Not one more call, not even of what has arrived already.
            stream.end(None)
            core.stop_soon(stream)
        else:
            self._wait_for(lambda core: core.stop(stream))

    def _wait_for(self, work: Callable[[Core], Coroutine[Any, Any, _Result]]) -> _Result:
        """Runs something on the connection's loop and waits for it here."""
        core = self._core
        if core is None:
            raise NotConnectedError("not connected: call connect() first")
        here = running_loop()
        if here is core.loop:
            raise not_here()
        if here is not None:
            raise NotConnectedError("this waits, and an event loop runs in this thread: use the async forms")
        return asyncio.run_coroutine_threadsafe(work(core), core.loop).result()


async def _until_ended(core: Core) -> None:
    """Until the client is closed; raises what made it give up."""
    error = await asyncio.shield(core.ended)
    if not core.is_closing:
        raise error


def _next_port(port: int) -> int:
    return port + 1 if isinstance(port, int) else port
