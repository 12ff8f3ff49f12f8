"""Publishes that wait for a connection, each for a limited time."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from . import _wire
from ._publish_frames import with_flags
from ._requests import Pending
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError


class WaitingPublishes:
    """Keeps publishes in order while there is no connection. Those that wait for longer than the limit fail."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: float) -> None:
        self._loop = loop
        self._limit = limit
        self._queue: deque[Pending] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, pending: Pending) -> None:
        """Keeps a publish, behind the others."""
        pending.waits_since = time.monotonic()
        self._queue.append(pending)
        self._set_timer()

    def keep_or_fail(self, unanswered: list[Pending], cause: PulseMQError, is_kept: bool) -> None:
        """Keeps unanswered publishes for the next connection, or fails them: the broker may or may not have received them.

        Publishes that are kept carry a mark, and go before those that were made later. A publish whose own reply was late is not sent
        again: a broker that never answers it would keep it for ever.
        """
        kept = []
        now = time.monotonic()
        for pending in unanswered:
            if is_kept and pending.is_publish and now < pending.sent_at + self._limit:
                pending.frames = with_flags(pending.frames, add=_wire.MAYBE_DUPLICATE)
                kept.append(pending)
                continue
            if isinstance(cause, RequestTimeoutError) and now >= pending.sent_at + self._limit:
                pending.settle(cause, {})
                continue
            error = NotConnectedError(f"not acknowledged: {cause}")
            error.__cause__ = cause
            pending.settle(error, {})
        self._put_first(kept, now)

    def _put_first(self, earlier: list[Pending], now: float) -> None:
        for pending in reversed(earlier):
            pending.waits_since = now
            self._queue.appendleft(pending)
        self._set_timer()

    def take_all(self) -> list[Pending]:
        """Returns all publishes, and forgets them."""
        taken = list(self._queue)
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return taken

    def _set_timer(self) -> None:
        if self._timer is None and self._queue:
            left = self._queue[0].waits_since + self._limit - time.monotonic()
            self._timer = self._loop.call_later(max(0.001, left), self._fail_late)

    def _fail_late(self) -> None:
        self._timer = None
        last = time.monotonic() - self._limit
        while self._queue and self._queue[0].waits_since <= last:
            self._queue.popleft().settle(late(self._limit), {})
        self._set_timer()


def late(limit: float) -> RequestTimeoutError:
    """Returns the error of what has waited for a connection for too long."""
    return RequestTimeoutError(
        f"there was no connection for {limit:g} s (request_timeout); the client still reconnects"
    )
