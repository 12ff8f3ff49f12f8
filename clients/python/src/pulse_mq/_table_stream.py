"""The subscription of a live table."""

from __future__ import annotations

import asyncio

from ._live_rows import LiveRows
from ._stream_base import StreamBase, StreamOwner
from ._subscribe_options import SubscribeOptions
from .errors import PulseMQError
from .events import SnapshotEnd, TopicStatus
from .message import PulseMessage


class TableStream(StreamBase):
    """Puts each message into the rows. All calls on the loop's thread."""

    def __init__(
        self, namespace: str, pattern: str, rows: LiveRows, owner: StreamOwner, options: SubscribeOptions
    ) -> None:
        super().__init__(namespace, pattern, options, owner)
        self.error: PulseMQError | None = None
        self._rows = rows
        self._loop = asyncio.get_running_loop()
        self._is_decoding = False

    def takes_image(self, topic: str, is_newer: bool) -> bool:
        """An image of what is there already confirms the row."""
        return True

    def deliver(self, message: PulseMessage) -> None:
        """Takes a message. It is decoded after all that have arrived with it: several of one topic are decoded once."""
        if self.is_ended:
            return
        self._rows.put(message)
        if not self._is_decoding:
            self._is_decoding = True
            self._loop.call_soon(self._decode)

    def begin_again(self, request: int | None) -> None:
        """After a reconnect rows are to be confirmed."""
        super().begin_again(request)
        self._rows.begin_confirming()
        self._rows.version += 1

    def on_snapshot_end(self, request: int, end: SnapshotEnd) -> None:
        """Rows that the snapshot did not bring are not confirmed."""
        if self.request is not None and request >= self.request and end.reason != "replaced":
            self._rows.end_confirming()
        super().on_snapshot_end(request, end)

    def on_status(self, status: TopicStatus) -> None:
        """Takes a new status."""
        super().on_status(status)
        self._rows.version += 1

    def end(self, error: PulseMQError | None) -> None:
        """Takes no further messages. Reading the table raises `error`."""
        if self.is_ended:
            return
        self.is_ended = True
        self.error = error
        self._end_snapshot(error)

    def _decode(self) -> None:
        self._is_decoding = False
        self._rows.decode()
