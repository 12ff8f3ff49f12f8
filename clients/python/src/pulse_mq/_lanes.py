"""The lanes of a client. A lane is one subscriber connection with one delivery policy; the broker allows a session 8 of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ._subscribe_options import DEFAULT_POLICY, Policy
from ._topics import TopicTable
from .errors import LimitReachedError
from .events import Gap

LANE_MAX_COUNT: Final = 8


class Lane:
    """Stays for the life of the client, and has a policy while something holds it. It has its own topics: each lane is a stream of its own."""

    def __init__(self, index: int, on_gap: Callable[[Gap], None]) -> None:
        self.index = index
        self.topics = TopicTable(on_gap)
        self.policy: Policy = DEFAULT_POLICY
        self._hold_count = 0

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


class LaneSet:
    """Finds the lane of a policy. All calls on the loop's thread."""

    def __init__(self, on_gap: Callable[[Gap], None]) -> None:
        self._lanes = [Lane(index, on_gap) for index in range(LANE_MAX_COUNT)]

    def __getitem__(self, index: int) -> Lane:
        return self._lanes[index]

    def take(self, policy: Policy) -> Lane:
        """Returns the lane with this policy, or a free one, and holds it. Raises a LimitReachedError when there is none."""
        lane = next((one for one in self._lanes if not one.is_free and one.policy == policy), None)
        if lane is None:
            # Lane 0 is the one that every broker has: it is kept for the default policy while another one is free.
            order = self._lanes if policy == DEFAULT_POLICY else [*self._lanes[1:], self._lanes[0]]
            lane = next((one for one in order if one.is_free), None)
        if lane is None:
            present = ", ".join(f"({one.policy})" for one in self._lanes)
            raise LimitReachedError(
                f"the subscriptions of this client have {LANE_MAX_COUNT} policies already, the limit is {LANE_MAX_COUNT}, "
                f"and ({policy}) is another: use one of {present}, or a second client"
            )
        lane.policy = policy
        lane.hold()
        return lane
