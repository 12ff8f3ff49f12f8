"""Publishes that wait for a connection, each for a limited time."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from ._requests import Pending
from .errors import RequestTimeoutError


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

    def put_first(self, earlier: list[Pending]) -> None:
        """Keeps publishes that were made before all others, in their order."""
        now = time.monotonic()
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
