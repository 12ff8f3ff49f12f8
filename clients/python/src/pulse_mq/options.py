"""The options of a client, and their checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from ._checks import check_callback, check_integer, check_queue, check_seconds, check_text, check_word
from ._security import Security
from ._servers import ServerAddress, server_address_of
from .errors import BadOptionError
from .events import OnConnection, OnError, OnGap, OnSlow

DEFAULT_HOST: Final = "localhost"
DEFAULT_PUB_PORT: Final = 5555

FullPolicy = Literal["drop_oldest", "drop_newest", "pause"]
InFlightPolicy = Literal["fail", "retry"]
FillPolicy = bool | Literal["all"]


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

    servers: tuple[ServerAddress, ...]
    username: str
    token: str = field(repr=False)
    security: Security = field(repr=False)
    api_url: str | None
    reconnect: ReconnectOptions | None
    in_flight: InFlightPolicy
    connect_timeout: float
    request_timeout: float
    ping_interval: float
    ping_timeout: float
    max_pending: int
    queue_limit: int
    on_full: FullPolicy
    fill_gaps: FillPolicy
    on_gap: OnGap | None
    on_slow: OnSlow | None
    on_error: OnError | None
    on_connection: OnConnection | None

    def __post_init__(self) -> None:
        check_text("username", self.username)
        check_text("token", self.token)
        check_api_url(self.api_url)
        check_word("in_flight", self.in_flight, ("fail", "retry"))
        for name in ("connect_timeout", "request_timeout", "ping_interval", "ping_timeout"):
            check_seconds(name, getattr(self, name))
        check_integer("max_pending", self.max_pending, 1, 1_000_000_000)
        check_queue(self.queue_limit, self.on_full)
        if not isinstance(self.fill_gaps, bool) and self.fill_gaps != "all":
            raise BadOptionError(f"fill_gaps is {self.fill_gaps!r}, expected True, False or 'all'")
        for name in ("on_gap", "on_slow", "on_error", "on_connection"):
            check_callback(name, getattr(self, name))


def check_api_url(given: str | None) -> None:
    """Checks that it is None, or an address such as `http://localhost:8080`."""
    if given is None:
        return
    check_text("api_url", given)
    try:
        parts = urlsplit(given)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # The host or the port cannot be parsed.
        is_url = False
    if not is_url:
        raise BadOptionError(f"api_url is {given!r}, expected an address such as http://localhost:8080")


def reconnect_of(given: bool | ReconnectOptions) -> ReconnectOptions | None:
    """Returns the options that `reconnect=` stands for, or None for no reconnect."""
    if isinstance(given, ReconnectOptions):
        return given
    if given is True:
        return ReconnectOptions()
    if given is False:
        return None
    raise BadOptionError(f"reconnect is {given!r}, expected True, False or ReconnectOptions")


def servers_of(
    servers: Sequence[str] | None, host: str, pub_port: int, sub_port: int | None
) -> tuple[ServerAddress, ...]:
    """Returns the addresses that these options stand for. Raises a BadOptionError."""
    if servers is None:
        check_text("host", host)
        if host == "":
            raise BadOptionError("host is empty")
        check_integer("pub_port", pub_port, 1, 65_535)
        if sub_port is None:
            sub_port = pub_port + 1
        check_integer("sub_port", sub_port, 1, 65_535)
        return (ServerAddress(host, pub_port, sub_port),)
    if (host, pub_port, sub_port) != (DEFAULT_HOST, DEFAULT_PUB_PORT, None):
        raise BadOptionError("give either servers, or host, pub_port and sub_port")
    if isinstance(servers, str) or len(servers) == 0:
        raise BadOptionError(f"servers is {servers!r}, expected a list of 'host:pubPort'")
    return tuple(_address_of(one) for one in servers)


def _address_of(given: object) -> ServerAddress:
    address = server_address_of(given)
    if address is None:
        raise BadOptionError(f"servers has {given!r}, expected 'host:pubPort' or 'host:pubPort/subPort'")
    return address
