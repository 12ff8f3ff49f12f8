"""A replay from the inside: a queue that pauses the broker, and how far the past has come."""

from __future__ import annotations

from typing import Any

from ._replay_progress import ReplayProgress
from ._stream import QueueStream
from ._stream_base import StreamOwner
from .errors import PulseMQError
from .message import PulseMessage


class ReplayStream(QueueStream):
    """Has a lane for itself. All calls on the loop's thread."""

    def __init__(self, namespace: str, pattern: str, limit: int, owner: StreamOwner, options: dict[str, Any]) -> None:
        # Past messages do not become stale, so those without room here wait at the broker.
        super().__init__(namespace, pattern, limit, "pause", owner)
        self.progress = ReplayProgress(f"{namespace}:{pattern}", options)

    def end(self, error: PulseMQError | None) -> None:
        """Takes no further messages. A past that has not ended fails."""
        super().end(error)
        self.progress.fail(error)

    def seek(self, options: dict[str, Any]) -> None:
        """Goes to another place. Messages that wait to be iterated are dropped."""
        self.progress.seek(options)
        self.queue.clear()
        self._pause(False)

    async def arrived(self) -> bool:
        """As before, and wakes the next one that waits: a thread that was interrupted leaves a wait behind, which takes nothing."""
        is_there = await super().arrived()
        if is_there:
            self._wake_one()
        return is_there

    def take_some(self, limit: int) -> list[PulseMessage]:
        """Removes and returns the oldest messages, up to `limit`."""
        return [self.take() for _ in range(min(limit, len(self.queue)))]
