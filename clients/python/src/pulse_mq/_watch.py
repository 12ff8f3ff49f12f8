"""Calls back when a ZeroMQ socket has something to read, on every kind of asyncio loop."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
from collections.abc import Callable


class FdWatch:
    """Watches one file descriptor for reading.

    A loop without `add_reader`, such as the default one on Windows, gets a thread that waits for the descriptor.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int, callback: Callable[[], None]) -> None:
        self._loop = loop
        self._fd = fd
        self._waiter: _WaitingThread | None = None
        try:
            loop.add_reader(fd, callback)
        except NotImplementedError:
            self._waiter = _WaitingThread(loop, fd, callback)

    def stop(self) -> None:
        """Ends the watch, also when the loop is closed."""
        if self._waiter is not None:
            self._waiter.stop()
        elif not self._loop.is_closed():
            self._loop.remove_reader(self._fd)


class _WaitingThread:
    """Waits for one descriptor, runs the callback on the loop, and waits again after the callback has returned."""

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int, callback: Callable[[], None]) -> None:
        self._loop = loop
        self._fd = fd
        self._callback = callback
        self._is_stopped = False
        self._wake, self._wake_far = socket.socketpair()
        self._called = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse_mq-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it."""
        self._is_stopped = True
        self._called.set()
        self._wake_far.send(b"x")
        self._thread.join()
        self._wake.close()
        self._wake_far.close()

    def _run(self) -> None:
        while not self._is_stopped:
            readable, _, _ = select.select([self._fd, self._wake.fileno()], [], [])
            if self._is_stopped or self._fd not in readable:
                continue
            self._called.clear()
            try:
                self._loop.call_soon_threadsafe(self._call)
            except RuntimeError:
                # The loop is closed: there is nothing left to call.
                return
            self._called.wait()

    def _call(self) -> None:
        try:
            if not self._is_stopped:
                self._callback()
        finally:
            self._called.set()
