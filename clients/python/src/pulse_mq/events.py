"""The events that a client reports through its callbacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Gap:
    """Messages of one topic are missing."""

    namespace: str
    topic: str
    epoch_changed: bool
    """The sequence numbers have started again, so that the number of missing messages is unknown."""
    first: int | None
    """The first missing sequence number. None when `epoch_changed`."""
    last: int | None
    """The last missing sequence number. None when `epoch_changed`."""

    @property
    def missed_count(self) -> int | None:
        """The number of missing messages. None when `epoch_changed`."""
        return None if self.first is None or self.last is None else self.last - self.first + 1

    def __str__(self) -> str:
        if self.epoch_changed:
            return f"{self.namespace}:{self.topic}: a new epoch has begun, an unknown number of messages is missing"
        numbers = f"sequence {self.first} to {self.last}"
        return f"{self.namespace}:{self.topic}: {self.missed_count} messages are missing, {numbers}"


@dataclass(frozen=True)
class SlowNotice:
    """The queue of a subscription is full and drops messages. Reported once, and again after the queue has been empty."""

    namespace: str
    pattern: str
    dropped_count: int
    """Messages that the queue has dropped so far."""

    def __str__(self) -> str:
        return f"{self.namespace}:{self.pattern} is read too slowly: its full queue has dropped {self.dropped_count} messages"


@dataclass(frozen=True)
class SnapshotEnd:
    """Every last value of a subscription with `snapshot=True` has arrived."""

    namespace: str
    pattern: str
    count: int
    """The number of last values that the broker sent. A topic that was published to meanwhile has a new message in place of one."""
    left_out: int
    """Topics whose last value the broker had no room to keep."""
    reason: str
    """`complete`; `revoked` or `deleted` when the right or the namespace went, and the snapshot ended early."""


@dataclass(frozen=True)
class ReplayMissing:
    """What a replay could not give, as far as the broker and the sequences tell. Times are Unix seconds."""

    removed_until: float | None
    """The broker has removed messages of before this time (retention). None when it has not."""
    not_stored: tuple[tuple[float, float | None], ...]
    """Times in which the broker delivered messages and could not store them. The end is None while that lasts."""
    missed_count: int
    """Messages that are missing between others of their topic. Each was also reported as a gap."""


@dataclass(frozen=True)
class ReplayEnd:
    """The past of a replay is over."""

    count: int
    """Messages of the past that have arrived."""
    is_live: bool
    """New messages follow."""
    missing: ReplayMissing


@dataclass(frozen=True)
class TopicStatus:
    """Whether the source of a topic is alive, by the broker's freshness rules."""

    namespace: str
    topic: str
    state: str
    """`live`, `stale`, `deleted` or `unreachable`. A topic is stale only where a freshness rule says how old its value may be."""
    publisher: str
    """`present`, or `gone` when all sessions that published to it in the last minute have ended."""
    since: float
    """When the state began, by the broker's clock, in Unix seconds with microseconds."""
    reason: str | None
    """`silent`, `publisher_gone`, `never_started`, `outside_hours` or None."""
    max_age_ms: int | None
    """The age from which the value is stale, by the rule of the topic. None without a rule."""


@dataclass(frozen=True)
class ConnectionEvent:
    """The connection of a client has changed."""

    kind: Literal["connected", "disconnected", "reconnecting", "reconnected", "closed"]
    """What has happened. After `closed` the client has given up, or was closed."""
    error: Exception | None = None
    """The cause, with `disconnected`, and with `closed` when the client gave up."""
    will_reconnect: bool = False
    """With `disconnected`: whether the client reconnects."""
    try_count: int = 0
    """With `reconnecting` and `reconnected`: the number of the attempt, from 1."""
    delay: float = 0.0
    """With `reconnecting`: seconds until the attempt."""
    server: str | None = None
    """With `connected` and `reconnected`: name and version of the broker. None for the broker of 0.3.0."""
    epoch: int | None = None
    """With `connected` and `reconnected`: the epoch of the broker's sequence numbers. None for the broker of 0.3.0."""


OnGap = Callable[[Gap], object]
OnSlow = Callable[[SlowNotice], object]
OnError = Callable[[Exception], object]
OnSnapshotEnd = Callable[[SnapshotEnd], object]
OnStatus = Callable[[TopicStatus], object]
OnConnection = Callable[[ConnectionEvent], object]
