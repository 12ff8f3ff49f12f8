"""The delay before the next attempt to connect."""

from __future__ import annotations

import random

from .options import ReconnectOptions


def backoff(try_count: int, options: ReconnectOptions) -> float:
    """Returns the seconds to wait before attempt `try_count`, counted from 1.

    Exponential with full jitter: the clients of a broker that restarts must not all reconnect at the same moment.
    """
    ceiling = min(options.max_delay, options.base_delay * 2.0 ** min(30, try_count - 1))
    return random.random() * ceiling
