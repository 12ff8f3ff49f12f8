"""Connecting, running and closing: which event loop the core of a client runs on, and when it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from ._callback_subscriber import CallbackSubscriber
from ._core import Core
from ._core_slot import CoreSlot
from ._loop_thread import LoopThread, running_loop
from ._thread_publisher import PublishFuture, ThreadPublisher
from ._waiting import trouble_of, wait_for_result
from .errors import NotConnectedError

#: Seconds that `close` waits for the event loop, on which a callback may still run.
_close_limit = 5.0


class Runner:
    """Makes a core at every connect, and ends it at close.

    The core runs on the loop of the coroutine that called `async_connect`, on the loop of a LoopThread after `connect`, or on a
    loop that `run` runs in the calling thread. The methods without `async` may be called from any thread.
    """

    def __init__(
        self,
        make_core: Callable[[], Core],
        slot: CoreSlot,
        publisher: ThreadPublisher,
        callbacks: CallbackSubscriber,
    ) -> None:
        self._make_core = make_core
        self._slot = slot
        self._publisher = publisher
        self._callbacks = callbacks
        self._thread: LoopThread | None = None

    async def async_connect(self) -> None:
        """Connects on the caller's loop, and sends what was published before. Callbacks are not started."""
        core = self._new_core()
        try:
            await core.connect()
        except BaseException:
            self._drop(core)
            raise
        self._publisher.open(core)

    def connect(self) -> None:
        """Connects on the loop of a new thread, sends what was published before, and starts the callbacks."""
        if running_loop() is not None:
            raise NotConnectedError("connect() blocks, and an event loop runs in this thread: use async_connect()")
        self._check_unconnected()
        thread = LoopThread(self._lose)
        try:
            thread.call(self._open())
        except BaseException:
            thread.stop()
            raise
        self._thread = thread

    def run(self) -> None:
        """Connects in the calling thread as `connect` does, and blocks until the client is closed or gives up."""
        if running_loop() is not None:
            raise NotConnectedError("run() blocks, and an event loop runs in this thread: use the async_ methods")
        if self._slot.core is not None:
            self._slot.wait_for(_until_ended, is_long=True)
            return
        asyncio.run(self._run())

    async def async_close(self) -> None:
        """Ends the core, from a coroutine on its own loop."""
        core = self._slot.core
        if core is None:
            return
        if core.loop.is_closed():
            self._abandon(core)
            return
        if core.loop is not asyncio.get_running_loop():
            raise NotConnectedError("this client was connected by another event loop: close it there, or with close()")
        await self._close(core)

    def close(self) -> None:
        """Ends the core and its thread. On the loop's own thread, as in a callback, it only begins to."""
        core, thread = self._slot.core, self._thread
        if core is None:
            return
        if running_loop() is core.loop:
            core.background.start(self._close(core))
            return
        if core.loop.is_closed():
            self._abandon(core)
        elif core.loop.is_running():
            closing = asyncio.run_coroutine_threadsafe(self._close(core), core.loop)
            with contextlib.suppress(NotConnectedError):
                # The loop may end meanwhile, and the core with it.
                wait_for_result(closing.result, closing.done, lambda: trouble_of(core.loop), _close_limit)
        else:
            core.loop.run_until_complete(self._close(core))
        if thread is not None:
            thread.stop()

    async def _open(self) -> list[PublishFuture]:
        """Connects and starts everything; returns the futures of what was published before."""
        core = self._new_core()
        try:
            await core.connect()
            sent = self._publisher.open(core)
            await self._callbacks.start_all(core)
        except BaseException:
            await self._close(core)
            raise
        return sent

    async def _lose(self, cause: BaseException) -> None:
        """Ends the core when its thread ends by an error that no client may swallow, such as SystemExit in a callback."""
        core = self._slot.core
        if core is None:
            return
        text = f"the thread of the connection was ended by {type(cause).__name__}, which came out of a callback"
        # The core stays, so that later calls find its closed loop and raise, in place of waiting for a connect.
        await core.fail(NotConnectedError(text))

    async def _run(self) -> None:
        sent = await self._open()
        core = self._slot.core
        if core is None:
            # A callback has closed the client already.
            return
        try:
            if self._callbacks.is_empty:
                await asyncio.gather(*map(asyncio.wrap_future, sent), return_exceptions=True)
            else:
                await _until_ended(core)
        finally:
            await self._close(core)

    def _new_core(self) -> Core:
        self._check_unconnected()
        core = self._make_core()
        self._slot.fill(core)
        return core

    def _check_unconnected(self) -> None:
        core = self._slot.core
        if core is None:
            return
        if not core.is_lost and not core.loop.is_closed():
            raise NotConnectedError("this client is connected already: close it first")
        self._abandon(core)

    async def _close(self, core: Core) -> None:
        await core.close()
        self._drop(core)

    def _abandon(self, core: Core) -> None:
        """Drops a core whose loop was closed before the client was."""
        core.abandon()
        self._drop(core)

    def _drop(self, core: Core) -> None:
        if self._slot.clear(core):
            self._thread = None
            self._publisher.close()
            self._callbacks.reset()


async def _until_ended(core: Core) -> None:
    """Returns when the client is closed. Raises the error that made it give up."""
    error = await asyncio.shield(core.ended)
    if not core.is_closing:
        raise error
