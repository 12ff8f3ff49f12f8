"""The checks of options and arguments. Each raises a BadOptionError that names the option, the value and the range."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from .errors import BadOptionError

_max_seconds = 2_000_000.0


def check_queue(limit: int, policy: str) -> None:
    """Checks `queue_limit` and `on_full`."""
    check_integer("queue_limit", limit, 1, 1_000_000_000)
    check_word("on_full", policy, ("drop_oldest", "drop_newest", "pause"))


def check_callback(name: str, given: Callable[..., Any] | None) -> None:
    """Checks that a value is callable, or None."""
    if given is not None and not callable(given):
        raise BadOptionError(f"{name} is {type(given).__name__}, expected a function")


def check_message_callback(given: Callable[..., Any]) -> None:
    """Checks the callback of a subscription. It must not be a coroutine function, which the client would not await."""
    check_callback("callback", given)
    if inspect.iscoroutinefunction(given):
        raise BadOptionError(
            "callback is a coroutine function, expected a plain one; async_subscribe() is for coroutines"
        )


def check_items(items: object) -> None:
    """Checks the messages of `publish_many`: not one message alone, of which the iteration would give bytes, characters or columns."""
    is_text = isinstance(items, (str, bytes, bytearray, memoryview, dict))
    if is_text or hasattr(items, "columns") or hasattr(items, "__arrow_c_stream__"):
        raise BadOptionError(f"items is one {type(items).__name__}, expected a list or another iterable of messages")
    if not hasattr(items, "__iter__"):
        raise BadOptionError(f"items is {type(items).__name__}, expected a list or another iterable of messages")


def check_integer(name: str, value: object, least: int, most: int) -> None:
    """Checks an integer from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadOptionError(f"{name} is {value!r}, expected an integer from {least} to {most}")


def check_seconds(name: str, value: object) -> None:
    """Checks a number of seconds from 0.001 to 2,000,000."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0.001 <= value <= _max_seconds:  # type: ignore[arg-type, operator]
        raise BadOptionError(f"{name} is {value!r}, expected seconds from 0.001 to {_max_seconds:.0f}")


def check_flag(name: str, value: object) -> None:
    """Checks True or False."""
    if not isinstance(value, bool):
        raise BadOptionError(f"{name} is {value!r}, expected True or False")


def check_rate(name: str, value: object) -> None:
    """Checks a rate from 0.01 to 1,000 a second."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0.01 <= value <= 1_000:  # type: ignore[operator]
        raise BadOptionError(f"{name} is {value!r}, expected updates a second from 0.01 to 1000, or None")


def check_word(name: str, value: object, words: tuple[str, ...]) -> None:
    """Checks that a value is one of `words`."""
    if value not in words:
        raise BadOptionError(f"{name} is {value!r}, expected {' or '.join(words)}")


def check_text(name: str, value: object) -> None:
    """Checks a str."""
    if not isinstance(value, str):
        raise BadOptionError(f"{name} is {type(value).__name__}, expected str")
