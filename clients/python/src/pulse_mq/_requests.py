"""Requests and their replies, on one DEALER socket.

A reply has no number: the first reply belongs to the oldest request. So one object owns the socket and the queue of unanswered
requests, and a request whose caller has stopped waiting keeps its place in the queue.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import zmq

from . import _wire
from ._link import NOBLOCK, SNDMORE, Endpoint, Link, LinkOptions, getsockopt, recv, send, unexpected
from ._wire import Frames
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError, error_of_reply

#: The JSON object in the payload of a reply.
Body = dict[str, Any]
#: Gets the outcome of a request: an error, or None and the body of the reply.
Settle = Callable[["PulseMQError | None", Body], None]

#: Messages handled in one turn of the event loop, before other tasks run.
_turn_count = 1_000
#: Messages that ZeroMQ itself queues for sending.
_send_limit_count = 1_000
_pollin = int(zmq.POLLIN)
_pollout = int(zmq.POLLOUT)
_events = int(zmq.EVENTS)
_more = NOBLOCK | SNDMORE
_header_size = _wire.HEADER.size
_nothing: Body = {}


class Pending:
    """A request that waits for its reply. It keeps its frames, so that a publish can be sent again."""

    __slots__ = ("frames", "is_publish", "sent_at", "settle", "waits_since")

    def __init__(self, frames: Frames, settle: Settle, is_publish: bool) -> None:
        self.frames = frames
        self.settle = settle
        self.is_publish = is_publish
        self.sent_at = 0.0
        self.waits_since = 0.0


def settle_future(future: asyncio.Future[Body]) -> Settle:
    """Returns a Settle that passes the outcome to a future, unless the future was cancelled."""

    def settle(error: PulseMQError | None, body: Body) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(body)
        else:
            future.set_exception(error)

    return settle


class RequestChannel:
    """Sends requests and hands out their replies. All calls on the loop's thread."""

    def __init__(
        self, endpoint: Endpoint, username: bytes, request_timeout: float, on_gone: Callable[[PulseMQError], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._username = username
        self._request_timeout = request_timeout
        self._on_gone = on_gone
        # Receiving needs no limit: the broker sends one reply for each request.
        options = LinkOptions(endpoint, _send_limit_count, receive_limit_count=0, has_heartbeat=True)
        self._link = Link(zmq.DEALER, options, self._on_readable, on_gone)
        self._unsent: deque[Frames] = deque()
        self._pending: deque[Pending] = deque()
        self._is_flushing = False
        self._has_ended = False
        self._timer: asyncio.TimerHandle | None = None
        self._empty_waiters: list[asyncio.Future[None]] = []
        self._sent_waiters: list[asyncio.Future[None]] = []

    async def open(self) -> None:
        """Connects. Raises as `Link.open` does."""
        await self._link.open()

    @property
    def address(self) -> str:
        """The address it connected to."""
        return self._link.address

    @property
    def pending_count(self) -> int:
        """Requests without a reply."""
        return len(self._pending)

    @property
    def unsent_count(self) -> int:
        """Messages that ZeroMQ has not taken yet."""
        return len(self._unsent)

    async def request(
        self, kind: int, namespace: str = "", topic: str = "", payload: bytes = b"", format_code: int = 0
    ) -> Body:
        """Sends a request and returns the body of its ACK. Raises the error that an ERROR reply stands for."""
        reply: asyncio.Future[Body] = self._loop.create_future()
        frames = _wire.request_frames(kind, self._username, namespace, topic, payload, format_code)
        self.send(Pending(frames, settle_future(reply), is_publish=False))
        return await reply

    def send(self, pending: Pending) -> None:
        """Sends a request that the broker replies to."""
        if self._has_ended:
            return pending.settle(NotConnectedError("the connection was lost"), {})
        pending.sent_at = time.monotonic()
        self._pending.append(pending)
        if self._timer is None:
            self._timer = self._loop.call_later(self._request_timeout, self._check_timeout)
        self.send_without_reply(pending.frames)

    def send_without_reply(self, frames: Frames) -> None:
        """Sends a message that the broker does not reply to."""
        self._unsent.append(frames)
        if not self._is_flushing:
            self._is_flushing = True
            self._loop.call_soon(self._flush)

    async def sent(self) -> None:
        """Returns when ZeroMQ has taken everything."""
        if self._unsent and not self._link.is_closed:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._sent_waiters.append(waiter)
            await waiter

    async def settled(self, wait: float) -> None:
        """Returns when everything is sent and has its reply, or after `wait` seconds."""
        if not self._pending and not self._unsent:
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._empty_waiters.append(waiter)
        await asyncio.wait([waiter], timeout=wait)

    def end(self) -> list[Pending]:
        """Closes the link. Returns the requests without a reply, oldest first."""
        self._has_ended = True
        self._link.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        unanswered = list(self._pending)
        self._pending.clear()
        self._unsent.clear()
        _wake(self._empty_waiters)
        _wake(self._sent_waiters)
        return unanswered

    def abandon(self) -> list[Pending]:
        """Closes the socket of a loop that is closed. Returns the requests without a reply, oldest first."""
        self._has_ended = True
        self._link.close()
        return list(self._pending)

    def _on_readable(self) -> None:
        try:
            self._drain()
        except Exception as error:
            # Frames may be left half read: the link cannot be used any more, and no further signal would come.
            return self._on_gone(unexpected(error))
        # ZeroMQ signals in the same way that there is room to send again.
        if self._unsent and not self._is_flushing:
            self._flush()

    def _flush(self) -> None:
        self._is_flushing = False
        if self._link.is_closed:
            return
        unsent = self._unsent
        socket = self._link.socket
        try:
            for _ in range(min(len(unsent), _turn_count)):
                frames = unsent[0]
                last = len(frames) - 1
                for frame in frames[:last]:
                    send(socket, frame, _more)
                send(socket, frames[last], NOBLOCK)
                unsent.popleft()
        except zmq.Again:
            # ZeroMQ's queue is full. It signals when there is room.
            pass
        else:
            if unsent:
                self._is_flushing = True
                self._loop.call_soon(self._flush)
        if not unsent:
            _wake(self._sent_waiters)
        # Sending consumes the socket's signals, also a signal that a reply has arrived. So the state is asked for here.
        wanted = _pollin | _pollout if unsent else _pollin
        if getsockopt(socket, _events) & wanted:
            self._loop.call_soon(self._on_readable)

    def _drain(self) -> None:
        if self._link.is_closed:
            return
        socket = self._link.socket
        try:
            for _ in range(_turn_count):
                try:
                    header = recv(socket, NOBLOCK)
                except zmq.Again:
                    return
                recv(socket, NOBLOCK)
                recv(socket, NOBLOCK)
                recv(socket, NOBLOCK)
                payload = recv(socket, NOBLOCK)
                recv(socket, NOBLOCK)
                # ZeroMQ is not asked whether a frame is the last: this costs as much as reading all six. A message with
                # another number of frames shows at the next header.
                if len(header) != _header_size or header[0] != _wire.VERSION:
                    return self._refuse()
                self._on_reply(header[1], payload)
                if self._link.is_closed:
                    return
        except zmq.Again:
            # In the middle of a message, which ZeroMQ hands out only when it is complete: it had too few frames.
            return self._refuse()
        self._loop.call_soon(self._on_readable)

    def _refuse(self) -> None:
        expected = f"expected six frames and a header of version {_wire.VERSION}"
        self._on_gone(NotConnectedError(f"the broker sent an invalid reply, {expected}"))

    def _on_reply(self, kind: int, payload: bytes) -> None:
        if kind == _wire.PING:
            # Only the broker of 0.3.0 sends this.
            return self.send_without_reply(_wire.request_frames(_wire.PONG, self._username))
        if not self._pending:
            return self._on_gone(NotConnectedError("the broker sent a reply without a request"))
        pending = self._pending.popleft()
        if (kind == _wire.ACK and pending.is_publish) or kind == _wire.PONG:
            # The body says nothing more. Publishes are too many to parse each.
            pending.settle(None, _nothing)
        else:
            pending.settle(*_outcome(kind, payload))
        if not self._pending and not self._unsent:
            _wake(self._empty_waiters)

    def _check_timeout(self) -> None:
        """Gives up the connection when a reply is late: without it, later replies cannot be matched to their requests."""
        self._timer = None
        # The reply may have arrived while this loop was busy.
        self._on_readable()
        if not self._pending:
            return
        left = self._pending[0].sent_at + self._request_timeout - time.monotonic()
        if left > 0:
            self._timer = self._loop.call_later(left, self._check_timeout)
            return
        text = f"the broker did not answer a request within {self._request_timeout:g} s (request_timeout)"
        self._on_gone(RequestTimeoutError(text))


def _outcome(kind: int, payload: bytes) -> tuple[PulseMQError | None, Body]:
    """Parses a reply: an error and an empty body, or None and the body."""
    try:
        body = json.loads(payload)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return PulseMQError("the broker sent a reply whose payload is not a JSON object"), {}
    if kind == _wire.ACK:
        return None, body
    if kind != _wire.ERROR:
        return PulseMQError(f"the broker sent a reply of the unknown type {kind}"), {}
    code = body.get("error_code")
    text = str(body.get("error_message", "no error_message"))
    return error_of_reply(code if isinstance(code, int) else 255, text), {}


def _wake(waiters: list[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)
    waiters.clear()
