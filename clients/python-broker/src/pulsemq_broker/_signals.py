"""Signals while `PulseMQServer.run` runs."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def end_signals(end: Callable[[], None]) -> Iterator[None]:
    """Calls `end` at SIGINT and SIGTERM. Does nothing outside of the main thread: Python delivers signals there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    replaced = {number: signal.signal(number, lambda *_: end()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in replaced.items():
            # None: a handler that was not installed from Python and cannot be put back.
            if handler is not None:
                signal.signal(number, handler)
