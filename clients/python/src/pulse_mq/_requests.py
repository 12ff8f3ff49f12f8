"""Requests and their replies on one DEALER.

Replies carry no number: the first one belongs to the oldest request. So one object owns the socket and the queue of who waits, and a
request that was given up keeps its place in it.
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
from ._link import NOBLOCK, SNDMORE, Link, LinkOptions, getsockopt, recv, send
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError, error_of_reply

Body = dict[str, Any]
Settle = Callable[["PulseMQError | None", Body], None]

#: Messages worked off before other things of the loop have their turn.
_turn_count = 1_000
_pollin = int(zmq.POLLIN)
_pollout = int(zmq.POLLOUT)
_events = int(zmq.EVENTS)
_more = NOBLOCK | SNDMORE
_header_size = _wire.HEADER.size
_nothing: Body = {}
_send_limit_count = 1_000


class Pending:
    """Somebody who waits for a reply. A publish keeps its frames, so that it can be sent again."""

    __slots__ = ("frames", "is_publish", "sent_at", "settle", "was_sent")

    def __init__(self, frames: tuple[bytes, ...], settle: Settle, is_publish: bool) -> None:
        self.frames = frames
        self.settle = settle
        self.is_publish = is_publish
        self.sent_at = 0.0
        self.was_sent = False


class RequestChannel:
    """All calls on the loop's thread."""

    def __init__(
        self, options: LinkOptions, username: bytes, request_timeout: float, on_gone: Callable[[PulseMQError], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._username = username
        self._request_timeout = request_timeout
        self._on_gone = on_gone
        self._link = Link(zmq.DEALER, options, self._on_readable, on_gone)
        self._unsent: deque[tuple[bytes, ...]] = deque()
        self._pending: deque[Pending] = deque()
        self._is_flushing = False
        self._has_ended = False
        self._watch: asyncio.TimerHandle | None = None
        self._empty_waiters: list[asyncio.Future[None]] = []
        self._sent_waiters: list[asyncio.Future[None]] = []

    @staticmethod
    def link_options(host: str, port: int, timeout: float, heartbeat: tuple[float, float]) -> LinkOptions:
        # What is received is bounded by what was asked.
        return LinkOptions(host, port, timeout, _send_limit_count, 0, heartbeat)

    async def open(self) -> None:
        await self._link.open()

    @property
    def pending_count(self) -> int:
        return len(self._pending)

    @property
    def unsent_count(self) -> int:
        return len(self._unsent)

    async def request(
        self, kind: int, namespace: str = "", topic: str = "", payload: bytes = b"", format_code: int = 0
    ) -> Body:
        """The body of the ACK; raises what the ERROR stands for."""
        answer: asyncio.Future[Body] = self._loop.create_future()

        def settle(error: PulseMQError | None, body: Body) -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(body)
            else:
                answer.set_exception(error)

        frames = _wire.request_frames(kind, self._username, namespace, topic, payload, format_code)
        self.send(Pending(frames, settle, is_publish=False))
        return await answer

    def send(self, pending: Pending) -> None:
        """Sends what will be answered."""
        if self._has_ended:
            return pending.settle(NotConnectedError("the connection was lost"), {})
        pending.sent_at = time.monotonic()
        pending.was_sent = True
        self._pending.append(pending)
        if self._watch is None:
            self._watch = self._loop.call_later(self._request_timeout, self._check_timeout)
        self.send_unanswered(pending.frames)

    def send_unanswered(self, frames: tuple[bytes, ...]) -> None:
        self._unsent.append(frames)
        if not self._is_flushing:
            self._is_flushing = True
            self._loop.call_soon(self._flush)

    async def sent(self) -> None:
        """Resolves when everything has been handed to ZeroMQ."""
        if self._unsent and not self._link.is_closed:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._sent_waiters.append(waiter)
            await waiter

    async def settled(self, wait: float) -> None:
        """Resolves when everything has been answered and handed over, or after so many seconds."""
        if not self._pending and not self._unsent:
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._empty_waiters.append(waiter)
        await asyncio.wait([waiter], timeout=wait)

    def end(self) -> list[Pending]:
        """Closes the link; hands over what was not answered, oldest first."""
        self._has_ended = True
        self._link.close()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        unanswered = list(self._pending)
        self._pending.clear()
        self._unsent.clear()
        _wake(self._empty_waiters)
        _wake(self._sent_waiters)
        return unanswered

    def abandon(self) -> None:
        """Closes the socket of a loop that has ended."""
        self._link.close()

    def _on_readable(self) -> None:
        self._drain()
        # The same signal tells that there is room again.
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
            pass
        else:
            if unsent:
                self._is_flushing = True
                self._loop.call_soon(self._flush)
        if not unsent:
            _wake(self._sent_waiters)
        # Sending reads the signals of the socket: whatever they told besides would be lost.
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
                # Asking ZeroMQ whether this was the last frame costs as much as all six; out of step, the header shows it.
                if len(header) != _header_size or header[0] != _wire.VERSION:
                    return self._refuse()
                self._on_reply(header[1], payload)
                if self._link.is_closed:
                    return
        except zmq.Again:
            return self._refuse()
        self._loop.call_soon(self._on_readable)

    def _refuse(self) -> None:
        self._on_gone(NotConnectedError("the broker sent what is no reply of this protocol"))

    def _on_reply(self, kind: int, payload: bytes) -> None:
        if kind == _wire.PING:
            # Only the broker of 0.3.0 sends this.
            return self.send_unanswered(_wire.request_frames(_wire.PONG, self._username))
        if not self._pending:
            return self._on_gone(NotConnectedError("the broker sent a reply that nobody asked for"))
        pending = self._pending.popleft()
        if (kind == _wire.ACK and pending.is_publish) or kind == _wire.PONG:
            pending.settle(None, _nothing)
        else:
            self._settle_with_body(pending, kind, payload)
        if not self._pending and not self._unsent:
            _wake(self._empty_waiters)

    def _settle_with_body(self, pending: Pending, kind: int, payload: bytes) -> None:
        try:
            body = json.loads(payload)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            pending.settle(PulseMQError("the broker sent a reply that is no JSON object"), {})
        elif kind == _wire.ACK:
            pending.settle(None, body)
        elif kind == _wire.ERROR:
            code = body.get("error_code")
            text = str(body.get("error_message", "no text"))
            pending.settle(error_of_reply(code if isinstance(code, int) else 255, text), {})
        else:
            pending.settle(PulseMQError(f"the broker sent a reply of the unknown type {kind}"), {})

    def _check_timeout(self) -> None:
        """A reply that is late makes all after it worthless: which is whose can no longer be told."""
        self._watch = None
        # This loop may have been busy for longer than the broker.
        self._on_readable()
        if not self._pending:
            return
        left = self._pending[0].sent_at + self._request_timeout - time.monotonic()
        if left > 0:
            self._watch = self._loop.call_later(left, self._check_timeout)
            return
        text = f"the broker did not answer a request within {self._request_timeout:g} s"
        self._on_gone(RequestTimeoutError(text))


def _wake(waiters: list[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)
    waiters.clear()
