"""Publishing without `await`: any thread may publish, and gets a future of the acknowledgement."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from ._core import Core
from ._loop_thread import running_loop
from ._process import ProcessMark
from ._waiting import trouble_of, wait_for_result
from ._wire import Frames
from .errors import NotConnectedError, PulseMQError

_Result = TypeVar("_Result")

#: Unanswered publishes above which `publish` blocks its thread.
_unanswered_max_count = 1_000
#: Seconds between two looks at the loop while a thread waits for room.
_look_interval = 0.1


class PublishFuture(Future[None]):
    """The acknowledgement of one publish. `result()` waits for it and raises the error of a publish that failed.

    A failure also goes to `on_error`, unless `result`, `exception` or `add_done_callback` was called before the failure.
    """

    def __init__(self, report: Callable[[Exception], None], publisher: ThreadPublisher) -> None:
        super().__init__()
        self._report = report
        self._publisher = publisher
        self._process = ProcessMark()
        self._is_watched = False

    def settle(self, error: PulseMQError | None, _: dict[str, Any]) -> None:
        """Ends the future, with an error or without one."""
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
        """Waits for the acknowledgement, at most `timeout` seconds. Raises the PulseMQError of a publish that failed.

        Without `timeout` it raises a RequestTimeoutError when nothing has settled the publish for long, as before `connect()`. Raises
        a NotConnectedError when the event loop of the client is lost, and a ForkedError in the child of a fork. In a callback it raises a
        NotConnectedError at once when there is no acknowledgement yet: the callback runs on the thread that would read it.
        """
        self._check_may_wait(timeout)
        self._is_watched = True
        self._wait(super().result, timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Waits and raises as `result` does. Returns the error of a publish that failed, else None."""
        self._check_may_wait(timeout)
        self._is_watched = True
        return self._wait(super().exception, timeout)

    def _check_may_wait(self, timeout: float | None) -> None:
        if not self.done() and (timeout is None or timeout > 0):
            self._publisher.check_may_wait()

    def _wait(self, outcome: Callable[[float | None], _Result], timeout: float | None) -> _Result:
        if self.done():
            return outcome(0)
        self._process.check()
        if timeout is not None:
            return outcome(timeout)
        return wait_for_result(outcome, self.done, self._publisher.trouble, self._publisher.time_limit)

    def add_done_callback(self, fn: Callable[[Future[None]], object]) -> None:
        """Calls `fn` with this future when the publish has succeeded, failed or been cancelled."""
        self._is_watched = True
        super().add_done_callback(fn)


class _Publish(NamedTuple):
    frames: Frames
    ack: bool
    future: PublishFuture


class ThreadPublisher:
    """Hands publishes of any thread to the loop of the core, and keeps the order in which each thread made them.

    Publishes made before `open` wait in a queue. A thread that publishes much faster than the broker acknowledges is blocked
    while 1,000 publishes, or `max_pending` of them, are unanswered.
    """

    def __init__(self, max_pending: int, time_limit: float) -> None:
        """`time_limit` is how long a thread waits for a publish that nothing settles, in seconds."""
        self.time_limit = time_limit
        self._pace = _Pace(min(max_pending, _unanswered_max_count), self.trouble)
        self._lock = threading.Lock()
        self._queued: deque[_Publish] = deque()
        self._way: tuple[Core, _Inbox] | None = None

    def publish(self, frames: Frames, ack: bool, future: PublishFuture) -> None:
        """Sends a publish, or queues it while there is no core. `future` gets the outcome."""
        publish = _Publish(frames, ack, future)
        way = self._way
        if way is not None:
            # Before the lock, which a thread that the child of a fork does not have may hold.
            way[0].process.check()
        with self._lock:
            if self._way is None:
                self._queued.append(publish)
                return
            core, inbox = self._way
        if core.loop.is_closed():
            future.settle(trouble_of(core.loop), {})
            return
        is_loop_thread = running_loop() is core.loop
        # The loop's own thread must never block here: it is the one that reads the acknowledgements.
        self._pace.enter(may_wait=not is_loop_thread and core.is_connected)
        if is_loop_thread:
            self._send(core, publish)
        else:
            inbox.put(lambda: self._send(core, publish))

    def check_may_wait(self) -> None:
        """Raises a NotConnectedError on the loop of the core, which settles every publish and must not wait for one."""
        way = self._way
        if way is not None and running_loop() is way[0].loop:
            raise NotConnectedError(
                "result() and exception() of a publish would wait for the thread they run on: in a callback use "
                "add_done_callback(), in a coroutine await async_publish()"
            )

    def trouble(self) -> PulseMQError | None:
        """Returns the reason why no publish is settled any more. None while the loop runs, and without a core."""
        way = self._way
        return None if way is None else trouble_of(way[0].loop)

    def open(self, core: Core) -> list[PublishFuture]:
        """Sends the queued publishes, in order, and every later publish at once. To be called on the loop of the core.

        Returns the futures of the publishes that were queued.
        """
        with self._lock:
            self._way = (core, _Inbox(core.loop))
            queued, self._queued = self._queued, deque()
        for publish in queued:
            self._pace.enter(may_wait=False)
            self._send(core, publish)
        return [publish.future for publish in queued]

    def close(self) -> None:
        """Queues later publishes again. Publishes that are still on their way to the ended core fail now."""
        with self._lock:
            way, self._way = self._way, None
        if way is not None:
            way[1].run()

    def _send(self, core: Core, publish: _Publish) -> None:
        def settle(error: PulseMQError | None, body: dict[str, Any]) -> None:
            self._pace.leave()
            publish.future.settle(error, body)

        if publish.ack:
            core.publish(publish.frames, settle)
        else:
            core.publish_without_reply(publish.frames, settle)


class _Inbox:
    """Calls that other threads want run on the loop. Thousands of calls wake the loop once: each wake-up is a system call."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: deque[Callable[[], None]] = deque()
        self._is_woken = False

    def put(self, call: Callable[[], None]) -> None:
        """Runs `call` on the loop. When the loop is closed, runs it here, where it fails."""
        self._calls.append(call)
        if self._is_woken:
            return
        self._is_woken = True
        try:
            self._loop.call_soon_threadsafe(self.run)
        except RuntimeError:
            self.run()

    def run(self) -> None:
        """Runs all calls in the inbox."""
        # Reset before the loop below: a call that is added from here on wakes the loop again.
        self._is_woken = False
        while self._calls:
            self._calls.popleft()()


class _Pace:
    """Blocks threads while `limit_count` publishes are unanswered, until half of these have been answered."""

    def __init__(self, limit_count: int, trouble: Callable[[], PulseMQError | None]) -> None:
        self._limit_count = limit_count
        self._trouble = trouble
        self._count = 0
        self._lock = threading.Lock()
        self._has_room = threading.Event()
        self._has_room.set()

    def enter(self, may_wait: bool) -> None:
        """Counts one more publish; first waits for room, where the caller may wait. Raises when the loop is lost meanwhile."""
        while may_wait and not self._has_room.wait(_look_interval):
            error = self._trouble()
            if error is not None:
                raise error
        with self._lock:
            self._count += 1
            if self._count >= self._limit_count:
                self._has_room.clear()

    def leave(self) -> None:
        """Counts one publish less."""
        with self._lock:
            self._count -= 1
            if self._count * 2 <= self._limit_count:
                self._has_room.set()
