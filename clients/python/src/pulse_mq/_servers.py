"""The brokers that a client may use, in the order in which it tries them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_address: Final = re.compile(r"(?:\[([^\]]+)\]|([^:/\[\]]+)):(\d{1,5})(?:/(\d{1,5}))?")
_port_max: Final = 65_535


class ServerAddress(NamedTuple):
    """Where a broker listens."""

    host: str
    pub_port: int
    sub_port: int


def server_address_of(text: object) -> ServerAddress | None:
    """Reads `host:pubPort` or `host:pubPort/subPort`, with an IPv6 address in brackets. None for anything else.

    Without `/subPort` the subscriber port is the next one.
    """
    match = _address.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    bracketed, plain, pub, sub = match.groups()
    pub_port = int(pub)
    sub_port = pub_port + 1 if sub is None else int(sub)
    if not all(1 <= port <= _port_max for port in (pub_port, sub_port)):
        return None
    return ServerAddress(bracketed or plain, pub_port, sub_port)


class Servers:
    """The order is random, and made once: so the clients of a broker that is lost spread over all others."""

    def __init__(self, given: Iterable[ServerAddress]) -> None:
        self._list = list(given)
        random.shuffle(self._list)
        self._at = 0

    def __len__(self) -> int:
        return len(self._list)

    @property
    def current(self) -> ServerAddress:
        """The one to connect to."""
        return self._list[self._at]

    def next(self) -> None:
        """Goes on to the next one: the current one cannot be used."""
        self._at = (self._at + 1) % len(self._list)

    def learn(self, texts: object) -> None:
        """Adds those that a broker has named, behind those that are known. Skips texts that are not addresses."""
        found = [server_address_of(text) for text in texts] if isinstance(texts, list) else []
        new = [one for one in found if one is not None and one not in self._list]
        random.shuffle(new)
        self._list += new
