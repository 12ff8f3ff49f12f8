"""The streams that take no messages at present, and the lanes that are not read because of them."""

from __future__ import annotations

from ._lanes import Lane
from ._stream import QueueStream


class PausedStreams:
    """A lane is paused while at least one of its streams is."""

    def __init__(self) -> None:
        self._streams: set[QueueStream] = set()

    def set(self, stream: QueueStream, is_paused: bool) -> bool:
        """Pauses or resumes a stream. Returns True when this pauses or resumes its lane."""
        was_paused = self.has(stream.lane)
        if is_paused:
            self._streams.add(stream)
        else:
            self._streams.discard(stream)
        return self.has(stream.lane) != was_paused

    def has(self, lane: Lane | None) -> bool:
        """True when a lane is paused."""
        return any(one.lane is lane for one in self._streams)

    def lanes(self) -> list[Lane]:
        """Returns the lanes that are paused."""
        return list({stream.lane for stream in self._streams if stream.lane is not None})
