"""The client on its event loop: everything that the async and the sync forms share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable
from typing import Any

from . import _wire
from ._connection import Connection
from ._keeper import ConnectionKeeper
from ._names import check_topic, namespace_or_default
from ._notifier import Notifier
from ._payload import encode_payload
from ._requests import Pending, Settle
from ._stream import CallbackStream, QueueStream, Stream
from ._topics import TopicTable
from .errors import NotConnectedError, PulseMQError
from .events import SlowNotice
from .options import Options

#: Publishes without a reply that may wait to be handed to ZeroMQ before their publisher has to wait.
_unsent_max_count = 10_000
#: How long closing waits for answers, seconds.
_close_wait = 0.5
#: Names remembered in their wire form.
_name_cache_count = 65_536

_pack = _wire.HEADER.pack


class FrameMaker:
    """Makes the frames of publishes; may be used from any thread."""

    def __init__(self, username: str) -> None:
        self._username = username.encode()
        self._names: dict[tuple[str, str], tuple[bytes, bytes]] = {}

    def make(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str,
        compress: str | None,
        ack: bool,
        do_not_conflate: bool,
    ) -> tuple[bytes, ...]:
        """Raises a TopicFormatError, PayloadTooLargeError, BadPayloadError or BadOptionError."""
        names = self._names.get((namespace, topic))
        if names is None:
            names = (namespace_or_default(namespace).encode(), check_topic(topic).encode())
            if len(self._names) >= _name_cache_count:
                self._names.clear()
            self._names[namespace, topic] = names
        payload, format_code, flags = encode_payload(data, format, compress)
        if not ack:
            flags |= _wire.NO_REPLY
        if do_not_conflate:
            flags |= _wire.DO_NOT_CONFLATE
        now = time.time_ns() // 1_000_000
        header = _pack(_wire.VERSION, _wire.PUB, format_code, flags, len(payload), 0, now)
        return (header, names[0], names[1], self._username, payload, b"")


def _wanting_reply(frames: tuple[bytes, ...]) -> tuple[bytes, ...]:
    header = bytearray(frames[0])
    header[3] &= ~_wire.NO_REPLY
    return (bytes(header), *frames[1:])


async def _settle_after(sent: Coroutine[Any, Any, None], settle: Settle) -> None:
    await sent
    settle(None, {})


class Core:
    """All calls on the loop's thread. Lives from one `connect` to one `close`."""

    def __init__(self, options: Options, notifier: Notifier) -> None:
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[PulseMQError] = self.loop.create_future()
        self._notifier = notifier
        self._topics = TopicTable(notifier.gap)
        self._streams: dict[Stream, None] = {}
        self._paused: set[QueueStream] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_closing = False
        self.keeper = ConnectionKeeper(options, notifier, self._topics.deliver, self._restore, self._on_ended)

    async def connect(self) -> None:
        await self.keeper.connect()

    def publish(self, frames: tuple[bytes, ...], settle: Settle) -> None:
        """Sends what will be answered, now or when there is a connection again."""
        self.keeper.publish(Pending(frames, settle, is_publish=True))

    async def publish_and_wait(self, frames: tuple[bytes, ...], ack: bool) -> None:
        settled: asyncio.Future[None] = self.loop.create_future()

        def settle(error: PulseMQError | None, _: dict[str, Any]) -> None:
            if settled.done():
                return
            if error is None:
                settled.set_result(None)
            else:
                settled.set_exception(error)

        if ack:
            self.publish(frames, settle)
        else:
            self.publish_unanswered(frames, settle)
            if settled.done():
                # Nothing to wait for: whoever publishes in a loop must not wait for the loop's next turn either.
                return settled.result()
        await settled

    async def publish_all(self, messages: Iterable[tuple[bytes, ...]]) -> None:
        """Raises the first refusal, after the last reply."""
        done: asyncio.Future[None] = self.loop.create_future()
        open_count = 1
        first_error: PulseMQError | None = None

        def settle(error: PulseMQError | None, _: dict[str, Any]) -> None:
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
            if count % 1_000 == 0:
                # So that what comes in meanwhile is read.
                await asyncio.sleep(0)
        settle(None, {})
        await done

    def publish_unanswered(self, frames: tuple[bytes, ...], settle: Settle) -> None:
        """Settled as soon as it may be forgotten. Where nothing can be sent, or everything is answered, it waits for its answer."""
        connection = self.keeper.current
        if connection is None or not self.keeper.is_connected or not connection.can_do_without_reply:
            return self.publish(_wanting_reply(frames), settle)
        connection.requests.send_unanswered(frames)
        if connection.requests.unsent_count <= _unsent_max_count:
            settle(None, {})
        else:
            self.run_soon(_settle_after(connection.requests.sent(), settle))

    async def flush(self) -> None:
        """Resolves when the broker has worked off everything sent before."""
        connection = await self.keeper.connection()
        await connection.requests.request(_wire.PING)

    async def query(self, query: dict[str, Any]) -> Any:
        connection = await self.keeper.connection()
        return await connection.query(query)

    async def start(self, stream: Stream) -> None:
        """Resolves when the stream is live. On an error it has ended."""
        if stream.is_ended:
            return
        # Before the request: a delivery may overtake its SUB_OK.
        self._streams[stream] = None
        self._topics.add(stream)
        try:
            await self._make_live(stream)
        except BaseException as error:
            stream.end(error if isinstance(stream, QueueStream) and isinstance(error, PulseMQError) else None)
            self.stop_soon(stream)
            raise
        if stream not in self._streams:
            # Ended meanwhile, perhaps before its SUB was on its way: what took it back may have overtaken it.
            await self._take_back(stream)

    async def stop(self, stream: Stream) -> None:
        """Ends a stream; resolves when the broker knows, or is gone."""
        stream.end(None)
        if stream not in self._streams:
            return
        del self._streams[stream]
        self._topics.remove(stream)
        await self._take_back(stream)

    async def _take_back(self, stream: Stream) -> None:
        """Has the broker forget what nobody wants any more."""
        current = self.keeper.current
        if current is None or self._topics.has_twin(stream):
            return
        try:
            await current.unsubscribe(stream.namespace, stream.pattern)
        except NotConnectedError:
            # A connection that is gone has no subscriptions left either.
            return
        except PulseMQError as error:
            self._notifier.error(error, f"ending the subscription {stream.namespace}:{stream.pattern}")

    def stop_soon(self, stream: Stream) -> None:
        self.run_soon(self.stop(stream))

    def run_soon(self, work: Any) -> None:
        """Runs a coroutine that reports its own errors; the loop keeps no tasks alive by itself."""
        task: asyncio.Task[None] = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.is_closing = True
        for stream in list(self._streams):
            stream.end(None)
        await self.keeper.close(_close_wait)
        for task in list(self._tasks):
            task.cancel()

    def abandon(self) -> None:
        """The loop has ended without a close."""
        if self.keeper.current is not None:
            self.keeper.current.abandon()

    def set_paused(self, stream: QueueStream, is_paused: bool) -> None:
        was_paused = bool(self._paused)
        if is_paused:
            self._paused.add(stream)
        else:
            self._paused.discard(stream)
        if bool(self._paused) != was_paused and self.keeper.current is not None:
            self.keeper.current.set_paused(not was_paused)

    def on_slow(self, notice: SlowNotice) -> None:
        self._notifier.slow(notice)

    def on_callback_error(self, error: Exception, where: str) -> None:
        self._notifier.error(error, where)

    async def _make_live(self, stream: Stream) -> None:
        """Through lost connections: what breaks on the way is tried on the next one."""
        while True:
            connection = await self.keeper.connection()
            try:
                return await connection.subscribe(stream.namespace, stream.pattern)
            except (NotConnectedError, TimeoutError):
                if not self.keeper.is_trying:
                    raise
                # The loss is noticed before anybody asks again.
                await asyncio.sleep(0)

    async def _restore(self, connection: Connection) -> None:
        """Makes a new connection have every subscription the client has, and nothing else, by what the broker says it has."""
        missing = self._wanted()
        for is_last in (False, True):
            await asyncio.gather(*(self._restore_one(connection, *names) for names in missing))
            had = await connection.subscriptions() if missing else None
            if had is None:
                break
            # Ended while the others were being restored.
            extra = had - self._wanted()
            await asyncio.gather(*(connection.unsubscribe(*names) for names in extra))
            missing = (missing & self._wanted()) - had
            for names in missing if is_last else ():
                self._end_all(names, PulseMQError(f"the broker says that it has no subscription to {':'.join(names)}"))
        if self._paused:
            connection.set_paused(True)

    def _wanted(self) -> set[tuple[str, str]]:
        return {(one.namespace, one.pattern) for one in self._streams}

    def _end_all(self, names: tuple[str, str], error: PulseMQError) -> None:
        for stream in [one for one in self._streams if (one.namespace, one.pattern) == names]:
            del self._streams[stream]
            self._topics.remove(stream)
            stream.end(error)

    async def _restore_one(self, connection: Connection, namespace: str, pattern: str) -> None:
        try:
            await connection.subscribe(namespace, pattern)
        except (NotConnectedError, TimeoutError):
            raise
        except PulseMQError as error:
            # The broker refuses what it once allowed.
            self._end_all((namespace, pattern), error)

    def _on_ended(self, error: PulseMQError) -> None:
        """No connection will come any more."""
        streams, self._streams = list(self._streams), {}
        has_callbacks = False
        for stream in streams:
            self._topics.remove(stream)
            has_callbacks = has_callbacks or isinstance(stream, CallbackStream)
            stream.end(error if isinstance(stream, QueueStream) and not self.is_closing else None)
        if has_callbacks and not self.is_closing:
            self._notifier.error(error, "the connection")
        if not self.ended.done():
            self.ended.set_result(error)
