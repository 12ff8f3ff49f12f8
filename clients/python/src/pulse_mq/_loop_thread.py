"""An event loop in a thread of its own, for callers that have no event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ._waiting import trouble_of, wait_for_result

_Result = TypeVar("_Result")

#: Seconds that stopping waits for the thread. A callback that never returns holds it for longer.
_stop_limit = 5.0


class LoopThread:
    """Runs an event loop in a daemon thread, so that it does not keep the process alive."""

    def __init__(self, on_lost: Callable[[BaseException], Coroutine[Any, Any, None]]) -> None:
        """`on_lost` runs on the loop when an error that ends a thread, such as SystemExit, came out of a callback."""
        self._on_lost = on_lost
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse_mq", daemon=True)
        self._thread.start()
        self._started.wait()

    def call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Runs a coroutine on the loop and blocks the calling thread until it has finished. Raises when the loop is lost."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return wait_for_result(future.result, future.done, lambda: trouble_of(self._loop), None)

    def stop(self) -> None:
        """Stops the loop, and waits until the thread has ended. The thread itself may call this too: then it does not wait."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(_stop_limit)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._started.set)
        try:
            self._loop.run_forever()
        except BaseException as error:
            self._loop.run_until_complete(self._on_lost(error))
            raise
        finally:
            self._loop.run_until_complete(_cancel_tasks())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


async def _cancel_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Returns the event loop that runs in the calling thread, or None."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
