"""What every subscription has from the inside: its lane, the state of its snapshot, and the statuses of its topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ._lanes import Lane
from ._subscribe_options import SubscribeOptions, SubscriptionKey
from .errors import NotConnectedError, PulseMQError
from .events import SlowNotice, SnapshotEnd, TopicStatus
from .message import PulseMessage

_Event = TypeVar("_Event")


class StreamOwner(Protocol):
    """What a stream asks of its client."""

    def set_paused(self, stream: Any, is_paused: bool) -> None:
        """Stops or resumes reading from the broker."""

    def on_slow(self, notice: SlowNotice) -> None:
        """Reports a queue that has lost messages."""

    def on_callback_error(self, error: Exception, where: str) -> None:
        """Reports an error that no call can raise."""


class StreamBase:
    """All calls on the loop's thread."""

    #: True where a caller waits or reads, so that the error that ends the stream is raised there. Else it is reported.
    raises_its_end = True

    def __init__(self, namespace: str, pattern: str, options: SubscribeOptions, owner: StreamOwner) -> None:
        self.namespace = namespace
        self.pattern = pattern
        self.options = options
        self.is_ended = False
        #: The lane that delivers, from the start to the end of the stream.
        self.lane: Lane | None = None
        #: The number of the snapshot that was asked for and has not ended.
        self.request: int | None = None
        #: The last end of a snapshot.
        self.snapshot_end: SnapshotEnd | None = None
        #: The newest status of each topic that had one.
        self.statuses: dict[str, TopicStatus] = {}
        #: Topics with a message before the first snapshot has ended: an image of those must be newer. None afterwards.
        self._seen: set[str] | None = set() if options.snapshot else None
        self._owner = owner
        self._end_waiters: list[asyncio.Future[None]] = []
        self._end_error: PulseMQError | None = None

    @property
    def key(self) -> SubscriptionKey:
        """What it is at the broker. Only while it has a lane."""
        assert self.lane is not None
        return SubscriptionKey(self.lane.index, self.namespace, self.pattern)

    def takes_image(self, topic: str, is_newer: bool) -> bool:
        """True when an image is for this stream. `is_newer`: newer than everything that the lane has delivered of the topic.

        An image that is as new as what the lane has delivered is new to a stream that has begun since.
        """
        if not self.options.snapshot:
            return False
        return is_newer or (self._seen is not None and topic not in self._seen)

    def begin_again(self, request: int | None) -> None:
        """Called with each SUB. `request` is the number of the snapshot that it asks for."""
        if request is not None and self.options.snapshot:
            self.request = request
        # The broker sends the statuses that say something, and not those that have become live meanwhile.
        self.statuses.clear()

    def on_snapshot_end(self, request: int, end: SnapshotEnd) -> None:
        """Takes the end of a snapshot. One that was replaced is not the last: the end of the newer one follows."""
        if self.request is None or request < self.request or end.reason == "replaced":
            return
        self.request = None
        self._seen = None
        self.snapshot_end = end
        self._wake_end_waiters()
        self._call(self.options.on_snapshot_end, end, "on_snapshot_end")

    def on_status(self, status: TopicStatus) -> None:
        """Takes a new status of a topic that matches."""
        self.statuses[status.topic] = status
        self._call(self.options.on_status, status, "on_status")

    def deliver(self, message: PulseMessage) -> None:
        """Takes one message."""
        raise NotImplementedError

    def end(self, error: PulseMQError | None) -> None:
        """Takes no further messages. `error` is the cause, None when it was ended by its owner."""
        raise NotImplementedError

    async def first_snapshot_end(self) -> SnapshotEnd:
        """Returns the last end of a snapshot, and waits for the first one. Raises the cause when the stream ends before."""
        while self.snapshot_end is None:
            if self.is_ended:
                raise self._end_error or NotConnectedError("the subscription ended before its snapshot")
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._end_waiters.append(waiter)
            await waiter
        return self.snapshot_end

    def _end_snapshot(self, error: PulseMQError | None) -> None:
        """Wakes what waits for the snapshot of a stream that has ended."""
        self._end_error = error
        self._wake_end_waiters()

    def _wake_end_waiters(self) -> None:
        waiters, self._end_waiters = self._end_waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _call(self, callback: Callable[[_Event], object] | None, event: _Event, name: str) -> None:
        if callback is None or self.is_ended:
            return
        try:
            callback(event)
        except Exception as error:
            self._owner.on_callback_error(error, f"{name} of {self.namespace}:{self.pattern}")
