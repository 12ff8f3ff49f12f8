"""The link that deliveries come on.

With a ticket the link is bound to a lane of the session, and the broker applies the patterns. The broker of 0.3.0 gives no ticket: there the
link subscribes to whole namespaces by prefix, and the client applies the patterns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from . import _wire, _zmtp
from ._delivery_reader import DeliveryReader, OnMarker
from ._link import Endpoint, Link, unexpected
from ._topics import TopicTable
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

#: The first byte of a subscription and of its end; the prefix follows.
_subscribe = b"\x01"
_cancel = b"\x00"


class SubscriberChannel:
    """Receives deliveries. All calls on the loop's thread."""

    def __init__(
        self,
        endpoint: Endpoint,
        binding: bytes | None,
        topics: TopicTable,
        on_marker: OnMarker,
        on_gone: Callable[[PulseMQError], None],
    ) -> None:
        """`binding` is the prefix that binds the link to a lane, None for the broker of 0.3.0."""
        self._loop = asyncio.get_running_loop()
        self._endpoint = endpoint
        self._binding = binding
        self._pass_marker = on_marker
        self._on_gone = on_gone
        self._bound: asyncio.Future[None] | None = None
        self._prefix_counts: dict[str, int] = {}
        self.reader = DeliveryReader(topics, self._on_command, self._on_marker, binding)
        # An XSUB does not filter: the broker has applied the patterns.
        self._link = Link("SUB" if binding is None else "XSUB", endpoint, self._on_bytes, on_gone)

    async def open(self) -> None:
        """Connects and binds. Returns when later subscriptions are delivered here.

        Raises a NotConnectedError or a RequestTimeoutError.
        """
        await self._link.open()
        if self._binding is None:
            return
        self._bound = self._loop.create_future()
        self._link.write(_zmtp.frame(_subscribe + self._binding))
        timeout = self._endpoint.connect_timeout
        try:
            await asyncio.wait_for(self._bound, timeout)
        except (TimeoutError, asyncio.TimeoutError):
            text = f"{self._endpoint} did not bind the subscriber connection within {timeout:g} s (connect_timeout)"
            raise RequestTimeoutError(text) from None

    def add_prefix(self, namespace: str) -> None:
        """Subscribes to a namespace by prefix, with the first pattern in it."""
        count = self._prefix_counts.get(namespace, 0)
        self._prefix_counts[namespace] = count + 1
        if count == 0:
            self._link.write(_zmtp.frame(_subscribe + f"{namespace}:".encode()))

    def remove_prefix(self, namespace: str) -> None:
        """Unsubscribes from a namespace, with the last pattern in it."""
        count = self._prefix_counts.pop(namespace, 0)
        if count > 1:
            self._prefix_counts[namespace] = count - 1
        elif count == 1:
            self._link.write(_zmtp.frame(_cancel + f"{namespace}:".encode()))

    def pause(self) -> None:
        """Stops reading. The broker's backlog for this client grows, and its policy for slow subscribers applies."""
        self.reader.is_stopped = True
        self._link.pause()

    def resume(self) -> None:
        """Reads again, first what has arrived before the pause."""
        self.reader.is_stopped = False
        self._loop.call_soon(self._read_on)

    def close(self) -> None:
        """Closes the link at once."""
        self.reader.is_stopped = True
        if self._bound is not None and not self._bound.done():
            self._bound.set_exception(NotConnectedError(f"the connection to {self._endpoint} was lost"))
            # Marks the error as seen: nothing may be waiting for it.
            self._bound.exception()
        self._link.close()

    def abandon(self) -> None:
        """Closes the socket of a loop that is closed."""
        self._link.abandon()

    def _on_bytes(self, data: bytes) -> None:
        self.reader.feed(data)

    def _read_on(self) -> None:
        if self._link.is_closed or self.reader.is_stopped:
            return
        try:
            self.reader.feed(b"")
        except Exception as error:
            return self._on_gone(error if isinstance(error, PulseMQError) else unexpected(error))
        if not self.reader.is_stopped:
            self._link.resume()

    def _on_marker(self, kind: int, namespace: str, topic: str, payload: bytes) -> None:
        if kind != _wire.BOUND:
            self._pass_marker(kind, namespace, topic, payload)
        elif self._bound is not None and not self._bound.done():
            self._bound.set_result(None)

    def _on_command(self, body: bytes) -> None:
        if body.startswith(b"\x04PING"):
            self._link.write(_zmtp.pong(body))
