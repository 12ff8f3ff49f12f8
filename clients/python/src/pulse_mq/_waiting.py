"""Blocks a thread until something on the loop of a client has happened, but never for ever.

The loop may be closed, stand still or have lost its thread meanwhile: no future is ever settled on such a loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable
from typing import TypeVar

from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

_Result = TypeVar("_Result")

#: Seconds between two looks at the loop. A result is seen at once; this is how soon a lost loop is.
_look_interval = 0.1


def wait_for_result(
    result: Callable[[float], _Result],
    is_done: Callable[[], bool],
    trouble: Callable[[], PulseMQError | None],
    limit: float | None,
) -> _Result:
    """Returns `result(seconds)`, which raises a TimeoutError until there is a result.

    While there is no result, raises the error that `trouble` returns. Raises a RequestTimeoutError after `limit` seconds; None sets no
    limit.
    """
    until = None if limit is None else time.monotonic() + limit
    while True:
        try:
            return result(_look_interval)
        except concurrent.futures.CancelledError:
            raise trouble() or NotConnectedError("the event loop of this client has ended this call") from None
        except (concurrent.futures.TimeoutError, TimeoutError):
            if is_done():
                # The result is itself a RequestTimeoutError, or arrived just now.
                return result(0)
        error = trouble()
        if error is not None:
            raise error
        if until is not None and time.monotonic() >= until:
            raise RequestTimeoutError(
                f"no result within {limit:g} s: the event loop of this client is blocked, or it is not connected"
            )


def trouble_of(loop: asyncio.AbstractEventLoop) -> PulseMQError | None:
    """Returns the reason why nothing can happen on a loop any more. None while it runs."""
    if loop.is_closed():
        return NotConnectedError("the event loop of this client was closed before the client: connect again")
    if not loop.is_running():
        return NotConnectedError("the event loop of this client does not run any more: connect again")
    return None
