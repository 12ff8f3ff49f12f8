"""The calls of a client that publish."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ._core_slot import CoreSlot
from ._notifier import Notifier
from ._publish_frames import PublishFrames
from ._thread_publisher import PublishFuture, ThreadPublisher


class PublishCalls:
    """A part of `PulseMQClient`."""

    _frames: PublishFrames
    _notifier: Notifier
    _publisher: ThreadPublisher
    _slot: CoreSlot

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
