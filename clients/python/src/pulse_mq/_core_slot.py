"""Where a client keeps its core while it is connected, and how coroutines and threads reach it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ._core import Core
from ._loop_thread import running_loop
from ._stream_base import StreamBase
from ._waiting import trouble_of, wait_for_result
from .errors import NotConnectedError

_Result = TypeVar("_Result")


class CoreSlot:
    """Holds the core of a client from connect to close. May be used from any thread."""

    def __init__(self, time_limit: float) -> None:
        """`time_limit` is the time that a blocking call may take, in seconds. A call ends earlier by the limit of its own request."""
        self._time_limit = time_limit
        self._lock = threading.Lock()
        self._core: Core | None = None

    @property
    def core(self) -> Core | None:
        """The core; None before connect and after close. Raises a ForkedError in the child of a fork."""
        core = self._core
        if core is not None:
            core.process.check()
        return core

    @property
    def is_forked(self) -> bool:
        """True when the core is one of the process that this process was forked from."""
        return self._core is not None and not self._core.process.is_here

    @property
    def is_connected(self) -> bool:
        """True while a publish is sent at once."""
        core = self._core
        return core is not None and core.process.is_here and core.is_connected

    def fill(self, core: Core) -> None:
        """Keeps a new core."""
        with self._lock:
            self._core = core

    def clear(self, core: Core) -> bool:
        """Forgets this core. Returns False, and changes nothing, when the slot holds another core or none."""
        with self._lock:
            if self._core is not core:
                return False
            self._core = None
        return True

    def core_here(self) -> Core:
        """Returns the core to a coroutine on the core's own loop. Raises a NotConnectedError elsewhere, or without a core."""
        core = self.core
        if core is None:
            raise NotConnectedError("not connected: call async_connect() first")
        core.check_loop()
        return core

    def stop(self, core: Core, stream: StreamBase) -> None:
        """Ends a stream of a core, from any thread. Waits for the broker, except on the core's own loop."""
        if running_loop() is core.loop:
            # Ended here and now: messages that have arrived already must not reach it any more.
            stream.end(None)
            core.streams.stop_soon(stream)
        elif self.core is core:
            self.wait_for(lambda core: core.streams.stop(stream))

    def wait_for(self, work: Callable[[Core], Coroutine[Any, Any, _Result]], *, is_long: bool = False) -> _Result:
        """Runs a coroutine on the core's loop, and blocks the calling thread until it has finished.

        `is_long` work has no time limit as a whole, but ends when the loop is lost.

        Raises a NotConnectedError without a core, and in a thread that runs an event loop, which must not block.
        """
        core = self.core
        if core is None:
            raise NotConnectedError("not connected: call connect() first")
        here = running_loop()
        if here is core.loop:
            raise NotConnectedError(
                "this call would wait for the thread it runs on: a callback may call publish(), subscribe() and close(), "
                "which do not wait there"
            )
        if here is not None:
            raise NotConnectedError("this call blocks, and an event loop runs in this thread: use the async_ method")
        error = trouble_of(core.loop)
        if error is not None:
            raise error
        future = asyncio.run_coroutine_threadsafe(work(core), core.loop)
        return wait_for_result(
            future.result, future.done, lambda: trouble_of(core.loop), None if is_long else self._time_limit
        )
