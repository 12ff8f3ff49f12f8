"""The lanes of a client. A lane is one subscriber connection with one delivery policy; the broker allows a session 8 of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ._lane_fills import LaneFills
from ._subscribe_options import DEFAULT_POLICY, Policy
from ._topics import TopicTable
from .errors import LimitReachedError
from .events import Gap

if TYPE_CHECKING:
    from ._background import BackgroundTasks
    from ._history import HistoryChannel
    from ._replay_stream import ReplayStream

LANE_MAX_COUNT: Final = 8


class Lane:
    """Stays for the life of the client, and has a policy while something holds it. It has its own topics: each lane is a stream of its own."""

    def __init__(
        self, index: int, on_gap: Callable[[Gap], None], history: HistoryChannel, background: BackgroundTasks
    ) -> None:
        self.index = index
        self.fills = LaneFills(lambda: self.policy, history, background)
        self.topics = TopicTable(on_gap, self.fills)
        self.policy: Policy = DEFAULT_POLICY
        self._hold_count = 0
        #: The replay that has this lane for itself. None for a lane of ordinary subscriptions.
        self.replay: ReplayStream | None = None

    @property
    def is_replaying(self) -> bool:
        """True while the past of a replay comes: nothing is missing before its messages."""
        return self.replay is not None and not self.replay.progress.is_live

    @property
    def is_free(self) -> bool:
        """True while nothing holds it."""
        return self._hold_count == 0

    def hold(self) -> None:
        """Keeps the policy until `release`. Each subscription holds its lane, and each request that is under way."""
        self._hold_count += 1

    def release(self) -> None:
        """Ends one hold."""
        self._hold_count -= 1
        if self._hold_count == 0:
            self.replay = None
            self.topics.set_replay(None)


class LaneSet:
    """Finds the lane of a policy. All calls on the loop's thread."""

    def __init__(self, on_gap: Callable[[Gap], None], history: HistoryChannel, background: BackgroundTasks) -> None:
        self._lanes = [Lane(index, on_gap, history, background) for index in range(LANE_MAX_COUNT)]

    def __getitem__(self, index: int) -> Lane:
        return self._lanes[index]

    def take(self, policy: Policy) -> Lane:
        """Returns the lane with this policy, or a free one, and holds it. Raises a LimitReachedError when there is none."""
        lane = next(
            (one for one in self._lanes if one.replay is None and not one.is_free and one.policy == policy), None
        )
        if lane is None:
            # Lane 0 is the one that every broker has: it is kept for the default policy while another one is free.
            order = self._lanes if policy == DEFAULT_POLICY else [*self._lanes[1:], self._lanes[0]]
            lane = next((one for one in order if one.is_free), None)
        return self._held(lane, policy, f"({policy})")

    def take_for_replay(self, replay: ReplayStream) -> Lane:
        """Returns a free lane for a replay alone, and holds it. Raises a LimitReachedError when there is none."""
        # Lane 0 is the one that every broker has.
        free = next((one for one in self._lanes[1:] if one.is_free), None)
        lane = self._held(free, DEFAULT_POLICY, "a replay")
        lane.replay = replay
        lane.topics.set_replay(replay.progress)
        return lane

    def _held(self, lane: Lane | None, policy: Policy, use: str) -> Lane:
        if lane is None:
            uses = (
                "a replay" if one.replay is not None else f"({one.policy})" for one in self._lanes if not one.is_free
            )
            raise LimitReachedError(
                f"the subscriptions of this client have {LANE_MAX_COUNT} policies already, the limit is {LANE_MAX_COUNT}, "
                f"and {use} is another: use one of {', '.join(uses)}, or a second client"
            )
        lane.policy = policy
        lane.hold()
        return lane
