"""Finds after a reconnect what was missed meanwhile, also in topics that stay silent.

The broker tells the last sequence of each topic. A message up to that one may still be on its way, so nothing is reported before
everything has arrived: the client asks for a snapshot of a topic that does not exist, whose end comes behind it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable

from . import _wire
from ._connection import Connection
from ._lanes import Lane
from ._subscribe_options import SubRequest, SubscriptionKey
from ._topic import Head

#: With more patterns than this in a namespace, one query for all topics costs the broker less than one for each pattern.
_pattern_max_count = 8
#: Requests for snapshots have a number of 32 bits.
_request_max = 0xFFFF_FFFF


class SnapshotMarkers:
    """Numbers the requests for snapshots, and waits for the ends of some. All calls on the loop's thread."""

    def __init__(self) -> None:
        self._last_request = 0
        #: The lane of each snapshot that is waited for, and a future that is True when its end has come.
        self._ends: dict[int, tuple[Lane, asyncio.Future[bool]]] = {}

    def next_request(self) -> int:
        """Returns a number that has not been used, from 1."""
        self._last_request = self._last_request % _request_max + 1
        return self._last_request

    def expect(self, lane: Lane) -> tuple[int, asyncio.Future[bool]]:
        """Returns a number, and a future of the end of the snapshot with that number. It is False when the link of the lane is lost."""
        request = self.next_request()
        end: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._ends[request] = lane, end
        return request, end

    def on_end(self, request: int) -> None:
        """Called with the end of each snapshot."""
        _, end = self._ends.get(request, (None, None))
        if end is not None and not end.done():
            end.set_result(True)

    def on_lane_closed(self, lane: Lane) -> None:
        """Called when the link of a lane alone is lost: no end will come on it."""
        for one, end in self._ends.values():
            if one is lane and not end.done():
                end.set_result(False)

    def forget(self, request: int) -> None:
        """Waits for an end no longer."""
        del self._ends[request]


class HeadCheck:
    """The check of one connection. All calls on the loop's thread."""

    def __init__(self, connection: Connection, markers: SnapshotMarkers) -> None:
        self._connection = connection
        self._markers = markers
        self._heads: dict[tuple[str, str], list[Head]] = {}

    async def run(self, wanted: Iterable[tuple[Lane, str, str]]) -> None:
        """Compares the topics of these subscriptions, each a lane, a namespace and a pattern. Raises a PulseMQError."""
        if not (
            self._connection.has_feature(_wire.FEATURE_HEADS) and self._connection.has_feature(_wire.FEATURE_SNAPSHOT)
        ):
            return
        patterns: dict[str, set[str]] = {}
        lanes: dict[Lane, set[str]] = {}
        for lane, namespace, pattern in wanted:
            patterns.setdefault(namespace, set()).add(pattern)
            lanes.setdefault(lane, set()).add(namespace)
        for lane, namespaces in lanes.items():
            for namespace in sorted(namespaces & lane.topics.namespaces()):
                await self._compare(lane, namespace, patterns[namespace])

    async def _compare(self, lane: Lane, namespace: str, patterns: set[str]) -> None:
        heads = await self._all_heads(namespace, patterns)
        behind = lane.topics.behind(namespace, heads)
        has_open_ends = lane.topics.has_open_ends(namespace, heads)
        if (behind or has_open_ends) and not await self._everything_arrived(lane, namespace):
            return
        if has_open_ends:
            # The end of the snapshot has waited for the other brokers to say what they have sent: now it is known here, too.
            self._heads.clear()
            heads = await self._all_heads(namespace, patterns)
            behind = lane.topics.behind(namespace, heads)
            if behind and not await self._everything_arrived(lane, namespace):
                return
        lane.topics.report_behind(behind)
        lane.topics.compared(namespace, heads)

    async def _all_heads(self, namespace: str, patterns: set[str]) -> list[Head]:
        heads: list[Head] = []
        for pattern in sorted(patterns) if len(patterns) <= _pattern_max_count else (">",):
            heads += await self._heads_of(namespace, pattern)
        return heads

    async def _heads_of(self, namespace: str, pattern: str) -> list[Head]:
        known = self._heads.get((namespace, pattern))
        if known is None:
            known = self._heads[namespace, pattern] = await self._connection.heads(namespace, pattern)
        return known

    async def _everything_arrived(self, lane: Lane, namespace: str) -> bool:
        """Returns when everything that the broker had accepted for a lane has arrived, however slowly it is read.

        Returns False when the link of the lane alone was lost: there is another check when it is back.
        """
        key = SubscriptionKey(lane.index, namespace, f"_marker_{secrets.token_hex(8)}")
        request, end = self._markers.expect(lane)
        lane.hold()
        try:
            await self._connection.subscribe(key, SubRequest(lane.policy, snapshot=request))
            return await end
        finally:
            self._markers.forget(request)
            await self._connection.unsubscribe(key)
            lane.release()
