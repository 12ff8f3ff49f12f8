"""The options of a client, and their checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ._checks import check_callback, check_integer, check_queue, check_seconds, check_text, check_word
from .errors import BadOptionError
from .events import OnConnection, OnError, OnGap, OnSlow

FullPolicy = Literal["drop_oldest", "drop_newest", "pause"]
InFlightPolicy = Literal["fail", "retry"]


@dataclass(frozen=True)
class ReconnectOptions:
    """How a client reconnects: after a random delay, whose upper bound doubles with every attempt.

    Raises a BadOptionError that names the option, the value and the range.
    """

    max_tries: int | None = 10
    """Attempts in a row before the client gives up, from 1. None: it never gives up."""
    base_delay: float = 1.0
    """Upper bound of the first delay, in seconds from 0.001 to 2,000,000."""
    max_delay: float = 30.0
    """Upper bound of every delay, in seconds, at least `base_delay`."""
    from_start: bool = False
    """Whether to keep trying also when the first connection fails."""

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
    """The options a client was made with, described at `PulseMQClient`. All times are seconds."""

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
        check_text("host", self.host)
        if self.host == "":
            raise BadOptionError("host is empty")
        check_text("username", self.username)
        check_text("token", self.token)
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
    """Returns the options that `reconnect=` stands for, or None for no reconnect."""
    if isinstance(given, ReconnectOptions):
        return given
    if given is True:
        return ReconnectOptions()
    if given is False:
        return None
    raise BadOptionError(f"reconnect is {given!r}, expected True, False or ReconnectOptions")


def sub_port_of(given: int | None, pub_port: int) -> int:
    """Returns the port that `sub_port=` stands for. Both ports are checked later, by `Options`."""
    if given is not None:
        return given
    return pub_port + 1 if isinstance(pub_port, int) else pub_port
