"""The options of a client, checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import BadOptionError
from .events import OnConnection, OnError, OnGap, OnSlow

FullPolicy = Literal["drop_oldest", "drop_newest", "pause"]
InFlightPolicy = Literal["fail", "retry"]

_second_max = 2_000_000.0


@dataclass(frozen=True)
class ReconnectOptions:
    """When and how a client connects again: after a random time up to a ceiling that doubles with every try."""

    max_tries: int | None = 10
    """Tries in a row before it gives up; None never does."""
    base_delay: float = 1.0
    """Longest wait before the first try, seconds; doubles from then on."""
    max_delay: float = 30.0
    """No wait is longer, seconds."""
    from_start: bool = False
    """Also keep trying when the very first connection fails."""

    def __post_init__(self) -> None:
        if self.max_tries is not None:
            check_integer("reconnect.max_tries", self.max_tries, 1, 1_000_000_000)
        check_seconds("reconnect.base_delay", self.base_delay)
        check_seconds("reconnect.max_delay", self.max_delay)
        if self.max_delay < self.base_delay:
            text = f"reconnect.max_delay is {self.max_delay}, expected at least base_delay, {self.base_delay}"
            raise BadOptionError(text)


@dataclass(frozen=True)
class Options:
    """What a client was made with."""

    host: str
    pub_port: int
    sub_port: int
    username: str
    token: str = field(repr=False)
    reconnect: ReconnectOptions | None
    in_flight: InFlightPolicy
    connect_timeout: float
    request_timeout: float
    ping_interval: float
    ping_timeout: float
    max_pending: int
    queue_limit: int
    on_full: FullPolicy
    on_gap: OnGap | None
    on_slow: OnSlow | None
    on_error: OnError | None
    on_connection: OnConnection | None

    def __post_init__(self) -> None:
        _check_text("host", self.host)
        if self.host == "":
            raise BadOptionError("host is empty")
        _check_text("username", self.username)
        _check_text("token", self.token)
        check_integer("pub_port", self.pub_port, 1, 65_535)
        check_integer("sub_port", self.sub_port, 1, 65_535)
        check_word("in_flight", self.in_flight, ("fail", "retry"))
        for name in ("connect_timeout", "request_timeout", "ping_interval", "ping_timeout"):
            check_seconds(name, getattr(self, name))
        check_integer("max_pending", self.max_pending, 1, 1_000_000_000)
        check_queue(self.queue_limit, self.on_full)
        for name in ("on_gap", "on_slow", "on_error", "on_connection"):
            check_callback(name, getattr(self, name))


def reconnect_of(given: bool | ReconnectOptions) -> ReconnectOptions | None:
    """What `reconnect` stands for."""
    if isinstance(given, ReconnectOptions):
        return given
    if given is True:
        return ReconnectOptions()
    if given is False:
        return None
    raise BadOptionError(f"reconnect is {given!r}, expected True, False or ReconnectOptions")


def check_queue(limit: int, policy: str) -> None:
    check_integer("queue_limit", limit, 1, 1_000_000_000)
    check_word("on_full", policy, ("drop_oldest", "drop_newest", "pause"))


def check_callback(name: str, given: Callable[..., Any] | None) -> None:
    if given is not None and not callable(given):
        raise BadOptionError(f"{name} is {type(given).__name__}, expected something to call")


def check_integer(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadOptionError(f"{name} is {value!r}, expected an integer from {least} to {most}")


def check_seconds(name: str, value: object) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0.001 <= value <= _second_max:  # type: ignore[arg-type, operator]
        raise BadOptionError(f"{name} is {value!r}, expected seconds from 0.001 to {_second_max:.0f}")


def check_word(name: str, value: object, words: tuple[str, ...]) -> None:
    if value not in words:
        raise BadOptionError(f"{name} is {value!r}, expected {' or '.join(words)}")


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise BadOptionError(f"{name} is {type(value).__name__}, expected text")
