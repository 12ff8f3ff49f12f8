"""The link that deliveries come on.

With a ticket the link is bound to the session, and the broker applies the patterns. The broker of 0.3.0 gives no ticket: there the
link subscribes to whole namespaces by prefix, and the client applies the patterns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import zmq

from . import _wire
from ._link import NOBLOCK, Endpoint, Link, LinkOptions, recv, send, unexpected
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

#: Gets the key, header, username, payload and reserved frames of a delivery.
OnDelivery = Callable[[bytes, bytes, bytes, bytes, bytes], None]

#: Messages handled in one turn of the event loop, before other tasks run.
_turn_count = 500
#: Messages that ZeroMQ itself queues. Further ones wait in the kernel, and then at the broker, which counts and reports its drops.
_receive_limit_count = 1_000
#: Seconds between signs of life while paused: the smallest `auth.ping_interval` a broker can have.
_sign_of_life_interval = 1.0
#: The first byte of a SUBSCRIBE; the prefix follows.
_subscribe = b"\x01"
#: A SUBSCRIBE with an empty prefix. On a bound link it has no effect and no answer: the broker only sees that the client lives.
_sign_of_life = _subscribe
_header_size = _wire.HEADER.size


class SubscriberChannel:
    """Receives deliveries and watches the link. All calls on the loop's thread."""

    def __init__(
        self,
        endpoint: Endpoint,
        ticket: str | None,
        on_delivery: OnDelivery,
        on_gone: Callable[[PulseMQError], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._endpoint = endpoint
        self._binding = None if ticket is None else _wire.TICKET_PREFIX + ticket.encode()
        self._on_delivery = on_delivery
        self._on_gone = on_gone
        self._bound: asyncio.Future[None] | None = None
        self._prefix_counts: dict[str, int] = {}
        self._heard_at = 0.0
        self._asked_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_paused = False
        is_bound = ticket is not None
        # An XSUB does not filter: the broker has applied the patterns. ZeroMQ's heartbeat would close a bound link while it is
        # paused, so `_beat` replaces it there.
        options = LinkOptions(endpoint, 0, _receive_limit_count, has_heartbeat=not is_bound)
        self._link = Link(zmq.XSUB if is_bound else zmq.SUB, options, self._drain, self._on_link_gone)

    async def open(self) -> None:
        """Connects and binds. Returns when later subscriptions are delivered here.

        Raises a NotConnectedError or a RequestTimeoutError.
        """
        await self._link.open()
        if self._binding is None:
            return
        self._bound = self._loop.create_future()
        self._ask()
        timeout = self._endpoint.connect_timeout
        try:
            await asyncio.wait_for(self._bound, timeout)
        except (TimeoutError, asyncio.TimeoutError):
            text = f"{self._endpoint} did not bind the subscriber connection within {timeout:g} s (connect_timeout)"
            raise RequestTimeoutError(text) from None
        self._asked_at = None
        self._timer = self._loop.call_later(self._endpoint.ping_interval, self._beat)

    def add_prefix(self, namespace: str) -> None:
        """Subscribes to a namespace by prefix, with the first pattern in it."""
        count = self._prefix_counts.get(namespace, 0)
        self._prefix_counts[namespace] = count + 1
        if count == 0 and not self._link.is_closed:
            self._link.socket.setsockopt(zmq.SUBSCRIBE, f"{namespace}:".encode())
            self._loop.call_soon(self._drain)

    def remove_prefix(self, namespace: str) -> None:
        """Unsubscribes from a namespace, with the last pattern in it."""
        count = self._prefix_counts.pop(namespace, 0)
        if count > 1:
            self._prefix_counts[namespace] = count - 1
        elif count == 1 and not self._link.is_closed:
            self._link.socket.setsockopt(zmq.UNSUBSCRIBE, f"{namespace}:".encode())
            self._loop.call_soon(self._drain)

    def pause(self) -> None:
        """Stops reading. The broker's backlog for this client grows, and its policy for slow subscribers applies.

        ZeroMQ stops reading too when its queue is full, and then answers no PING. So the client sends signs of life at once and
        every second.
        """
        self._is_paused = True
        self._link.pause()
        if self._timer is not None:
            self._timer.cancel()
            self._beat()

    def resume(self) -> None:
        """Reads again."""
        self._is_paused = False
        self._heard_at, self._asked_at = self._loop.time(), None
        self._link.resume()

    def close(self) -> None:
        """Closes the link at once."""
        if self._timer is not None:
            self._timer.cancel()
        if self._bound is not None and not self._bound.done():
            self._bound.set_exception(NotConnectedError(f"the connection to {self._endpoint} was lost"))
        self._link.close()

    def abandon(self) -> None:
        """Closes the socket of a loop that is closed."""
        self._link.close()

    def _ask(self) -> None:
        """Sends the ticket. The broker answers BOUND every time, so that this serves as a heartbeat too."""
        self._asked_at = self._loop.time()
        send(self._link.socket, _subscribe + (self._binding or b""), NOBLOCK)
        self._loop.call_soon(self._drain)

    def _beat(self) -> None:
        """Asks the broker after a silence. A half-open link would else stay unnoticed for hours: TCP itself sends nothing."""
        self._timer = None
        self._drain()
        if self._link.is_closed:
            return
        endpoint = self._endpoint
        now = self._loop.time()
        if self._is_paused:
            send(self._link.socket, _sign_of_life, NOBLOCK)
            due = now + _sign_of_life_interval
        elif self._asked_at is None:
            due = self._heard_at + endpoint.ping_interval
            if due <= now:
                self._ask()
                due = now + endpoint.ping_timeout
        else:
            due = self._asked_at + endpoint.ping_timeout
            if due <= now:
                text = f"{endpoint} did not answer a heartbeat within {endpoint.ping_timeout:g} s (ping_timeout)"
                return self._on_gone(RequestTimeoutError(text))
        self._timer = self._loop.call_at(due, self._beat)

    def _drain(self) -> None:
        """Reads what has arrived, at most one turn's worth."""
        try:
            has_more = self._take()
        except Exception as error:
            # Frames may be left half read: the link cannot be used any more, and no further signal would come.
            return self._on_gone(unexpected(error))
        if has_more:
            self._loop.call_soon(self._drain)

    def _on_link_gone(self, error: PulseMQError) -> None:
        # What arrived before the loss is delivered first.
        while self._take():
            pass
        self._on_gone(error)

    def _take(self) -> bool:
        """Delivers up to one turn's worth of messages. Returns True when there may be more."""
        if self._link.is_closed or self._is_paused:
            return False
        socket = self._link.socket
        take = recv
        deliver = self._on_delivery
        binding = self._binding
        count = 0
        try:
            while count < _turn_count:
                try:
                    key = take(socket, NOBLOCK)
                except zmq.Again:
                    return False
                header = take(socket, NOBLOCK)
                take(socket, NOBLOCK)
                take(socket, NOBLOCK)
                username = take(socket, NOBLOCK)
                payload = take(socket, NOBLOCK)
                reserved = take(socket, NOBLOCK)
                count += 1
                # ZeroMQ is not asked whether a frame is the last: this costs as much as reading two frames. A message with
                # another number of frames shows at the next header.
                if len(header) != _header_size or header[0] != _wire.VERSION:
                    return self._refuse()
                if key != binding:
                    deliver(key, header, username, payload, reserved)
                    if self._is_paused or self._link.is_closed:
                        return False
                elif self._bound is not None and not self._bound.done():
                    self._bound.set_result(None)
        except zmq.Again:
            # In the middle of a message, which ZeroMQ hands out only when it is complete: it had too few frames.
            return self._refuse()
        finally:
            if count > 0:
                self._heard_at = self._loop.time()
                self._asked_at = None
        return True

    def _refuse(self) -> bool:
        expected = f"expected seven frames and a header of version {_wire.VERSION}"
        self._on_gone(NotConnectedError(f"{self._endpoint} sent an invalid delivery, {expected}"))
        return False
