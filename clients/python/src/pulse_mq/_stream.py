"""One subscription from the inside: a bounded queue that is iterated, or a callback."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from ._stream_base import StreamBase, StreamOwner
from ._subscribe_options import DEFAULT_OPTIONS, SubscribeOptions
from .errors import PulseMQError
from .events import SlowNotice
from .message import PulseMessage
from .options import FullPolicy


class QueueStream(StreamBase):
    """Holds up to `limit` messages until they are iterated. All calls on the loop's thread."""

    def __init__(
        self,
        namespace: str,
        pattern: str,
        limit: int,
        on_full: FullPolicy,
        owner: StreamOwner,
        options: SubscribeOptions = DEFAULT_OPTIONS,
    ) -> None:
        super().__init__(namespace, pattern, options, owner)
        self.dropped_count = 0
        self.queue: deque[PulseMessage] = deque()
        self._limit = limit
        self._on_full = on_full
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._error: PulseMQError | None = None
        self._is_paused = False
        self._is_slow_reported = False

    def deliver(self, message: PulseMessage) -> None:
        """Queues a message, and wakes one iteration that waits for it."""
        if self.is_ended:
            return
        if self._seen is not None:
            self._seen.add(message.topic)
        queue = self.queue
        if len(queue) >= self._limit and not self._make_room():
            return
        queue.append(message)
        if self._waiters:
            self._wake_one()
        if len(queue) >= self._limit and self._on_full == "pause":
            self._pause(True)

    async def next(self) -> PulseMessage:
        """Returns the next message, and waits for it.

        After the end it returns what is still queued, then raises the error that ended the stream, or StopAsyncIteration.
        """
        if not await self.arrived():
            raise StopAsyncIteration
        return self.take()

    async def arrived(self) -> bool:
        """Returns True when a message is there, and waits for it. False after the end; raises the error that ended the stream."""
        while not self.queue:
            if self.is_ended:
                self.raise_end()
                return False
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            except BaseException:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                elif self.queue:
                    # Cancelled after it was woken: another iteration gets the message.
                    self._wake_one()
                raise
        return True

    def raise_end(self) -> None:
        """Raises the error that ended the stream, if there is one."""
        if self._error is not None:
            raise self._error

    def take(self) -> PulseMessage:
        """Removes and returns the oldest message. Raises an IndexError when the queue is empty."""
        message = self.queue.popleft()
        if self._is_paused and len(self.queue) * 2 <= self._limit:
            self._pause(False)
        if not self.queue:
            self._is_slow_reported = False
        return message

    def end(self, error: PulseMQError | None) -> None:
        """Takes no further messages. The iteration raises `error` after the last queued message."""
        if self.is_ended:
            return
        self.is_ended = True
        self._error = error
        self._end_snapshot(error)
        self._pause(False)
        while self._waiters:
            self._wake_one()

    def _wake_one(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _make_room(self) -> bool:
        """Applies the policy of a full queue. Returns False when the new message is dropped."""
        if self._on_full == "pause":
            # The queue may exceed its limit by the few messages that were read before reading stopped.
            return True
        self.dropped_count += 1
        if not self._is_slow_reported:
            self._is_slow_reported = True
            self._owner.on_slow(SlowNotice(self.namespace, self.pattern, self.dropped_count))
        if self._on_full == "drop_newest":
            return False
        self.queue.popleft()
        return True

    def _pause(self, is_paused: bool) -> None:
        if self._is_paused != is_paused:
            self._is_paused = is_paused
            self._owner.set_paused(self, is_paused)


class CallbackStream(StreamBase):
    """Calls a function with each message, on the loop's thread."""

    raises_its_end = False

    def __init__(
        self,
        namespace: str,
        pattern: str,
        callback: Callable[[PulseMessage], object],
        owner: StreamOwner,
        options: SubscribeOptions = DEFAULT_OPTIONS,
    ) -> None:
        super().__init__(namespace, pattern, options, owner)
        self._callback = callback

    def deliver(self, message: PulseMessage) -> None:
        """Calls the function. An error that it raises is reported, and the next message comes all the same."""
        if self.is_ended:
            return
        if self._seen is not None:
            self._seen.add(message.topic)
        try:
            self._callback(message)
        except Exception as error:
            self._owner.on_callback_error(error, f"the callback of {self.namespace}:{self.pattern}")

    def end(self, error: PulseMQError | None) -> None:
        """Calls the function no further, and reports `error`."""
        if self.is_ended:
            return
        self.is_ended = True
        self._end_snapshot(error)
        if error is not None:
            self._owner.on_callback_error(error, f"the subscription {self.namespace}:{self.pattern}")


class NewestStream(StreamBase):
    """Keeps the newest message alone: `last` waits for it."""

    message: PulseMessage | None = None

    def deliver(self, message: PulseMessage) -> None:
        """Keeps a message."""
        if self._seen is not None:
            self._seen.add(message.topic)
        self.message = message

    def end(self, error: PulseMQError | None) -> None:
        """Ends the wait."""
        if self.is_ended:
            return
        self.is_ended = True
        self._end_snapshot(error)
