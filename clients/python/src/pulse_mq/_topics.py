"""Finds the subscriptions that a delivery of a lane goes to, and the gaps in the sequence numbers of each topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from . import _wire, _zmtp
from ._names import is_literal, matches
from .events import Gap
from .message import PulseMessage, Route, received

Deliver = Callable[[PulseMessage], None]

_block_size = _wire.BLOCK.size
_block_version = _wire.BLOCK_VERSION
_epoch_offset = _wire.EPOCH_OFFSET
_unpack = _wire.EPOCH_AND_SEQUENCE.unpack_from
_unpack_block = _wire.BLOCK.unpack_from
#: The head of the header frame, and its first byte.
_header_start = bytes((_zmtp.MORE, _wire.HEADER.size, _wire.VERSION))
_short_max_bytes = 255


class Subscriber(Protocol):
    """A subscription that messages are delivered to."""

    @property
    def namespace(self) -> str:
        """The namespace of its topics."""

    @property
    def pattern(self) -> str:
        """The pattern that its topics match."""

    def deliver(self, message: PulseMessage) -> None:
        """Takes one message."""

    def takes_image(self, topic: str, is_newer: bool) -> bool:
        """True when an image is for this subscription. `is_newer`: newer than what was delivered of the topic."""


class Topic:
    """One topic that has had a delivery."""

    __slots__ = ("delivers", "epoch", "image", "known", "name", "namespace", "sequence", "start", "subscribers")

    def __init__(self, namespace: str, name: str, subscribers: list[Subscriber]) -> None:
        self.namespace = namespace
        self.name = name
        self.set_subscribers(subscribers)
        #: Those of the last message that was no image. The sequence is 0 before the first.
        self.epoch = 0
        self.sequence = 0
        #: The sequence of an image that has come since; 0 for none.
        self.image = 0
        self.known: KnownRoute | None = None
        #: The bytes that a delivery begins with, under which the known route is found.
        self.start = b""

    def set_subscribers(self, subscribers: list[Subscriber]) -> None:
        self.subscribers = subscribers
        # A new tuple with every change: a callback may end a subscription while a delivery goes through the old tuple.
        self.delivers: tuple[Deliver, ...] = tuple(one.deliver for one in subscribers)


class KnownRoute:
    """The topic and the publisher of the last delivery of a topic, and the bytes between its header and its payload."""

    __slots__ = ("middle", "payload_offset", "route", "topic")

    def __init__(self, topic: Topic, frames: list[bytes]) -> None:
        self.topic = topic
        #: What messages hold. It must not refer to the topic, which refers to its subscriptions and to the client.
        self.route = Route(topic.namespace, topic.name, frames[4])
        #: The namespace, topic and username frames, and the flags of a payload frame of up to 255 bytes.
        self.middle = b"".join(_zmtp.frame(one, _zmtp.MORE) for one in frames[2:5]) + bytes((_zmtp.MORE,))
        #: From the second byte of the header to the payload.
        self.payload_offset = _wire.HEADER.size - 1 + len(self.middle) + 1


class Head(NamedTuple):
    """The last sequence of a topic at the broker."""

    topic: str
    epoch: int
    sequence: int


class Behind(NamedTuple):
    """A topic that was behind its head, and the epoch of its last delivery then."""

    topic: Topic
    epoch: int
    head: Head


class TopicTable:
    """Topics by the key of their deliveries, `namespace:topic` in bytes.

    A new topic is matched against the patterns once. Patterns without a wildcard are found by the key itself.
    """

    def __init__(self, on_gap: Callable[[Gap], None]) -> None:
        self._on_gap = on_gap
        self._topics: dict[bytes, Topic] = {}
        #: The route of the last delivery of each topic, by the bytes that its deliveries begin with.
        self.routes: dict[bytes, KnownRoute] = {}
        self._all: dict[Subscriber, None] = {}
        self._literal: dict[bytes, list[Subscriber]] = {}
        self._wildcard: dict[Subscriber, None] = {}

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
        message = received(known.route, header, payload, reserved)
        for deliver in delivers:
            deliver(message)

    def receivers(self, topic: Topic, block: bytes) -> tuple[Deliver, ...]:
        """Returns where a delivery with this block goes, and reports the gap before it.

        A message that stands for several updates is preceded by no gap of those. An image older than what was delivered goes nowhere.
        """
        _, bits, conflated_count, epoch, sequence, _ = _unpack_block(block)
        if bits & _wire.SNAPSHOT_BIT:
            return self._receivers_of_image(topic, epoch, sequence)
        if sequence == topic.sequence + 1 and epoch == topic.epoch:
            topic.sequence = sequence
        else:
            self._follow(topic, epoch, sequence, conflated_count if bits & _wire.CONFLATED_BIT else 1)
        return topic.delivers

    def _follow(self, topic: Topic, epoch: int, sequence: int, count: int) -> None:
        """Takes a message that stands for `count` updates and does not follow the last one. The first one of a topic is not a gap."""
        last, image, last_epoch = topic.sequence, topic.image, topic.epoch
        topic.sequence, topic.epoch, topic.image = sequence, epoch, 0
        if last == 0 and image == 0:
            return
        if epoch != last_epoch:
            self._on_gap(Gap(topic.namespace, topic.name, True, None, None))
        elif count < _wire.CONFLATED_MAX_COUNT:
            self._report_missing(topic, last, image, sequence - count)

    def _receivers_of_image(self, topic: Topic, epoch: int, sequence: int) -> tuple[Deliver, ...]:
        newest = max(topic.sequence, topic.image)
        if newest > 0 and epoch != topic.epoch:
            self._on_gap(Gap(topic.namespace, topic.name, True, None, None))
            topic.sequence = newest = 0
        elif sequence < newest:
            return ()
        is_newer = sequence > newest
        if is_newer:
            # The gap before it is reported later: a message that is still on the way may stand for the updates between.
            topic.sequence = topic.sequence or newest
            topic.epoch, topic.image = epoch, sequence
        return tuple(one.deliver for one in topic.subscribers if one.takes_image(topic.name, is_newer))

    def _report_missing(self, topic: Topic, last: int, image: int, end: int) -> None:
        """Reports what is missing after `last` up to `end`, except the image. Without a message before it the image is the first."""
        last = last or image
        if last < image <= end:
            self._report_range(topic, last + 1, image - 1)
            last = image
        self._report_range(topic, last + 1, end)

    def _report_range(self, topic: Topic, first: int, last: int) -> None:
        if first <= last:
            self._on_gap(Gap(topic.namespace, topic.name, False, first, last))

    def namespaces(self) -> set[str]:
        """The namespaces of topics that have had a delivery."""
        return {topic.namespace for topic in self._topics.values()}

    def behind(self, namespace: str, heads: Iterable[Head]) -> list[Behind]:
        """Returns the topics whose last sequence at the broker is not that of their last delivery. The rest may be on the way."""
        found = []
        for head in heads:
            topic = self._topics.get(f"{namespace}:{head.topic}".encode())
            if topic is None or head.sequence == 0 or (topic.sequence == 0 and topic.image == 0):
                continue
            if topic.epoch != head.epoch or topic.sequence < head.sequence:
                found.append(Behind(topic, topic.epoch, head))
        return found

    def report_behind(self, behind: Iterable[Behind]) -> None:
        """Reports what has not arrived of topics that were behind, when everything before that has arrived."""
        for topic, epoch, head in behind:
            if not topic.subscribers or topic.epoch != epoch:
                continue
            if epoch == head.epoch and topic.sequence >= head.sequence:
                continue
            last, image = topic.sequence, topic.image
            topic.sequence, topic.epoch, topic.image = head.sequence, head.epoch, 0
            if epoch != head.epoch:
                self._on_gap(Gap(topic.namespace, topic.name, True, None, None))
            else:
                self._report_missing(topic, last, image, head.sequence)

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


def _key_of(subscriber: Subscriber) -> bytes:
    return f"{subscriber.namespace}:{subscriber.pattern}".encode()


def _wants(subscriber: Subscriber, namespace: str, topic: str) -> bool:
    return subscriber.namespace == namespace and matches(subscriber.pattern, topic)
