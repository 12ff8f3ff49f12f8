"""Which sequence numbers are a gap: after images, after messages that stand for several updates, and after a reconnect."""

import json

import pytest
from market_scene import publish
from reconnecting import next_of

from pulse_mq import Gap, NotConnectedError, _wire
from pulse_mq._stream import NewestStream
from pulse_mq._subscribe_options import SubscribeOptions
from pulse_mq._topic import Head
from pulse_mq._topics import TopicTable

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

    def compare(self, *heads):
        """Compares with what the broker lists: an epoch and a sequence for each stream."""
        listed = [Head("a", epoch, sequence) for epoch, sequence in heads]
        self.table.report_behind(self.table.behind("market", listed))
        self.table.compared("market", listed)

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
    reading.table.resume()
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
    reading.table.resume()
    # Nothing was published in the new epoch: its first message will tell.
    assert reading.heads(0, epoch=2) == []
    reading.table.report_behind(reading.heads(5, epoch=2))
    reading.take(6, epoch=2)
    # The client is ahead of what the broker told before.
    behind = reading.heads(9, epoch=2)
    reading.table.resume()
    reading.take(1, epoch=3)
    reading.table.report_behind(behind)
    assert [gap.epoch_changed for gap in reading.gaps] == [True, True, False]
    assert reading.missing[-1] == (7, 9)


def test_streams_of_two_brokers_come_in_turns_and_each_shows_its_own_gaps():
    reading = Reading()
    for sequence, epoch in [(5, 1), (90, 2), (6, 1), (91, 2), (9, 1), (95, 2), (10, 1)]:
        reading.take(sequence, epoch=epoch)
    assert reading.missing == [(7, 8), (92, 94)]
    reading.table.resume()
    reading.take(97, epoch=2)
    reading.table.report_behind(reading.heads(12, epoch=1))
    assert reading.missing[2:] == [(96, 96), (11, 12)]


UNKNOWN = (None, None)


@pytest.mark.parametrize("ticks_first", [True, False])
def test_when_a_known_stream_goes_on_after_a_move_the_end_of_the_one_before_is_unknown_once(ticks_first):
    reading = Reading()
    reading.take(1, epoch=1)
    reading.take(369, epoch=2)
    reading.table.resume()
    if ticks_first:
        reading.take(2, epoch=1)
    reading.compare((1, 1))
    assert reading.missing == [UNKNOWN]
    reading.take(3 if ticks_first else 2, epoch=1)
    for _ in range(2):
        reading.table.resume()
        reading.compare((1, 3))
    assert reading.missing[1:] == ([] if ticks_first else [(3, 3)])


def test_a_stream_that_goes_on_after_a_move_or_that_the_broker_lists_has_an_end_that_is_known():
    reading = Reading()
    reading.take(1, epoch=1)
    reading.take(5, epoch=2)
    reading.table.resume()
    reading.take(6, epoch=2)
    reading.compare((1, 1))
    reading.table.resume()
    reading.compare((1, 1), (2, 6))
    reading.table.resume()
    # Another stream would begin, and show it.
    reading.compare()
    assert reading.gaps == []
    reading.take(1, epoch=3)
    assert reading.missing == [UNKNOWN]


def test_a_stream_that_began_elsewhere_during_a_move_lacks_its_beginning_also_when_another_one_goes_on():
    by_message, by_head = Reading(), Reading()
    for reading in (by_message, by_head):
        reading.take(1, epoch=1)
        reading.table.resume()
        reading.take(2, epoch=1)
    by_message.take(4, epoch=2)
    by_head.compare((1, 2), (2, 3))
    by_head.take(4, epoch=2)
    for reading in (by_message, by_head):
        assert reading.missing == [UNKNOWN]
        reading.compare((1, 2), (2, 4))
        # It is known now what there was, so a stream that begins later shows itself.
        reading.take(1, epoch=3)
        assert reading.missing == [UNKNOWN]


def test_what_a_broker_brings_again_after_a_move_is_delivered_once():
    reading = Reading()
    steps = [(4, 1), (7, 2)]
    for sequence, epoch in steps:
        reading.take(sequence, epoch=epoch)
    reading.table.resume()
    for sequence, epoch in [(3, 1), *steps, (5, 1), (8, 2)]:
        reading.take(sequence, epoch=epoch)
    assert (reading.seen.sequences, reading.gaps) == ([4, 7, 5, 8], [])


def test_of_many_streams_the_one_that_has_been_silent_the_longest_is_forgotten():
    reading = Reading()
    for epoch in range(1, 21):
        reading.take(epoch, epoch=epoch)
    reading.take(15, epoch=13)
    reading.take(50, epoch=1)
    assert reading.missing == [(14, 14)]


def test_a_stream_whose_broker_has_ended_has_a_gap_of_unknown_size_and_others_have_none():
    reading = Reading()
    for epoch in (1, 2, 3):
        reading.take(1, epoch=epoch)
    reading.table.end_streams({3, 9})
    reading.take(2, epoch=2)
    reading.table.end_streams({1, 3})
    reading.take(3, epoch=2)
    # The next run of a broker that has ended.
    reading.take(1, epoch=4)
    assert reading.gaps == [Gap("market", "a", True, None, None)] * 2
    assert reading.seen.sequences == [1, 1, 1, 2, 3, 1]


def test_an_image_of_a_stream_that_has_ended_is_forgotten_with_it():
    reading = Reading()
    reading.take(5, IMAGE)
    reading.table.end_streams({1})
    reading.take(1, epoch=2)
    assert reading.gaps == [Gap("market", "a", True, None, None)]
    assert reading.seen.sequences == [5, 1]


def test_streams_that_end_are_read_from_the_message_of_the_broker(run, prices):
    async def work(clients):
        gaps = []
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_gap=gaps.append)
        subscription = await reader.async_subscribe(prices, "ended.a")
        await publish(publisher, "ended.a", "1")
        epoch = (await next_of(subscription)).epoch
        streams = reader._slot.core.streams
        payload = json.dumps({"epochs": [epoch]}).encode()
        streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", payload)
        assert gaps == [Gap(prices, "ended.a", True, None, None)]
        for wrong in (b"{}", b'{"epochs": 1}', b"[]"):
            with pytest.raises(NotConnectedError, match="cannot be read"):
                streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", wrong)

    run(work)
