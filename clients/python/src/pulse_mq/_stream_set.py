"""The subscriptions of a client: live at the broker, and live again after every reconnect."""

from __future__ import annotations

import asyncio
import time

from ._background import BackgroundTasks
from ._connection import Connection
from ._keeper import ConnectionKeeper
from ._notifier import Notifier
from ._stream import CallbackStream, QueueStream, Stream
from ._topics import TopicTable
from .errors import NotConnectedError, PulseMQError
from .events import SlowNotice


class StreamSet:
    """Starts, stops and restores streams. All calls on the loop's thread."""

    def __init__(
        self, keeper: ConnectionKeeper, topics: TopicTable, notifier: Notifier, background: BackgroundTasks
    ) -> None:
        self._keeper = keeper
        self._topics = topics
        self._notifier = notifier
        self._background = background
        #: A dict as an ordered set: streams are restored and ended in the order in which they were started.
        self._streams: dict[Stream, None] = {}
        self._paused: set[QueueStream] = set()

    async def start(self, stream: Stream) -> None:
        """Returns when the stream is live. On an error the stream has ended."""
        if stream.is_ended:
            return
        # Before the request, because a delivery may arrive earlier than the SUB_OK: the two come on different links.
        self._streams[stream] = None
        self._topics.add(stream)
        try:
            await self._subscribe(stream)
        except BaseException as error:
            stream.end(error if isinstance(stream, QueueStream) and isinstance(error, PulseMQError) else None)
            self.stop_soon(stream)
            raise
        if stream not in self._streams:
            # Stopped meanwhile. The UNSUB may have been sent before the SUB, so it is sent once more.
            await self._unsubscribe(stream)

    async def stop(self, stream: Stream) -> None:
        """Ends a stream. Returns when the broker has confirmed it, or is not connected any more."""
        stream.end(None)
        if stream not in self._streams:
            return
        self._remove(stream)
        await self._unsubscribe(stream)

    def stop_soon(self, stream: Stream) -> None:
        """Stops a stream in the background."""
        self._background.start(self.stop(stream))

    async def restore(self, connection: Connection) -> None:
        """Subscribes on a new connection to everything there was, and compares the result with the broker's own list.

        Streams that are stopped meanwhile are unsubscribed, what is missing is asked for once more, and a stream that is still
        missing then ends with an error.
        """
        missing = self._wanted()
        for is_last in (False, True):
            await asyncio.gather(*(self._restore_one(connection, *names) for names in missing))
            listed = await connection.subscriptions() if missing else None
            if listed is None:
                break
            await asyncio.gather(*(connection.unsubscribe(*names) for names in listed - self._wanted()))
            missing = (missing & self._wanted()) - listed
            for names in missing if is_last else ():
                text = f"the broker accepted the subscription {':'.join(names)}, but does not list it"
                self._end_named(names, PulseMQError(text))
        if self._paused:
            connection.set_paused(True)

    def end_all(self) -> None:
        """Ends every stream without an error. What their queues hold can still be taken."""
        for stream in list(self._streams):
            stream.end(None)

    def give_up(self, error: PulseMQError | None) -> None:
        """Ends and forgets every stream, since no connection will come. Iterations raise `error`; callbacks report it once."""
        has_callbacks = any(isinstance(stream, CallbackStream) for stream in self._streams)
        for stream in list(self._streams):
            self._remove(stream)
            stream.end(error if isinstance(stream, QueueStream) else None)
        if has_callbacks and error is not None:
            self._notifier.error(error, "the connection")

    def set_paused(self, stream: QueueStream, is_paused: bool) -> None:
        """Stops reading deliveries while at least one stream is paused: all streams share one link."""
        was_paused = bool(self._paused)
        if is_paused:
            self._paused.add(stream)
        else:
            self._paused.discard(stream)
        if bool(self._paused) != was_paused and self._keeper.current is not None:
            self._keeper.current.set_paused(not was_paused)

    def on_slow(self, notice: SlowNotice) -> None:
        """Reports a queue that has lost messages."""
        self._notifier.slow(notice)

    def on_callback_error(self, error: Exception, where: str) -> None:
        """Reports an error of a callback, or of its subscription."""
        self._notifier.error(error, where)

    async def _subscribe(self, stream: Stream) -> None:
        """Subscribes at the broker. When the connection is lost on the way, tries again on the next one, for `request_timeout`."""
        until = time.monotonic() + self._keeper.request_timeout
        while True:
            connection = await self._keeper.connection()
            try:
                return await connection.subscribe(stream.namespace, stream.pattern)
            except (NotConnectedError, TimeoutError):
                if not self._keeper.is_trying or time.monotonic() >= until:
                    raise
                # One turn of the loop, in which the keeper notices the loss: else it would return the same connection again.
                await asyncio.sleep(0)

    async def _unsubscribe(self, stream: Stream) -> None:
        """Unsubscribes at the broker, unless another stream has the same namespace and pattern."""
        current = self._keeper.current
        if current is None or self._topics.has_twin(stream):
            return
        try:
            await current.unsubscribe(stream.namespace, stream.pattern)
        except NotConnectedError:
            # The subscriptions of a session end with its connection.
            return
        except PulseMQError as error:
            self._notifier.error(error, f"ending the subscription {stream.namespace}:{stream.pattern}")

    async def _restore_one(self, connection: Connection, namespace: str, pattern: str) -> None:
        try:
            await connection.subscribe(namespace, pattern)
        except (NotConnectedError, TimeoutError):
            raise
        except PulseMQError as error:
            # The broker refuses a subscription that it accepted before, for example after a grant was revoked.
            self._end_named((namespace, pattern), error)

    def _end_named(self, names: tuple[str, str], error: PulseMQError) -> None:
        for stream in [one for one in self._streams if (one.namespace, one.pattern) == names]:
            self._remove(stream)
            stream.end(error)

    def _remove(self, stream: Stream) -> None:
        del self._streams[stream]
        self._topics.remove(stream)

    def _wanted(self) -> set[tuple[str, str]]:
        return {(one.namespace, one.pattern) for one in self._streams}
