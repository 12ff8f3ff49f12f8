"""Where a client keeps its core while it is connected, and how coroutines and threads reach it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ._core import Core
from ._loop_thread import running_loop
from .errors import NotConnectedError

_Result = TypeVar("_Result")


class CoreSlot:
    """Holds the core of a client from connect to close. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._core: Core | None = None

    @property
    def core(self) -> Core | None:
        """The core; None before connect and after close."""
        return self._core

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
        core = self._core
        if core is None:
            raise NotConnectedError("not connected: call async_connect() first")
        if core.loop is not asyncio.get_running_loop():
            raise NotConnectedError("this client was connected by another event loop: use its async methods there")
        return core

    def wait_for(self, work: Callable[[Core], Coroutine[Any, Any, _Result]]) -> _Result:
        """Runs a coroutine on the core's loop, and blocks the calling thread until it has finished.

        Raises a NotConnectedError without a core, and in a thread that runs an event loop, which must not block.
        """
        core = self._core
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
        return asyncio.run_coroutine_threadsafe(work(core), core.loop).result()
