"""What the forms without `await` need: a loop in a thread of its own, a way into it, and futures of publishes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from .errors import NotConnectedError, PulseMQError

_Result = TypeVar("_Result")


class LoopThread:
    """An event loop in a thread that keeps no process alive."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="pulse_mq", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Runs a coroutine there and waits for it here."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def stop(self) -> None:
        """Returns when the thread has ended, unless it is the one that calls."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()


class Inbox:
    """Calls that other threads want made on the loop: thousands of them wake it once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], None]] = deque()
        self._is_woken = False

    def put(self, call: Callable[[], None]) -> None:
        """Raises a NotConnectedError when the loop has ended."""
        self._calls.append(call)
        if self._is_woken:
            return
        self._is_woken = True
        try:
            self._loop.call_soon_threadsafe(self.run)
        except RuntimeError:
            self.run()

    def run(self) -> None:
        # First: whoever puts something in from here on wakes again.
        self._is_woken = False
        while self._calls:
            self._calls.popleft()()


class PublishFuture(Future[None]):
    """The acknowledgement of a publish. A failure that nobody waits for is told to `on_error`."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        super().__init__()
        self._report = report
        self._is_watched = False

    def settle(self, error: PulseMQError | None, _: dict[str, Any]) -> None:
        if not self.set_running_or_notify_cancel():
            return
        if error is None:
            self.set_result(None)
            return
        is_watched = self._is_watched
        self.set_exception(error)
        if not is_watched:
            self._report(error)

    def result(self, timeout: float | None = None) -> None:
        self._is_watched = True
        super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._is_watched = True
        return super().exception(timeout)

    def add_done_callback(self, fn: Callable[[Future[None]], object]) -> None:
        self._is_watched = True
        super().add_done_callback(fn)


class Pace:
    """Makes a thread wait that publishes faster than the broker acknowledges."""

    def __init__(self, limit_count: int) -> None:
        self._limit_count = limit_count
        self._count = 0
        self._lock = threading.Lock()
        self._has_room = threading.Event()
        self._has_room.set()

    def enter(self, may_wait: bool) -> None:
        if may_wait:
            self._has_room.wait()
        with self._lock:
            self._count += 1
            if self._count >= self._limit_count:
                self._has_room.clear()

    def leave(self, _: object = None) -> None:
        with self._lock:
            self._count -= 1
            if self._count * 2 <= self._limit_count:
                self._has_room.set()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def not_here() -> NotConnectedError:
    return NotConnectedError(
        "this would wait for itself: inside a callback use publish(), or the async forms elsewhere"
    )
