"""The subscriptions that a client returns."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any

from ._core import Core
from ._stream import CallbackStream, QueueStream
from ._subscribe_options import SubscribeOptions
from .errors import BadOptionError
from .events import SnapshotEnd, TopicStatus
from .message import PulseMessage


class Subscription:
    """The messages of a namespace whose topics match a pattern, in the order in which the broker received them.

    While messages of a topic are asked from history, newer ones of that topic wait, and other topics do not.
    Iterate it with `async for`. It becomes live when the iteration starts, or earlier with `await subscription.live()` or
    `async with client.async_subscribe(...) as subscription`. It stays live through reconnects. It ends with `aclose()`, with the
    `async with`, or when it is no longer referenced. When the client gives up, the iteration raises the cause.
    """

    def __init__(self, core: Core, stream: QueueStream) -> None:
        self._core = core
        self._stream = stream
        self._starting: asyncio.Task[None] | None = None
        self._is_live = False

    @property
    def namespace(self) -> str:
        """The namespace, `default` for an empty one."""
        return self._stream.namespace

    @property
    def pattern(self) -> str:
        """The pattern."""
        return self._stream.pattern

    @property
    def queued_count(self) -> int:
        """Messages that have arrived and are not iterated yet."""
        return len(self._stream.queue)

    @property
    def dropped_count(self) -> int:
        """Messages that the queue has dropped because it was full."""
        return self._stream.dropped_count

    async def live(self) -> Subscription:
        """Returns when every message published from now on will be delivered.

        Raises a PermissionDeniedError, another PulseMQError when the broker refuses, or a NotConnectedError.
        """
        self._core.check_loop()
        if not self._is_live and not self._stream.is_ended:
            if self._starting is None:
                self._starting = self._core.loop.create_task(self._core.streams.start(self._stream))
            # Shielded: a caller that stops waiting does not end the subscription.
            await asyncio.shield(self._starting)
            self._is_live = True
        return self

    async def snapshot_end(self) -> SnapshotEnd:
        """Returns when every last value is in the queue, or the last of such ends when there was one.

        Only with `snapshot=True`: raises a BadOptionError without it. With `on_full="pause"` iterate meanwhile: a full queue stops the
        values. Raises as `live` does, and the cause when the subscription ends before.
        """
        if not self._stream.options.snapshot:
            raise BadOptionError("snapshot_end() needs a subscription with snapshot=True")
        await self.live()
        return await self._stream.first_snapshot_end()

    def status(self, topic: str) -> TopicStatus | None:
        """The newest status of a topic. None when the broker has sent none: without `status=True`, and for a topic that is live and
        has no freshness rule."""
        return self._stream.statuses.get(topic)

    def __await__(self) -> Generator[Any, None, Subscription]:
        return self.live().__await__()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> PulseMessage:
        stream = self._stream
        if stream.queue:
            return stream.take()
        if not self._is_live:
            await self.live()
        self._core.check_loop()
        return await stream.next()

    async def aclose(self) -> None:
        """Ends the subscription. Returns when the broker has confirmed it, or is not connected. Queued messages remain."""
        self._core.check_loop()
        await self._core.streams.stop(self._stream)

    async def __aenter__(self) -> Subscription:
        try:
            return await self.live()
        except BaseException:
            await self.aclose()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        # Reached for example after `break` in the loop over it: nothing can iterate it any more.
        if self._stream.is_ended or (self._starting is None and not self._is_live) or not self._core.process.is_here:
            return
        with contextlib.suppress(RuntimeError):
            self._core.loop.call_soon_threadsafe(self._core.streams.stop_soon, self._stream)


class CallbackSubscription:
    """A subscription whose messages go to a function. It ends with `close()`."""

    def __init__(
        self,
        namespace: str,
        pattern: str,
        callback: Callable[[PulseMessage], object],
        options: SubscribeOptions,
        close: Callable[[CallbackSubscription], None],
    ) -> None:
        self._namespace = namespace
        self._pattern = pattern
        self._close = close
        self.callback = callback
        self.options = options
        self.stream: CallbackStream | None = None
        self.starting: asyncio.Task[None] | None = None

    @property
    def namespace(self) -> str:
        """The namespace, `default` for an empty one."""
        return self._namespace

    @property
    def pattern(self) -> str:
        """The pattern."""
        return self._pattern

    def close(self) -> None:
        """Ends the subscription: the function is not called any more.

        May be called from any thread, and from the function itself. In a thread it returns when the broker has confirmed it.
        """
        self._close(self)
