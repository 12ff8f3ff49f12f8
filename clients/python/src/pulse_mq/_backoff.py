"""How long to wait before the next try."""

from __future__ import annotations

import random

from .options import ReconnectOptions


def backoff(try_count: int, options: ReconnectOptions) -> float:
    """Seconds before try `try_count` (from 1): exponential with full jitter, so that clients of one broker do not come back at once."""
    ceiling = min(options.max_delay, options.base_delay * 2.0 ** min(30, try_count - 1))
    return random.random() * ceiling
