"""One topic of a lane: its subscriptions, where its stream stands, and what its deliveries begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from . import _wire, _zmtp
from ._topic_streams import Stream
from .message import PulseMessage, Route

if TYPE_CHECKING:
    from ._gap_fill import GapFill

Deliver = Callable[[PulseMessage], None]


class Subscriber(Protocol):
    """A subscription that messages are delivered to."""

    @property
    def namespace(self) -> str:
        """The namespace of its topics."""

    @property
    def pattern(self) -> str:
        """The pattern that its topics match."""

    @property
    def is_ended(self) -> bool:
        """True when it takes no further messages."""

    def deliver(self, message: PulseMessage) -> None:
        """Takes one message."""

    def takes_image(self, topic: str, is_newer: bool) -> bool:
        """True when an image is for this subscription. `is_newer`: newer than what was delivered of the topic."""


class Topic(Stream):
    """One topic that has had a delivery."""

    __slots__ = ("delivers", "drop_count", "fill", "given", "known", "name", "namespace", "start", "subscribers")

    def __init__(self, namespace: str, name: str, subscribers: list[Subscriber]) -> None:
        super().__init__()
        self.namespace = namespace
        self.name = name
        self.set_subscribers(subscribers)
        self.known: KnownRoute | None = None
        #: The bytes that a delivery begins with, under which the known route is found.
        self.start = b""
        #: A gap that is being filled. Until its end every message of the topic is held.
        self.fill: GapFill | None = None
        #: The images that subscriptions have got meanwhile, by epoch and sequence: what is held of before then is not for them.
        self.given: dict[Deliver, tuple[int, int]] | None = None
        #: Losses by the policy of the lane that had been reported when the topic was last looked at.
        self.drop_count = 0

    def set_subscribers(self, subscribers: list[Subscriber]) -> None:
        self.subscribers = subscribers
        # A new tuple with every change: a callback may end a subscription while a delivery goes through the old tuple.
        self.delivers: tuple[Deliver, ...] = tuple(one.deliver for one in subscribers)

    def pass_held(self, deliver: Deliver, message: PulseMessage) -> None:
        """Delivers a message that was held, unless an image that is as new has been delivered there."""
        epoch, sequence = (self.given or {}).get(deliver, (0, 0))
        if message.epoch != epoch or message.sequence > sequence:
            deliver(message)


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
    """A topic that was behind its head."""

    topic: Topic
    head: Head
