"""The streams of a client, found by their key at the broker."""

from __future__ import annotations

from collections.abc import Iterator

from ._lanes import Lane
from ._stream_base import StreamBase
from ._subscribe_options import SubscriptionKey


class StreamIndex:
    """Streams in the order in which they were started. Each is in the topics of its lane, and holds it."""

    def __init__(self) -> None:
        #: Dicts as ordered sets.
        self._streams: dict[StreamBase, None] = {}
        self._with_status: dict[StreamBase, None] = {}
        self._by_key: dict[SubscriptionKey, list[StreamBase]] = {}

    def __iter__(self) -> Iterator[StreamBase]:
        """Yields the streams that there are now, also while some are removed."""
        return iter(list(self._streams))

    def __contains__(self, stream: StreamBase) -> bool:
        return stream in self._streams

    @property
    def keys(self) -> set[SubscriptionKey]:
        """The keys of all streams."""
        return set(self._by_key)

    def has(self, key: SubscriptionKey) -> bool:
        """True when a stream has this key."""
        return key in self._by_key

    def of(self, key: SubscriptionKey) -> list[StreamBase]:
        """Returns the streams with this key."""
        return list(self._by_key.get(key, ()))

    def with_status(self, lane: Lane, namespace: str) -> list[StreamBase]:
        """Returns the streams of a lane and a namespace that asked for statuses."""
        return [one for one in self._with_status if one.lane is lane and one.namespace == namespace]

    def lanes(self) -> set[Lane]:
        """Returns the lanes of all streams."""
        return {stream.lane for stream in self._streams if stream.lane is not None}

    def add(self, stream: StreamBase) -> None:
        """Adds a stream that has a lane."""
        assert stream.lane is not None
        self._streams[stream] = None
        self._by_key.setdefault(stream.key, []).append(stream)
        if stream.options.status:
            self._with_status[stream] = None
        stream.lane.topics.add(stream)

    def remove(self, stream: StreamBase) -> None:
        """Removes a stream, which releases its lane."""
        assert stream.lane is not None
        del self._streams[stream]
        rest = [one for one in self._by_key[stream.key] if one is not stream]
        if rest:
            self._by_key[stream.key] = rest
        else:
            del self._by_key[stream.key]
        self._with_status.pop(stream, None)
        stream.lane.topics.remove(stream)
        stream.lane.release()
