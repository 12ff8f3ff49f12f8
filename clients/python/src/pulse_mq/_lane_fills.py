"""Which gaps of a lane are filled, and by what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ._background import BackgroundTasks
from ._gap_fill import Fills, GapFill
from ._history import HistoryAnswer, HistoryChannel, HistoryQuestion
from ._subscribe_options import Policy

if TYPE_CHECKING:
    from ._topic import Topic


class LaneFills(Fills):
    """Asks the broker's journal. All calls on the loop's thread."""

    def __init__(self, policy: Callable[[], Policy], history: HistoryChannel, background: BackgroundTasks) -> None:
        self._policy = policy
        self._history = history
        self._background = background
        self._is_paused = False
        self._waiters: list[asyncio.Future[None]] = []

    def may_fill(self, topic: Topic) -> bool:
        """A lane that conflates does not want every message; and a slow reader does not get back what it has lost, unless asked for."""
        on_slow, max_rate = self._policy()
        if on_slow == "conflate" or max_rate is not None or not self._history.can_ask(topic.namespace):
            return False
        return self._history.fills_own_drops or topic.drop_count == self.drop_count

    def start(self, fill: GapFill) -> None:
        """Runs a fill in the background."""
        self._background.start(fill.run(self))

    async def ask(self, question: HistoryQuestion, patience: float) -> HistoryAnswer:
        """Returns messages of the journal. Raises a PulseMQError."""
        return await self._history.ask(question, patience)

    def set_paused(self, is_paused: bool) -> None:
        """Called when the first subscription of the lane is paused, and when the last one takes messages again."""
        self._is_paused = is_paused
        if not is_paused:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    async def roomy(self) -> None:
        """Returns when no subscription of the lane is paused."""
        while self._is_paused:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
