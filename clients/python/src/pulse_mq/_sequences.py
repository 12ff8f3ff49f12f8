"""Finds gaps in the sequence numbers of topics, and has them filled or reports them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import _wire
from ._gap_fill import Fills, GapFill, LostEnd, Place
from ._replay_progress import ReplayProgress
from ._topic import Deliver, Head, KnownRoute, Topic
from .events import Gap
from .message import PulseMessage

_unpack_block = _wire.BLOCK.unpack_from


class Sequences:
    """Those of one lane. All calls on the loop's thread."""

    def __init__(self, on_gap: Callable[[Gap], None], fills: Fills, routes: dict[bytes, KnownRoute]) -> None:
        """`routes` are those that deliveries are found by: a topic whose gap is filled is not among them, so that it comes here."""
        self._on_gap = on_gap
        self._fills = fills
        self._routes = routes
        #: How far the replay has come that has the lane for itself. None for a lane of ordinary subscriptions.
        self.replay: ReplayProgress | None = None

    def receivers(self, topic: Topic, block: bytes) -> tuple[Deliver, ...]:
        """Returns where a delivery with this block goes, and reports the gap before it, or has it filled.

        A message that stands for several updates is preceded by no gap of those. An image older than what was delivered goes nowhere.
        """
        bits = block[1]
        if self.replay is not None and not self.replay.is_live:
            return self._replayed(topic, block, self.replay) if bits & _wire.REPLAYED_BIT else ()
        if bits & _wire.DROPPED_BIT:
            self._fills.drop_count += 1
        if topic.fill is None:
            return self._placed(topic, block)
        given = _image_now(topic, topic.fill, block) if bits & _wire.SNAPSHOT_BIT else ()
        return (*given, partial(self._hold, topic))

    def resume(self, topic: Topic) -> None:
        """The connection is a new one: what is missing then was not lost by the policy of the lane."""
        if topic.fill is not None:
            return topic.fill.hold(partial(self.resume, topic))
        topic.resume()
        topic.drop_count = self._fills.drop_count

    def end_streams(self, topic: Topic, epochs: set[int]) -> None:
        """Brokers have ended whose streams have these epochs: what came after the last messages of each is unknown."""
        if topic.fill is not None:
            return topic.fill.hold(partial(self.end_streams, topic, epochs))
        if self._fills.may_fill(topic):
            # They are remembered: the journal of that broker is asked again when it is back.
            for epoch in filter(topic.knows, epochs):
                self._lose_end(topic, epoch, has_ended=True)
            return
        for _ in range(topic.end(epochs)):
            self._on_gap(Gap(topic.namespace, topic.name, True, None, None))

    def compared(self, topic: Topic, listed: set[int]) -> None:
        """The broker has listed these streams of a topic, and everything that it counts has arrived.

        One that it does not list may have gone on at another broker, after the last message here. What the journal has of it is asked for.
        """
        if topic.fill is not None:
            return topic.fill.hold(partial(self.compared, topic, listed))
        ends = topic.open_ends(listed)
        topic.unsure = None
        for epoch in ends:
            self._lose_end(topic, epoch, has_ended=False)

    def _lose_end(self, topic: Topic, epoch: int, has_ended: bool) -> None:
        """What came after the last message of a stream is unknown. What the journal has of it is asked for first."""
        after = Place(epoch, topic.newest_of(epoch))
        is_reported = topic.is_end_lost(epoch)
        may_fill = topic.fill is None and self._fills.may_fill(topic)
        topic.lose_end(epoch)
        if may_fill:
            self._fill(topic, after, LostEnd(is_reported, has_ended), None)
        elif not is_reported:
            self._on_gap(Gap(topic.namespace, topic.name, True, None, None))

    def report_head(self, topic: Topic, head: Head) -> None:
        """Reports what has not arrived of a topic up to its head, or has it filled."""
        if topic.fill is not None:
            return topic.fill.hold(partial(self.report_head, topic, head))
        if not topic.subscribers or topic.last(head.epoch) >= head.sequence:
            return
        if head.epoch != topic.epoch:
            if not topic.knows(head.epoch):
                self._begin(topic, head.epoch, head.sequence, head.sequence)
                return
            topic.switch(head.epoch)
        last, image = topic.sequence, topic.image
        topic.sequence, topic.image, topic.is_resumed = head.sequence, 0, False
        self._missing(topic, last, image, head.sequence)

    def _replayed(self, topic: Topic, block: bytes, replay: ReplayProgress) -> tuple[Deliver, ...]:
        """Takes a message of the past, and reports the gap before it. What is of an earlier replay of the lane goes nowhere.

        Another epoch begins when the topic was deleted and came back, or after an unclean stop: then it is not known how many messages
        were not stored.
        """
        if not replay.has_begun:
            return ()
        _, _, _, epoch, sequence, _ = _unpack_block(block)
        last, last_epoch = topic.sequence, topic.epoch
        if epoch != last_epoch:
            topic.switch(epoch)
        topic.sequence = sequence
        gap = None
        if last > 0 and epoch != last_epoch:
            gap = Gap(topic.namespace, topic.name, True, None, None)
        elif 0 < last < sequence - 1:
            gap = Gap(topic.namespace, topic.name, False, last + 1, sequence - 1)
        replay.on_message(gap)
        if gap is not None:
            self._on_gap(gap)
        return topic.delivers

    def _placed(self, topic: Topic, block: bytes) -> tuple[Deliver, ...]:
        _, bits, conflated_count, epoch, sequence, _ = _unpack_block(block)
        if bits & _wire.SNAPSHOT_BIT:
            delivers = self._receivers_of_image(topic, epoch, sequence)
        elif sequence == topic.sequence + 1 and epoch == topic.epoch:
            topic.sequence = sequence
            topic.is_resumed = False
            delivers = topic.delivers
        elif topic.is_duplicate(epoch, sequence):
            return ()
        else:
            delivers = self._follow(topic, epoch, sequence, conflated_count if bits & _wire.CONFLATED_BIT else 1)
        topic.drop_count = self._fills.drop_count
        return delivers

    def _follow(self, topic: Topic, epoch: int, sequence: int, count: int) -> tuple[Deliver, ...]:
        """Takes a message that stands for `count` updates and does not follow the last one. The first one of a topic is not a gap."""
        if not topic.is_new and epoch != topic.epoch:
            if not topic.knows(epoch):
                return self._begin(topic, epoch, sequence, sequence - 1)
            topic.switch(epoch)
        last, image = topic.sequence, topic.image
        topic.sequence, topic.epoch, topic.image = sequence, epoch, 0
        topic.is_resumed = False
        if (last or image) and count < _wire.CONFLATED_MAX_COUNT:
            return self._missing(topic, last, image, sequence - count)
        return topic.delivers

    def _begin(
        self, topic: Topic, epoch: int, sequence: int, end: int, takers: tuple[Deliver, ...] | None = None
    ) -> tuple[Deliver, ...]:
        """Takes the first message of a stream: another broker has got a publisher, or the topic was deleted and is back.

        After a new connection it may also stand for a stream whose broker was started again. The end of that one is unknown; what the
        journal has of it, and of the new one up to `end`, is asked for.
        """
        # Also when another stream has gone on: this one may have begun elsewhere meanwhile.
        is_unknown = topic.may_miss_messages or (topic.unsure is not None and end > 0)
        after = Place(topic.epoch, max(topic.sequence, topic.image))
        topic.switch(epoch)
        topic.sequence = sequence
        if is_unknown:
            topic.settle()
            if self._fills.may_fill(topic):
                return self._fill(topic, after, Place(epoch, end), takers)
            self._on_gap(Gap(topic.namespace, topic.name, True, None, None))
        return topic.delivers

    def _receivers_of_image(self, topic: Topic, epoch: int, sequence: int) -> tuple[Deliver, ...]:
        may_fill = topic.may_miss_messages and self._fills.may_fill(topic)
        if not topic.is_new and epoch != topic.epoch:
            if topic.knows(epoch):
                topic.switch(epoch)
            elif may_fill:
                takers = _takers(topic, is_newer=True)
                return self._begin(topic, epoch, sequence, _end_before(topic, sequence, takers), takers)
            else:
                self._begin(topic, epoch, 0, 0)
        newest = max(topic.sequence, topic.image)
        if sequence < newest:
            return ()
        is_newer = sequence > newest
        takers = _takers(topic, is_newer)
        end = _end_before(topic, sequence, takers)
        if may_fill and 0 < newest < end:
            topic.sequence, topic.epoch, topic.image, topic.is_resumed = sequence, epoch, 0, False
            return self._fill(topic, Place(epoch, newest), Place(epoch, end), takers)
        if is_newer:
            # The gap before it is reported later: a message that is still on the way may stand for the updates between.
            topic.sequence = topic.sequence or newest
            topic.epoch, topic.image = epoch, sequence
        return takers

    def _missing(self, topic: Topic, last: int, image: int, end: int) -> tuple[Deliver, ...]:
        """Handles what is missing after `last` up to `end`, except the image. Without a message before it the image is the first.

        Returns where the message behind the gap goes. What is missing before an image that was delivered already is a gap.
        """
        last = last or image
        if last < image <= end:
            self._report(topic, last + 1, image - 1)
            last = image
        if last < end and self._fills.may_fill(topic):
            return self._fill(topic, Place(topic.epoch, last), Place(topic.epoch, end), None)
        self._report(topic, last + 1, end)
        return topic.delivers

    def _report(self, topic: Topic, first: int, last: int) -> None:
        if first <= last:
            self._on_gap(Gap(topic.namespace, topic.name, False, first, last))

    def _fill(
        self, topic: Topic, after: Place, to: Place | LostEnd, takers: tuple[Deliver, ...] | None
    ) -> tuple[Deliver, ...]:
        """Begins to fill a gap. Returns where the message behind it goes."""
        fill = topic.fill = GapFill(topic, after, to, takers, self._on_gap)
        topic.drop_count = self._fills.drop_count
        self._routes.pop(topic.start, None)
        fill.on_end = partial(self._end_fill, topic, fill)
        self._fills.start(fill)
        return (fill.show,)

    def _end_fill(self, topic: Topic, fill: GapFill) -> None:
        """Delivers what was held as if it had arrived now. Another gap among it is filled in turn."""
        topic.fill = None
        for epoch, sequence in fill.recovered.items():
            topic.recovered_to(epoch, sequence)
        if fill.open_epoch is not None:
            topic.lose_end(fill.open_epoch)
        if topic.known is not None and topic.start and topic.subscribers:
            self._routes[topic.start] = topic.known
        if fill.shown_by is not None:
            for deliver in topic.delivers if fill.takers is None else fill.takers:
                topic.pass_held(deliver, fill.shown_by)
        for action in fill.held:
            action()
        # The rest is held by the fill of another gap, if there is one.
        if topic.fill is None:
            topic.given = None

    def _hold(self, topic: Topic, message: PulseMessage) -> None:
        if topic.fill is not None:
            return topic.fill.hold(partial(self._hold, topic, message), len(message.payload))
        for deliver in self._placed(topic, message._reserved):
            topic.pass_held(deliver, message)


def _image_now(topic: Topic, fill: GapFill, block: bytes) -> tuple[Deliver, ...]:
    """Returns where an image goes at once: to subscriptions that have begun since the gap was found. They have no part in it."""
    _, _, _, epoch, sequence, _ = _unpack_block(block)
    delivers = tuple(
        one.deliver
        for one in topic.subscribers
        if one not in fill.subscribers and one.takes_image(topic.name, is_newer=False)
    )
    if delivers:
        topic.given = (topic.given or {}) | dict.fromkeys(delivers, (epoch, sequence))
    return delivers


def _takers(topic: Topic, is_newer: bool) -> tuple[Deliver, ...]:
    return tuple(one.deliver for one in topic.subscribers if one.takes_image(topic.name, is_newer))


def _end_before(topic: Topic, sequence: int, takers: tuple[Deliver, ...]) -> int:
    """The last message that is missing before an image: the image itself where a subscription does not take it."""
    return sequence - 1 if len(takers) == len(topic.subscribers) else sequence
