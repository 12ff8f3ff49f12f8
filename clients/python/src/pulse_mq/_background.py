"""Tasks that no coroutine awaits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from ._notifier import Notifier


class BackgroundTasks:
    """Holds the tasks until they are done, since an event loop keeps only weak references to its tasks."""

    def __init__(self, loop: asyncio.AbstractEventLoop, notifier: Notifier) -> None:
        self._loop = loop
        self._notifier = notifier
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs a coroutine that reports its own errors. An error that it raises all the same is reported too. On the loop's thread."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def cancel(self) -> None:
        """Cancels what still runs."""
        for task in list(self._tasks):
            task.cancel()

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception):
            self._notifier.error(error, "a background task of the client")
