"""What a client tells through its callbacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Gap:
    """Messages of one topic that did not arrive."""

    namespace: str
    topic: str
    epoch_changed: bool
    """The broker counts from 1 again: nobody knows how many are missing."""
    first: int | None
    """First missing sequence; None when `epoch_changed`."""
    last: int | None
    """Last missing sequence; None when `epoch_changed`."""

    @property
    def missed_count(self) -> int | None:
        """How many are missing; None when `epoch_changed`."""
        return None if self.first is None or self.last is None else self.last - self.first + 1

    def __str__(self) -> str:
        if self.epoch_changed:
            return f"{self.namespace}:{self.topic} starts a new epoch: an unknown number of messages is missing"
        return f"{self.namespace}:{self.topic} misses {self.missed_count} messages, {self.first} to {self.last}"


@dataclass(frozen=True)
class SlowNotice:
    """A subscription's queue was full. Told once, until the queue has been empty again."""

    namespace: str
    pattern: str
    dropped_count: int
    """Messages its queue has lost so far."""

    def __str__(self) -> str:
        return f"{self.namespace}:{self.pattern} is read too slowly: its queue has lost {self.dropped_count} messages"


@dataclass(frozen=True)
class ConnectionEvent:
    """The connection of a client has changed."""

    kind: Literal["connected", "disconnected", "reconnecting", "reconnected", "closed"]
    error: Exception | None = None
    """Why it was lost; of `disconnected` and, when the client gave up, of `closed`."""
    will_reconnect: bool = False
    """Of `disconnected`: it is tried again."""
    try_count: int = 0
    """Of `reconnecting` and `reconnected`: which try, from 1."""
    delay: float = 0.0
    """Of `reconnecting`: seconds until the try."""
    server: str | None = None
    """Of `connected` and `reconnected`: name and version of the broker; None for the one of 0.3.0."""
    epoch: int | None = None


OnGap = Callable[[Gap], object]
OnSlow = Callable[[SlowNotice], object]
OnError = Callable[[Exception], object]
OnConnection = Callable[[ConnectionEvent], object]
