"""What happens to a lane while a gap is filled, step by step: the journal answers when the test says so."""

import asyncio
import contextlib

import pytest

from pulse_mq import Gap, _gap_fill, _wire
from pulse_mq._gap_fill import Fills
from pulse_mq._history import HistoryAnswer
from pulse_mq._stream import NewestStream
from pulse_mq._subscribe_options import SubscribeOptions
from pulse_mq._topic import Head
from pulse_mq._topics import TopicTable
from pulse_mq.message import Route, received

_route = Route("market", "a", b"user")


def _frames(sequence, epoch, bits=0):
    header = _wire.HEADER.pack(_wire.VERSION, _wire.PUB, 0, 0, 0, 0, 0)
    return header, _wire.BLOCK.pack(_wire.BLOCK_VERSION, bits, 0, epoch, sequence, 0)


class Journal(Fills):
    """Takes questions. `answer` answers the oldest one."""

    def __init__(self):
        self._questions = asyncio.Queue()
        self.tasks = []

    def may_fill(self, topic):
        return True

    def start(self, fill):
        self.tasks.append(asyncio.ensure_future(fill.run(self)))

    async def ask(self, question, patience):
        reply = asyncio.get_running_loop().create_future()
        self._questions.put_nowait((question, reply))
        return await reply

    async def roomy(self):
        pass

    async def answer(self, last=0, error=None):
        """Answers from a journal whose newest message of the epoch is `last`, or fails. Returns when the fill has gone on."""
        question, reply = await self._questions.get()
        if error is not None:
            reply.set_exception(error)
        else:
            numbers = range(question.first, min(question.last, last) + 1)
            messages = [received(_route, header, b"", block) for header, block in map(self._stored, numbers)]
            reply.set_result(HistoryAnswer(messages, True, None))
        await self.settle()

    async def settle(self):
        """Returns when what can run has run."""
        for _ in range(10):
            await asyncio.sleep(0)

    @staticmethod
    def _stored(number):
        return _frames(number, 1)


class Taken(NewestStream):
    """Collects what is delivered, such as `1/4` for epoch and sequence."""

    def __init__(self, snapshot=False):
        super().__init__("market", "a", SubscribeOptions(snapshot=snapshot), None)
        self.places = []

    def deliver(self, message):
        super().deliver(message)
        self.places.append(f"{message.epoch}/{message.sequence}")


class Scene:
    """One topic of one lane."""

    def __init__(self):
        self.journal = Journal()
        self.gaps = []
        self.table = TopicTable(self.gaps.append, self.journal)
        self.taken = self.subscribe()

    def subscribe(self, **options):
        stream = Taken(**options)
        self.table.add(stream)
        return stream

    def arrive(self, sequence, epoch=1, bits=0):
        header, block = _frames(sequence, epoch, bits)
        self.table.deliver([b"market:a", header, b"market", b"a", b"user", b"", block])

    def head(self, sequence, epoch=1):
        self.table.report_behind(self.table.behind("market", [Head("a", epoch, sequence)]))


def stepwise(work):
    """Makes a test of a coroutine that gets a scene."""

    def test():
        async def main():
            scene = Scene()
            await asyncio.wait_for(work(scene), 20)
            for task in scene.journal.tasks:
                with contextlib.suppress(RuntimeError):
                    await asyncio.wait_for(task, 20)

        asyncio.run(main())

    test.__name__ = work.__name__
    return test


@stepwise
async def test_a_head_that_comes_while_a_gap_is_filled_is_compared_when_the_fill_is_over(scene):
    scene.arrive(1)
    scene.arrive(4)
    scene.head(6)
    await scene.journal.answer(last=6)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "1/4"]
    await scene.journal.answer(last=6)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "1/4", "1/5", "1/6"]
    assert scene.gaps == []


@stepwise
async def test_a_new_connection_while_a_gap_is_filled_counts_from_the_messages_that_come_after_it(scene):
    scene.arrive(1)
    scene.arrive(3)
    scene.arrive(4)
    scene.table.resume()
    # The broker has begun a new epoch: what it had accepted after 1/4 is unknown.
    scene.arrive(1, epoch=2)
    await scene.journal.answer(last=4)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "1/4"]
    await scene.journal.answer(last=4)
    assert scene.gaps == [Gap("market", "a", True, None, None)]
    assert scene.taken.places[-1] == "2/1"


@stepwise
async def test_a_message_of_another_stream_that_is_late_does_not_come_again_when_it_has_been_recovered(scene):
    scene.arrive(1)
    scene.table.resume()
    # The publisher has moved to another broker, and its first message there overtakes its last ones here.
    scene.arrive(1, epoch=2)
    scene.arrive(2)
    await scene.journal.answer(3)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "2/1"]
    scene.arrive(3)
    scene.arrive(4)
    scene.arrive(2, epoch=2)
    assert scene.taken.places[4:] == ["1/4", "2/2"]
    assert [gap.epoch_changed for gap in scene.gaps] == [True]


@stepwise
async def test_an_answer_that_never_comes_holds_up_as_much_as_the_limit_and_no_more(scene):
    scene.arrive(1)
    scene.arrive(3)
    last = 3 + _gap_fill.HELD_MAX_COUNT
    for number in range(4, last + 1):
        scene.arrive(number)
    await scene.journal.settle()
    assert scene.taken.places == ["1/1"]
    scene.arrive(last + 1)
    await scene.journal.settle()
    assert scene.gaps == [Gap("market", "a", False, 2, 2)]
    assert scene.taken.places == ["1/1", *(f"1/{number}" for number in range(3, last + 2))]


@stepwise
async def test_a_topic_goes_on_after_a_fault_of_the_client_itself(scene):
    scene.arrive(1)
    scene.arrive(3)
    scene.arrive(4)
    await scene.journal.answer(error=RuntimeError("a fault"))
    assert scene.gaps == [Gap("market", "a", False, 2, 2)]
    assert scene.taken.places == ["1/1", "1/3", "1/4"]
    with pytest.raises(RuntimeError, match="a fault"):
        await scene.journal.tasks[0]


@stepwise
async def test_an_image_goes_at_once_to_a_subscription_that_has_begun_since_the_gap_was_found(scene):
    scene.arrive(1)
    scene.arrive(3)
    later = scene.subscribe(snapshot=True)
    scene.arrive(3, bits=_wire.SNAPSHOT_BIT)
    assert later.places == ["1/3"]
    scene.arrive(4)
    await scene.journal.answer(last=3)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "1/4"]
    assert later.places == ["1/3", "1/4"]


@stepwise
async def test_an_image_does_not_overtake_what_is_recovered_for_the_same_subscription(scene):
    with_snapshot = scene.subscribe(snapshot=True)
    scene.table.resume()
    scene.arrive(1)
    scene.arrive(4)
    scene.arrive(4, bits=_wire.SNAPSHOT_BIT)
    await scene.journal.answer(last=4)
    assert with_snapshot.places == ["1/1", "1/2", "1/3", "1/4"]


@stepwise
async def test_streams_that_end_while_a_gap_is_filled_have_their_gap_behind_it(scene):
    scene.arrive(1)
    scene.arrive(3)
    scene.table.end_streams({1, 7})
    scene.arrive(1, epoch=2)
    assert scene.gaps == []
    await scene.journal.answer(last=3)
    assert scene.taken.places == ["1/1", "1/2", "1/3"]
    # Then the journal is asked for what else it has of the stream.
    await scene.journal.answer(last=4)
    assert scene.taken.places == ["1/1", "1/2", "1/3", "1/4", "2/1"]
    assert scene.gaps == [Gap("market", "a", True, None, None)]
