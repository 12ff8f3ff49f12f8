"""The comparisons of sequence numbers that run in the background after a reconnect."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ._connection import Connection
from ._head_check import HeadCheck, SnapshotMarkers
from ._lanes import LaneSet
from ._notifier import Notifier
from ._subscribe_options import SubscriptionKey
from .errors import NotConnectedError, PulseMQError


class HeadChecks:
    """Starts and stops the checks of one client. All calls on the loop's thread."""

    def __init__(self, lanes: LaneSet, markers: SnapshotMarkers, notifier: Notifier) -> None:
        self._lanes = lanes
        self._markers = markers
        self._notifier = notifier
        self._running: set[asyncio.Task[None]] = set()

    def start(self, connection: Connection, keys: Iterable[SubscriptionKey]) -> None:
        """Looks for missed messages of these subscriptions. It waits for everything that has not been read yet."""
        wanted = [key for key in keys if not self._lanes[key.lane].is_replaying]
        if any(self._lanes[key.lane].topics.namespaces() for key in wanted):
            check = asyncio.ensure_future(self._run(HeadCheck(connection, self._markers), wanted))
            self._running.add(check)
            check.add_done_callback(self._running.discard)

    def stop(self) -> None:
        """Cancels all checks."""
        for check in self._running:
            check.cancel()

    async def _run(self, check: HeadCheck, wanted: list[SubscriptionKey]) -> None:
        try:
            await check.run([(self._lanes[lane], namespace, pattern) for lane, namespace, pattern in wanted])
        except (NotConnectedError, TimeoutError):
            # The connection is lost again. The next one compares again.
            return
        except PulseMQError as error:
            self._notifier.error(error, "comparing the sequence numbers after the reconnect")
