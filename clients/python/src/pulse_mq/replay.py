"""The replays that a client returns."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, Final

from ._core import Core
from ._core_slot import CoreSlot
from ._replay_options import Speed, Time, options_after_seek
from ._replay_stream import ReplayStream
from .errors import ReplayEndedError
from .events import ReplayEnd
from .message import PulseMessage
from .subscription import Subscription

#: Messages that cross from the thread of the connection at a time.
_taken_max_count: Final = 1_000


class Replay(Subscription):
    """Messages of the past, in the order in which the broker accepted them, with `is_replayed`.

    Iterate it with `async for`, as a subscription. The broker sends at the pace of the iteration, so a program that stops iterating pauses
    it. After a lost connection it goes on behind the last message.
    """

    def __init__(self, core: Core, stream: ReplayStream) -> None:
        super().__init__(core, stream)
        self._replay = stream

    @property
    def is_live(self) -> bool:
        """True when the past is over and new messages arrive, with `follow`."""
        return self._replay.progress.is_live

    async def seek(
        self,
        *,
        from_time: Time | None = None,
        to_time: Time | None = None,
        from_sequence: int | None = None,
        to_sequence: int | None = None,
        speed: Speed | None = None,
    ) -> None:
        """Goes to another time or sequence, back or ahead, also after it has gone live. Returns when the broker has accepted it.

        What is None stays as it is; `from_time` or `from_sequence` takes the place of both. Messages that wait to be iterated are dropped, and
        every later one is of the new place. `replay_end` is then its end, and counts from there. Raises a BadOptionError, a
        ReplayEndedError when the replay has ended, and the broker's refusal, which ends it.
        """
        await self.live()
        options = _sought(self._replay, from_time, to_time, from_sequence, to_sequence, speed)
        # Shielded: a caller that stops waiting does not leave the replay between two places.
        await asyncio.shield(self._core.loop.create_task(self._core.streams.seek(self._replay, options)))

    async def replay_end(self) -> ReplayEnd:
        """Returns when the past is over: how many messages there were, and what is missing.

        Messages may still wait to be iterated. Raises a ReplayEndedError when the replay ends early, and what `live` raises.
        """
        if not self._replay.progress.has_ended:
            await self.live()
        return await self._replay.progress.end()


class BlockingReplay:
    """As `Replay`, for callers without an event loop: iterate it with `for`. The iteration blocks while no message is there.

    It ends with `close()`, with the `with` statement, or when the past is over, but not with `break` alone.
    """

    def __init__(self, slot: CoreSlot, core: Core, stream: ReplayStream) -> None:
        self._slot = slot
        self._core = core
        self._stream = stream
        self._taken: deque[PulseMessage] = deque()

    @property
    def namespace(self) -> str:
        """The namespace, `default` for an empty one."""
        return self._stream.namespace

    @property
    def pattern(self) -> str:
        """The pattern."""
        return self._stream.pattern

    @property
    def is_live(self) -> bool:
        """True when the past is over and new messages arrive, with `follow`."""
        return self._stream.progress.is_live

    def replay_end(self) -> ReplayEnd:
        """As `Replay.replay_end`. Iterate before, or in another thread: a full queue pauses the replay."""
        return self._slot.wait_for(lambda core: self._stream.progress.end(), is_long=True)

    def seek(
        self,
        *,
        from_time: Time | None = None,
        to_time: Time | None = None,
        from_sequence: int | None = None,
        to_sequence: int | None = None,
        speed: Speed | None = None,
    ) -> None:
        """As `Replay.seek`. Call it in the thread that iterates."""

        async def seek(core: Core) -> None:
            options = _sought(self._stream, from_time, to_time, from_sequence, to_sequence, speed)
            self._taken.clear()
            await core.streams.seek(self._stream, options)

        self._slot.wait_for(seek)

    def close(self) -> None:
        """Ends the replay. Returns when the broker has confirmed it. Messages that wait to be iterated remain."""
        self._slot.stop(self._core, self._stream)

    def __iter__(self) -> BlockingReplay:
        return self

    def __next__(self) -> PulseMessage:
        while not self._taken:
            if self._slot.core is not self._core:
                self._take_last()
                break
            # Two steps: one that is interrupted while it waits has taken nothing.
            if not self._slot.wait_for(lambda core: self._stream.arrived(), is_long=True):
                raise StopIteration
            self._taken.extend(self._slot.wait_for(lambda core: self._take()))
        return self._taken.popleft()

    def _take_last(self) -> None:
        """The client is closed, and its thread has ended: what has arrived can still be iterated."""
        self._taken.extend(self._stream.take_some(len(self._stream.queue)))
        if not self._taken:
            self._stream.raise_end()
            raise StopIteration

    async def _take(self) -> list[PulseMessage]:
        return self._stream.take_some(_taken_max_count)

    def __enter__(self) -> BlockingReplay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _sought(
    stream: ReplayStream,
    from_time: Time | None,
    to_time: Time | None,
    from_sequence: int | None,
    to_sequence: int | None,
    speed: Speed | None,
) -> dict[str, Any]:
    if stream.is_ended:
        subject = f"{stream.namespace}:{stream.pattern}"
        raise ReplayEndedError(
            f"the replay of {subject} has ended: begin another one; with follow it stays open", "closed"
        )
    return options_after_seek(stream.progress.options, from_time, to_time, from_sequence, to_sequence, speed)
