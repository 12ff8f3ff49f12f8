"""The connection that deliveries come on.

With a ticket it is bound to the session, and the broker applies the patterns; without one, for the broker of 0.3.0, it asks for whole
namespaces by prefix.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import zmq

from . import _wire
from ._link import NOBLOCK, Link, LinkOptions, recv, send
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

#: key, header, username, payload, reserved
OnDelivery = Callable[[bytes, bytes, bytes, bytes, bytes], None]

#: Messages worked off before other things of the loop have their turn.
_turn_count = 500
#: ZeroMQ's own queue. What is past it waits in the kernel, and then at the broker, which counts and tells what it drops.
_receive_limit_count = 1_000
#: Seconds: the broker's shortest `auth.ping_interval`. Told so often, none takes a link that is not read for a dead one.
_tell_interval = 1.0
#: A subscription that means nothing on a bound connection, and that nobody answers.
_tell = b"\x01"
_header_size = _wire.HEADER.size


class SubscriberChannel:
    """All calls on the loop's thread."""

    def __init__(
        self,
        host: str,
        port: int,
        timeout: float,
        heartbeat: tuple[float, float],
        ticket: str | None,
        on_delivery: OnDelivery,
        on_gone: Callable[[PulseMQError], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._address = f"{host}:{port}"
        self._timeout = timeout
        self._ping_interval, self._ping_timeout = heartbeat
        self._binding = None if ticket is None else _wire.TICKET_PREFIX + ticket.encode()
        self._on_delivery = on_delivery
        self._on_gone = on_gone
        self._bound: asyncio.Future[None] | None = None
        self._prefix_counts: dict[str, int] = {}
        self._heard_at = 0.0
        self._asked_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_paused = False
        # An XSUB lets everything through: the broker has chosen already. ZeroMQ's heartbeat would end a link that is paused.
        own = heartbeat if ticket is None else None
        options = LinkOptions(host, port, timeout, 0, _receive_limit_count, own)
        self._link = Link(zmq.SUB if ticket is None else zmq.XSUB, options, self._drain, self._on_link_gone)

    async def open(self) -> None:
        """Resolves when what is subscribed to from then on is delivered here."""
        await self._link.open()
        if self._binding is None:
            return
        self._bound = self._loop.create_future()
        self._ask()
        try:
            await asyncio.wait_for(self._bound, self._timeout)
        except (TimeoutError, asyncio.TimeoutError):
            text = f"{self._address} did not bind the subscriber connection within {self._timeout:g} s"
            raise RequestTimeoutError(text) from None
        self._asked_at = None
        self._timer = self._loop.call_later(self._ping_interval, self._beat)

    def add_prefix(self, namespace: str) -> None:
        """Asks for a namespace by prefix, once however many patterns want it."""
        count = self._prefix_counts.get(namespace, 0)
        self._prefix_counts[namespace] = count + 1
        if count == 0 and not self._link.is_closed:
            self._link.socket.setsockopt(zmq.SUBSCRIBE, f"{namespace}:".encode())
            self._loop.call_soon(self._drain)

    def remove_prefix(self, namespace: str) -> None:
        count = self._prefix_counts.pop(namespace, 0)
        if count > 1:
            self._prefix_counts[namespace] = count - 1
        elif count == 1 and not self._link.is_closed:
            self._link.socket.setsockopt(zmq.UNSUBSCRIBE, f"{namespace}:".encode())
            self._loop.call_soon(self._drain)

    def pause(self) -> None:
        """Reads nothing more: the broker notices, and its policy for slow subscribers applies.

        Then ZeroMQ reads nothing more either and answers no PING, so the broker is told that we live, from the first moment on.
        """
        self._is_paused = True
        self._link.pause()
        if self._timer is not None:
            self._timer.cancel()
            self._beat()

    def resume(self) -> None:
        self._is_paused = False
        self._heard_at, self._asked_at = self._loop.time(), None
        self._link.resume()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._bound is not None and not self._bound.done():
            self._bound.set_exception(NotConnectedError(f"the connection to {self._address} was lost"))
        self._link.close()

    def abandon(self) -> None:
        """Closes the socket of a loop that has ended."""
        self._link.close()

    def _ask(self) -> None:
        """Shows the ticket; the broker answers with BOUND, the first time and every time after."""
        self._asked_at = self._loop.time()
        send(self._link.socket, b"\x01" + (self._binding or b""), NOBLOCK)
        self._loop.call_soon(self._drain)

    def _beat(self) -> None:
        """A link on which nothing comes is asked whether it is there: it may be half open, and TCP would not tell for hours."""
        self._timer = None
        self._drain()
        if self._link.is_closed:
            return
        now = self._loop.time()
        if self._is_paused:
            send(self._link.socket, _tell, NOBLOCK)
            due = now + _tell_interval
        elif self._asked_at is None:
            due = self._heard_at + self._ping_interval
            if due <= now:
                self._ask()
                due = now + self._ping_timeout
        else:
            due = self._asked_at + self._ping_timeout
            if due <= now:
                text = f"{self._address} did not answer within {self._ping_timeout:g} s"
                return self._on_gone(RequestTimeoutError(text))
        self._timer = self._loop.call_at(due, self._beat)

    def _drain(self) -> None:
        """Takes what has arrived, a turn's worth at most."""
        if self._take():
            self._loop.call_soon(self._drain)

    def _on_link_gone(self, error: PulseMQError) -> None:
        """What arrived before the link went is delivered too."""
        while self._take():
            pass
        self._on_gone(error)

    def _take(self) -> bool:
        """True when there may be more."""
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
                # Asking ZeroMQ whether this was the last frame costs as much as two frames; out of step, the header shows it.
                if len(header) != _header_size or header[0] != _wire.VERSION:
                    return self._refuse()
                if key != binding:
                    deliver(key, header, username, payload, reserved)
                    if self._is_paused or self._link.is_closed:
                        return False
                elif self._bound is not None and not self._bound.done():
                    self._bound.set_result(None)
        except zmq.Again:
            # In the middle of a message, which always comes whole: it had too few frames.
            return self._refuse()
        finally:
            if count > 0:
                self._heard_at = self._loop.time()
                self._asked_at = None
        return True

    def _refuse(self) -> bool:
        self._on_gone(NotConnectedError(f"{self._address} sent what is no delivery"))
        return False
