"""Which sequence numbers are a gap: after images, after messages that stand for several updates, and after a reconnect."""

import pytest

from pulse_mq import Gap, _wire
from pulse_mq._stream import NewestStream
from pulse_mq._subscribe_options import SubscribeOptions
from pulse_mq._topics import Head, TopicTable

LIVE, IMAGE, CONFLATED = 0, _wire.SNAPSHOT_BIT, _wire.CONFLATED_BIT


class Seen(NewestStream):
    """Collects the sequences that are delivered."""

    def __init__(self, snapshot):
        super().__init__("market", "a", SubscribeOptions(snapshot=snapshot), None)
        self.sequences = []

    def deliver(self, message):
        super().deliver(message)
        self.sequences.append(message.sequence)


class Reading:
    """One topic of one lane."""

    def __init__(self, snapshot=True):
        self.gaps = []
        self.table = TopicTable(self.gaps.append)
        self.seen = self.subscribe(snapshot)

    def subscribe(self, snapshot):
        stream = Seen(snapshot)
        self.table.add(stream)
        return stream

    def take(self, sequence, bits=LIVE, count=0, epoch=1):
        header = _wire.HEADER.pack(_wire.VERSION, _wire.PUB, 0, 0, 0, 0, 0)
        block = _wire.BLOCK.pack(_wire.BLOCK_VERSION, bits, count, epoch, sequence, 0)
        self.table.deliver([b"market:a", header, b"market", b"a", b"user", b"", block])

    def heads(self, sequence, epoch=1):
        return self.table.behind("market", [Head("a", epoch, sequence), Head("unheard", 1, 5)])

    @property
    def missing(self):
        return [(gap.first, gap.last) for gap in self.gaps]


@pytest.mark.parametrize(
    ("steps", "missing"),
    [
        ([(1,), (2,), (4,)], [(3, 3)]),
        ([(5,)], []),
        # A message that stands for 4 updates.
        ([(1,), (5, CONFLATED, 4)], []),
        ([(1,), (7, CONFLATED, 4)], [(2, 3)]),
        ([(1,), (5, CONFLATED, 9)], []),
        # The count stops at 65,535: what it stands for is not known exactly.
        ([(1,), (100_000, CONFLATED, 65_535)], []),
        # The first image is the beginning.
        ([(5, IMAGE), (6,)], []),
        ([(5, IMAGE), (8,)], [(6, 7)]),
        # An image of number 5 is not missing, and those before are.
        ([(2,), (5, IMAGE), (6,)], [(3, 4)]),
        ([(2,), (5, IMAGE), (9,)], [(3, 4), (6, 8)]),
        ([(2,), (5, IMAGE), (7, CONFLATED, 5)], []),
        ([(2,), (5, IMAGE), (7, CONFLATED, 4)], [(3, 3)]),
        ([(2,), (3, IMAGE), (4,)], []),
        ([(1, IMAGE), (4, IMAGE), (5,)], [(2, 3)]),
    ],
)
def test_gaps(steps, missing):
    reading = Reading()
    for step in steps:
        reading.take(*step)
    assert reading.missing == missing


def test_an_image_that_is_not_newer_is_dropped():
    reading = Reading()
    for step in [(3,), (2, IMAGE), (3, IMAGE), (4,), (5, IMAGE), (5, IMAGE)]:
        reading.take(*step)
    assert (reading.seen.sequences, reading.missing) == ([3, 4, 5], [])


def test_an_image_goes_to_a_subscription_that_has_begun_since():
    reading = Reading()
    plain = reading.subscribe(snapshot=False)
    reading.take(3)
    later = reading.subscribe(snapshot=True)
    reading.take(3, IMAGE)
    reading.take(3, IMAGE)
    reading.take(4)
    assert (reading.seen.sequences, plain.sequences, later.sequences) == ([3, 4], [3, 4], [3, 4])


@pytest.mark.parametrize("bits", [LIVE, IMAGE])
def test_a_new_epoch_is_a_gap_of_unknown_size(bits):
    reading = Reading()
    reading.take(7)
    reading.take(3, bits, epoch=2)
    reading.take(4, epoch=2)
    assert reading.gaps == [Gap("market", "a", True, None, None)]
    assert reading.seen.sequences == [7, 3, 4]


@pytest.mark.parametrize(
    ("before", "head", "later", "missing"),
    [
        ([(3,)], 3, [], []),
        ([(3,)], 6, [], [(4, 6)]),
        ([(3,)], 6, [(4,), (5,), (6,)], []),
        ([(3,)], 6, [(5,), (6,)], [(4, 4)]),
        ([(3,)], 6, [(4,)], [(5, 6)]),
        ([(3,)], 6, [(8, CONFLATED, 5)], []),
        ([(3,)], 6, [(6, IMAGE)], [(4, 5)]),
        ([(3, IMAGE)], 6, [], [(4, 6)]),
        ([(3, IMAGE)], 6, [(6, IMAGE)], [(4, 5)]),
        ([], 6, [], []),
    ],
)
def test_what_is_missing_up_to_the_head_is_reported_when_everything_has_arrived(before, head, later, missing):
    reading = Reading()
    for step in before:
        reading.take(*step)
    behind = reading.heads(head)
    for step in later:
        reading.take(*step)
    reading.table.report_behind([*behind, *behind])
    reading.take(max([head, *(step[0] for step in later)]) + 1)
    assert reading.missing == missing


def test_a_head_of_a_new_epoch_is_a_gap_of_unknown_size_once():
    reading = Reading()
    reading.take(3)
    # Nothing was published in the new epoch: its first message will tell.
    assert reading.heads(0, epoch=2) == []
    reading.table.report_behind(reading.heads(5, epoch=2))
    reading.take(6, epoch=2)
    # The client is ahead of what the broker told before.
    behind = reading.heads(9, epoch=2)
    reading.take(1, epoch=3)
    reading.table.report_behind(behind)
    assert [gap.epoch_changed for gap in reading.gaps] == [True, True]
