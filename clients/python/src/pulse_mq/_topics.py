"""Finds the subscriptions that a delivery of a lane goes to, and the gaps in the sequence numbers of each topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import _wire, _zmtp
from ._gap_fill import Fills
from ._names import is_literal, matches
from ._replay_progress import ReplayProgress
from ._sequences import Sequences
from ._topic import Behind, Head, KnownRoute, Subscriber, Topic
from .events import Gap
from .message import received

_block_size = _wire.BLOCK.size
_block_version = _wire.BLOCK_VERSION
#: The head of the header frame, and its first byte.
_header_start = bytes((_zmtp.MORE, _wire.HEADER.size, _wire.VERSION))
_short_max_bytes = 255
_past_bits = _wire.SNAPSHOT_BIT | _wire.REPLAYED_BIT


class TopicTable:
    """Topics by the key of their deliveries, `namespace:topic` in bytes.

    A new topic is matched against the patterns once. Patterns without a wildcard are found by the key itself.
    """

    def __init__(self, on_gap: Callable[[Gap], None], fills: Fills | None = None) -> None:
        """`fills`: what is done for a gap. By default it is reported to `on_gap`."""
        self._topics: dict[bytes, Topic] = {}
        #: The route of the last delivery of each topic, by the bytes that its deliveries begin with.
        self.routes: dict[bytes, KnownRoute] = {}
        self._all: dict[Subscriber, None] = {}
        self._literal: dict[bytes, list[Subscriber]] = {}
        self._wildcard: dict[Subscriber, None] = {}
        self._fills = fills or Fills()
        #: The block of the newest live message, as far as it was noted; that of an image only before the first.
        self._newest = b""
        self._sequences = Sequences(on_gap, self._fills, self.routes)
        #: Returns where a delivery with this block goes.
        self.receivers = self._sequences.receivers

    def deliver(self, frames: list[bytes]) -> None:
        """Reports a gap before this delivery, then hands the message to every subscription that matches.

        `frames` are the key, header, namespace, topic, username, payload and reserved frames. DeliveryReader does the same by itself for
        a delivery whose route is known.
        """
        key, header, _, _, username, payload, reserved = frames
        topic = self._topics.get(key)
        if topic is None:
            topic = self._new_topic(key)
            if topic is None:
                return
        known = topic.known
        if known is None or known.route.username_bytes != username:
            known = self._new_route(topic, frames)
        delivers = topic.delivers
        if len(reserved) >= _block_size and reserved[0] == _block_version:
            delivers = self.receivers(topic, reserved)
            self.note_newest(reserved)
        message = received(known.route, header, payload, reserved)
        for deliver in delivers:
            deliver(message)

    def note_newest(self, block: bytes) -> None:
        """Notes the block of a message that has just arrived. Images and messages of a replay may be older than what came before them."""
        if not self._newest or not block[1] & _past_bits:
            self._newest = block

    def start_over(self, subscriber: Subscriber) -> None:
        """Forgets where the topics of the only subscription stand, and what of them is being filled."""
        for topic in self._topics.values():
            if topic.fill is not None:
                topic.fill.drop()
        self.remove(subscriber)
        self.add(subscriber)

    def set_replay(self, progress: ReplayProgress | None) -> None:
        """The lane is that of a replay from now on, or not any more."""
        self._sequences.replay = progress

    def namespaces(self) -> set[str]:
        """The namespaces of topics that have had a delivery."""
        return {topic.namespace for topic in self._topics.values()}

    def behind(self, namespace: str, heads: Iterable[Head]) -> list[Behind]:
        """Returns the topics whose last sequence at the broker is not that of their last delivery. The rest may be on the way."""
        found = []
        for head in heads:
            topic = self._topics.get(f"{namespace}:{head.topic}".encode())
            if topic is None or topic.is_new or topic.last(head.epoch) >= head.sequence:
                continue
            found.append(Behind(topic, head))
        return found

    def report_behind(self, behind: Iterable[Behind]) -> None:
        """Reports what has not arrived of topics that were behind, when everything before that has arrived."""
        for topic, head in behind:
            self._sequences.report_head(topic, head)

    def has_open_ends(self, namespace: str, heads: Iterable[Head]) -> bool:
        """True when a stream that ticked last before the connection was lost may not be among these of the broker."""
        listed = _epochs_of(heads)
        return any(topic.fill or topic.open_ends(listed.get(topic.name, set())) for topic in self._in(namespace))

    def compared(self, namespace: str, heads: Iterable[Head]) -> None:
        """Reports which streams of a namespace the broker does not list, when everything that it counts has arrived."""
        listed = _epochs_of(heads)
        for topic in self._in(namespace):
            self._sequences.compared(topic, listed.get(topic.name, set()))

    def _in(self, namespace: str) -> list[Topic]:
        return [topic for topic in self._topics.values() if topic.namespace == namespace]

    def resume(self) -> None:
        """The connection is a new one: every stream may have gone on meanwhile."""
        self._fills.since_us = _wire.BLOCK.unpack_from(self._newest)[5] if self._newest else 0
        for topic in self._topics.values():
            self._sequences.resume(topic)

    def end_streams(self, epochs: set[int]) -> None:
        """Reports that the ends of these streams are unknown, in every topic that has had a delivery of one."""
        for topic in list(self._topics.values()):
            self._sequences.end_streams(topic, epochs)

    def add(self, subscriber: Subscriber) -> None:
        """Delivers to this subscription from now on."""
        self._all[subscriber] = None
        if is_literal(subscriber.pattern):
            key = _key_of(subscriber)
            self._literal.setdefault(key, []).append(subscriber)
            topic = self._topics.get(key)
            if topic is not None:
                topic.set_subscribers([*topic.subscribers, subscriber])
            return
        self._wildcard[subscriber] = None
        for topic in self._topics.values():
            if _wants(subscriber, topic.namespace, topic.name):
                topic.set_subscribers([*topic.subscribers, subscriber])

    def remove(self, subscriber: Subscriber) -> None:
        """Delivers to this subscription no further.

        A topic without subscriptions is forgotten: when it is subscribed to again, the messages in between are not a gap.
        """
        if subscriber not in self._all:
            return
        del self._all[subscriber]
        if is_literal(subscriber.pattern):
            key = _key_of(subscriber)
            rest = [one for one in self._literal[key] if one is not subscriber]
            if rest:
                self._literal[key] = rest
            else:
                del self._literal[key]
            self._remove_from(key, subscriber)
            return
        del self._wildcard[subscriber]
        for key in list(self._topics):
            self._remove_from(key, subscriber)

    def _new_topic(self, key: bytes) -> Topic | None:
        namespace, colon, name = key.decode("utf-8", "replace").partition(":")
        if not colon:
            return None
        subscribers = list(self._literal.get(key, ()))
        subscribers += [one for one in self._wildcard if _wants(one, namespace, name)]
        if not subscribers:
            # Not remembered: after an UNSUB a few deliveries may still arrive.
            return None
        topic = Topic(namespace, name, subscribers)
        self._topics[key] = topic
        return topic

    def _new_route(self, topic: Topic, frames: list[bytes]) -> KnownRoute:
        known = topic.known = KnownRoute(topic, frames)
        if all(len(one) <= _short_max_bytes for one in (frames[0], *frames[2:5])):
            topic.start = _zmtp.frame(frames[0], _zmtp.MORE) + _header_start
            if topic.fill is None:
                self.routes[topic.start] = known
        return known

    def _remove_from(self, key: bytes, subscriber: Subscriber) -> None:
        topic = self._topics.get(key)
        if topic is None or subscriber not in topic.subscribers:
            return
        rest = [one for one in topic.subscribers if one is not subscriber]
        topic.set_subscribers(rest)
        if not rest:
            del self._topics[key]
            self.routes.pop(topic.start, None)


def _epochs_of(heads: Iterable[Head]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for head in heads:
        if head.sequence > 0:
            found.setdefault(head.topic, set()).add(head.epoch)
    return found


def _key_of(subscriber: Subscriber) -> bytes:
    return f"{subscriber.namespace}:{subscriber.pattern}".encode()


def _wants(subscriber: Subscriber, namespace: str, topic: str) -> bool:
    return subscriber.namespace == namespace and matches(subscriber.pattern, topic)
