"""Requests and their replies, on one link.

A reply has no number: the first reply belongs to the oldest request. So one object owns the link and the queue of unanswered
requests, and a request whose caller has stopped waiting keeps its place in the queue.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from . import _wire, _zmtp
from ._intake import Intake
from ._link import Endpoint, Link
from ._wire import Frames
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError, error_of_reply

#: The JSON object in the payload of a reply.
Body = dict[str, Any]
#: Gets the outcome of a request: an error, or None and the body of the reply.
Settle = Callable[["PulseMQError | None", Body], None]

#: Messages handed to the link at once.
_turn_count = 1_000
_frame_count = 6
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

    def outcome(self, kind: int, payload: bytes) -> tuple[PulseMQError | None, Body]:
        """Reads the reply: an error and an empty body, or None and the body."""
        return _outcome(kind, payload)


class RawPending(Pending):
    """A request whose ACK has a payload that is not JSON. It is `payload` in the body."""

    __slots__ = ()

    def outcome(self, kind: int, payload: bytes) -> tuple[PulseMQError | None, Body]:
        """Reads the reply."""
        return (None, {"payload": payload}) if kind == _wire.ACK else _outcome(kind, payload)


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
        self._link = Link("DEALER", endpoint, self._on_bytes, on_gone, self._flush)
        self._intake = Intake()
        #: The bytes of the last reply to a publish: thousands of them are equal.
        self._last_ack = b""
        self._last_ack_body = b""
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
        """Messages that the link has not taken yet."""
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
        """Returns when the link has taken everything."""
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
        self._link.abandon()
        return list(self._pending)

    def _flush(self) -> None:
        """Hands what is unsent to the link, as long as it takes it."""
        self._is_flushing = False
        unsent = self._unsent
        while unsent and self._link.is_writable:
            if len(unsent) <= _turn_count:
                self._link.write(b"".join(unsent))
                unsent.clear()
            else:
                self._link.write(b"".join([unsent.popleft() for _ in range(_turn_count)]))
        if not unsent:
            _wake(self._sent_waiters)
            if not self._pending:
                _wake(self._empty_waiters)

    def _on_bytes(self, chunk: bytes) -> None:
        data = self._intake.join(chunk)
        if data is None:
            return
        at = 0
        end = len(data)
        while at < end and not self._has_ended:
            ack = self._last_ack
            if ack and data.startswith(ack, at):
                at += len(ack)
                self._on_publish_ack()
                continue
            found = _zmtp.read_message(data, at, end)
            if isinstance(found, int):
                return self._intake.keep(data[at:], found)
            self._on_message([data[start:stop] for start, stop in found.spans], found.is_command, data[at : found.end])
            at = found.end

    def _on_publish_ack(self) -> None:
        """Settles the oldest request, when it is a publish. `_on_message` handles an ACK of another request."""
        if self._pending and self._pending[0].is_publish:
            self._pending.popleft().settle(None, _nothing)
            if not self._pending and not self._unsent:
                _wake(self._empty_waiters)
            return
        self._on_reply(_wire.ACK, self._last_ack_body)

    def _on_message(self, frames: list[bytes], is_command: bool, whole: bytes) -> None:
        if is_command:
            if frames[0].startswith(b"\x04PING"):
                self._link.write(_zmtp.pong(frames[0]))
            return
        header = frames[0]
        if len(frames) != _frame_count or len(header) != _wire.HEADER.size or header[0] != _wire.VERSION:
            expected = f"expected six frames and a header of version {_wire.VERSION}"
            raise NotConnectedError(f"the broker sent an invalid reply, {expected}")
        kind, payload = header[1], frames[4]
        if kind == _wire.ACK and self._pending and self._pending[0].is_publish:
            self._last_ack = whole
            self._last_ack_body = payload
        self._on_reply(kind, payload)

    def _on_reply(self, kind: int, payload: bytes) -> None:
        if kind == _wire.PING:
            # Only the broker of 0.3.0 sends this.
            return self.send_without_reply(_wire.request_frames(_wire.PONG, self._username))
        if not self._pending:
            raise NotConnectedError("the broker sent a reply without a request")
        pending = self._pending.popleft()
        if (kind == _wire.ACK and pending.is_publish) or kind == _wire.PONG:
            # The body says nothing more. Publishes are too many to parse each.
            pending.settle(None, _nothing)
        else:
            pending.settle(*pending.outcome(kind, payload))
        if not self._pending and not self._unsent:
            _wake(self._empty_waiters)

    def _check_timeout(self) -> None:
        """Gives up the connection when a reply is late: without it, later replies cannot be matched to their requests."""
        self._timer = None
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
