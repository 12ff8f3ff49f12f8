"""Missing messages are asked from the broker's journal, and delivered in their place."""

import asyncio
import itertools
import json
import os
import random

import pytest
from reconnecting import QUICK, Events, take

from pulse_mq import BadOptionError, PulseMQClient, _wire

_numbers = itertools.count(1)


class Scene:
    """A reader behind proxies, and a namespace that keeps history and that no other test uses."""

    def __init__(self, clients):
        self._clients = clients
        self.namespace = f"history_{next(_numbers)}"
        self.gaps = []
        self.events = Events()

    async def open(self, pattern=">", keeps_history=True, fill_gaps=True, **subscribe):
        """Returns itself, with a live subscription."""
        prepared = self._clients.prepared
        body = {"name": self.namespace, "history": keeps_history, "keep_last_value": True}
        namespace_id = prepared.broker.call("POST", "/api/namespaces", body)["id"]
        # Users of its own: other tests know what theirs may read.
        self.reader_name, writer_name = f"reader_of_{self.namespace}", f"writer_of_{self.namespace}"
        for name, role in ((writer_name, "pub"), (self.reader_name, "sub")):
            prepared.tokens[name] = prepared.broker.user(name, {namespace_id: role})
        self.writer = await self._clients.connected(writer_name, reconnect=QUICK)
        self.reader, self.requests, self.deliveries = await self._clients.through_proxies(
            self.reader_name, reconnect=QUICK, on_gap=self.gaps.append, on_connection=self.events, fill_gaps=fill_gaps
        )
        self.subscription = self.reader.async_subscribe(self.namespace, pattern, **subscribe)
        await self.subscription.live()
        return self

    async def publish(self, topic, count=1):
        """Publishes messages to a topic."""
        await self.writer.async_publish_many(self.namespace, topic, [b"x"] * count)

    async def cut(self):
        """Returns when the reader has lost its connection."""
        self.requests.cut_and_refuse()
        self.deliveries.cut_and_refuse()
        await self.events.wait("disconnected", self.events.kinds.count("disconnected") + 1)

    async def accept(self):
        """Returns when the reader is connected again."""
        self.requests.accept()
        self.deliveries.accept()
        await self.events.wait("reconnected", self.events.kinds.count("reconnected") + 1)

    async def missed(self, topic, count):
        """Publishes messages while the reader is not connected."""
        await self.cut()
        await self.publish(topic, count)
        await self.accept()

    async def overflow(self, topic, count):
        """Publishes messages of 1,000 bytes while the reader's link is held. Past 4 MB they fill the broker's backlog."""
        self.deliveries.hold()
        await self.writer.async_publish_many(self.namespace, topic, [b"x" * 1_000] * count)
        self.deliveries.release()

    async def taken(self, count):
        """The next messages, such as `a1`, or `a2!` for one that is recovered."""
        messages = await take(self.subscription, count)
        return [f"{one.topic}{one.sequence}{'!' if one.is_recovered else ''}" for one in messages]

    async def heads(self):
        """The last sequence of each topic."""
        connection = await self.writer._slot.core.keeper.connection()
        return {head.topic: head.sequence for head in await connection.heads(self.namespace, ">")}

    @property
    def may_ask(self):
        """True when the reader would ask for messages of the namespace."""
        return self.reader._slot.core._history.can_ask(self.namespace)

    @property
    def missing(self):
        """The first and last sequence of each gap."""
        return [(gap.first, gap.last) for gap in self.gaps]


def test_what_was_missed_is_delivered_in_its_place_and_marked(run):
    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.missed("a", 3)
        await scene.publish("a", 2)
        assert await scene.taken(5) == ["a3!", "a4!", "a5!", "a6", "a7"]
        assert scene.gaps == []

    run(work)


def test_a_topic_that_does_not_tick_again_gets_what_it_missed(run):
    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a")
        await scene.publish("b")
        assert await scene.taken(2) == ["a1", "b1"]
        await scene.missed("a", 2)
        await scene.publish("b")
        assert sorted(await scene.taken(3)) == ["a2!", "a3!", "b2"]
        assert scene.gaps == []

    run(work)


def test_more_than_one_answer_holds_is_asked_for_in_several(run):
    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 2_500)
        await scene.publish("a")
        assert await scene.taken(2_501) == [*(f"a{number}!" for number in range(2, 2_502)), "a2502"]
        assert scene.gaps == []

    run(work)


def test_cuts_again_and_again_lose_nothing(run):
    async def work(clients):
        scene = await Scene(clients).open()
        # The first message of a topic is not preceded by a gap.
        await scene.publish("a")
        await scene.taken(1)
        for _ in range(5):
            await scene.missed("a", 700)
            # More while the first are being asked for, and then the next cut.
            await scene.publish("a", 300)
        messages = await take(scene.subscription, 5_000)
        assert [one.sequence for one in messages] == list(range(2, 5_002))
        assert sum(one.is_recovered for one in messages) >= 5 * 700
        assert scene.gaps == []

    run(work)


def test_random_cuts_lose_nothing(run):
    seed = int(os.environ.get("PULSEMQ_SEED", "1"))
    cut_count = int(os.environ.get("PULSEMQ_CUTS", "8"))
    choose = random.Random(seed)

    async def work(clients):
        scene = await Scene(clients).open(on_full="pause", queue_limit=500)
        topics = ["a", "b", "c.d"]
        for topic in topics:
            await scene.publish(topic)
        last = dict.fromkeys(topics, 0)
        ended = asyncio.Event()

        async def publish():
            published_count = 0
            while not ended.is_set():
                count = choose.choice((1, 3, 400))
                await scene.publish(choose.choice(topics), count)
                published_count += count
                # Fewer than a fill may hold, else it gives up.
                while published_count - sum(last.values()) > 5_000:
                    await asyncio.sleep(0.001)

        async def cut():
            for _ in range(cut_count):
                # In the middle of whatever comes then: messages, answers of the journal, a log-in.
                await scene.deliveries.answers(choose.randrange(1, 30))
                for proxy in choose.choice(
                    ((scene.requests,), (scene.deliveries,), (scene.requests, scene.deliveries))
                ):
                    proxy.cut()
            ended.set()

        async def read(until):
            while not until():
                message = (await take(scene.subscription, 1))[0]
                assert message.sequence == last[message.topic] + 1, f"{message!r} after {last}, seed {seed}"
                last[message.topic] = message.sequence

        cutting = asyncio.ensure_future(cut())
        publishing = asyncio.ensure_future(publish())
        await read(publishing.done)
        await asyncio.gather(cutting, publishing)
        heads = await scene.heads()
        await read(lambda: last == heads)
        assert scene.gaps == []

    run(work)


def test_in_a_namespace_without_history_nothing_waits_for_an_answer(run):
    async def work(clients):
        # Another namespace keeps it, so the broker has the feature.
        await Scene(clients).open()
        scene = await Scene(clients).open(keeps_history=False, snapshot=True)
        await scene.publish("a")
        await scene.publish("b")
        assert await scene.taken(2) == ["a1", "b1"]
        await scene.cut()
        await scene.publish("a", 3)
        await scene.publish("c")
        await scene.accept()
        # In the order of the broker: an answer would come after c1.
        assert await scene.taken(2) == ["a4", "c1"]
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.missing == [(2, 3)]
        assert not scene.may_ask

    run(work)


def test_what_is_known_of_the_history_holds_while_the_connection_is_lost(run):
    async def work(clients):
        scene = await Scene(clients).open()
        assert scene.may_ask
        await scene.cut()
        # A gap may show now, among messages that waited for another one.
        assert scene.may_ask
        await scene.accept()

    run(work)


def test_what_a_disconnected_subscription_has_missed_is_asked_for(own, run):
    count = 12_000
    broker = own("broker:\n  backlog_bytes: 65536\n")

    async def work(clients):
        scene = await Scene(clients).open(on_slow="disconnect", queue_limit=10, on_full="pause")
        await scene.publish("a")
        await scene.taken(1)
        await scene.overflow("a", count)
        messages = await take(scene.subscription, count)
        assert [one.sequence for one in messages] == list(range(2, count + 2))
        assert any(one.is_recovered for one in messages)
        assert scene.gaps == []
        assert scene.events.kinds == ["connected"]

    run(work, broker.prepared)


@pytest.mark.parametrize("fill_gaps", [True, "all"])
def test_what_the_policy_of_a_slow_subscription_has_dropped_is_asked_for_with_all_only(own, run, fill_gaps):
    count = 12_000
    broker = own("broker:\n  backlog_bytes: 65536\n")

    async def work(clients):
        scene = await Scene(clients).open(fill_gaps=fill_gaps, queue_limit=10, on_full="pause")
        await scene.overflow("a", count)
        messages = []

        async def publish_more():
            # The newest may be lost, too: only a later message shows that.
            while not messages or messages[-1].sequence <= count:
                await scene.publish("a")

        publishing = asyncio.ensure_future(publish_more())
        while not messages or messages[-1].sequence <= count:
            messages += await take(scene.subscription, 1)
        await publishing
        missed_count = sum(gap.missed_count for gap in scene.gaps)
        recovered_count = sum(one.is_recovered for one in messages)
        assert len(messages) + missed_count == messages[-1].sequence
        assert [one.sequence for one in messages] == sorted({one.sequence for one in messages})
        assert (missed_count > 0, recovered_count > 0) == ((False, True) if fill_gaps == "all" else (True, False))

    run(work, broker.prepared)


def test_with_a_snapshot_what_was_missed_comes_before_the_last_value(run):
    async def work(clients):
        scene = await Scene(clients).open(snapshot=True)
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 3)
        assert await scene.taken(3) == ["a2!", "a3!", "a4"]
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.gaps == []

    run(work)


@pytest.mark.parametrize(
    "options", [{"fill_gaps": False}, {"keeps_history": False}, {"max_rate": 1_000}], ids=["off", "no history", "rate"]
)
def test_without_filling_a_gap_is_reported(run, options):
    async def work(clients):
        scene = await Scene(clients).open(**options)
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 3)
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.missing == [(2, 4)]

    run(work)


def test_a_callback_gets_what_was_missed(run):
    async def work(clients):
        scene = await Scene(clients).open()
        client = PulseMQClient(
            **clients.prepared.arguments(
                scene.reader_name, pub_port=scene.requests.port, sub_port=scene.deliveries.port, reconnect=QUICK
            )
        )
        seen, all_seen = [], asyncio.Event()
        loop = asyncio.get_running_loop()

        def on_message(message):
            seen.append((message.sequence, message.is_recovered))
            if message.sequence in (1, 5):
                loop.call_soon_threadsafe(all_seen.set)

        await loop.run_in_executor(None, client.connect)
        await loop.run_in_executor(None, client.subscribe, scene.namespace, "a", on_message)
        await scene.publish("a")
        await asyncio.wait_for(all_seen.wait(), 20)
        all_seen.clear()
        await scene.missed("a", 3)
        await scene.publish("a")
        await asyncio.wait_for(all_seen.wait(), 20)
        await loop.run_in_executor(None, client.close)
        assert [sequence for sequence, _ in seen] == [1, 2, 3, 4, 5]
        assert (2, True) in seen

    run(work)


def test_after_a_clean_restart_what_was_missed_comes_and_sequences_go_on(own, run):
    broker = own()

    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.cut()
        await scene.publish("a", 2)
        await _restart(broker)
        await scene.accept()
        await scene.publish("a")
        assert await scene.taken(3) == ["a3!", "a4!", "a5"]
        assert scene.gaps == []

    run(work, broker.prepared)


def test_what_the_journal_does_not_have_is_a_gap(own, run):
    broker = own()

    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.cut()
        await scene.publish("a", 3)
        await _restart(broker, _remove_segments)
        await scene.publish("a", 2)
        await scene.accept()
        await scene.publish("a")
        assert await scene.taken(3) == ["a6!", "a7!", "a8"]
        assert scene.missing == [(3, 5)]

    run(work, broker.prepared)


def test_after_an_unclean_stop_the_rest_of_the_epoch_comes_and_a_gap_of_unknown_size(own, run):
    broker = own("journal:\n  fsync: always\n")

    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a", 2)
        await scene.taken(2)
        await scene.cut()
        await scene.publish("a", 2)
        await asyncio.get_running_loop().run_in_executor(None, lambda: (broker.kill(), broker.start()))
        await scene.publish("a", 1)
        await scene.accept()
        await scene.publish("a", 1)
        assert await scene.taken(4) == ["a3!", "a4!", "a1!", "a2"]
        assert [gap.epoch_changed for gap in scene.gaps] == [True]

    run(work, broker.prepared)


def test_when_a_stream_has_ended_what_the_journal_has_of_it_comes_once(run):
    async def work(clients):
        scene = await Scene(clients).open()
        await scene.publish("a")
        (first,) = await take(scene.subscription, 1)
        scene.deliveries.hold()
        await scene.publish("a", 2)
        streams = scene.reader._slot.core.streams
        payload = json.dumps({"epochs": [first.epoch]}).encode()
        streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", payload)
        assert await scene.taken(2) == ["a2!", "a3!"]
        assert scene.missing == [(None, None)]
        # The same is said again when the broker is back, and then these come late.
        streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", payload)
        scene.deliveries.release()
        await scene.publish("a", 2)
        assert [one.sequence for one in await take(scene.subscription, 2)] == [4, 5]
        assert scene.missing == [(None, None)]

    run(work)


def test_fill_gaps_is_checked():
    with pytest.raises(BadOptionError, match="fill_gaps is 'some', expected True, False or 'all'"):
        PulseMQClient(fill_gaps="some")


async def _restart(broker, between=lambda directory: None):
    """Stops the broker cleanly, and starts it again."""

    def restart():
        broker.broker.stop()
        between(broker.broker.directory)
        broker.start()

    await asyncio.get_running_loop().run_in_executor(None, restart)


def _remove_segments(directory):
    """Removes the messages, as retention does."""
    removed = [path for path in directory.rglob("*.pmq[ji]")]
    assert removed
    for path in removed:
        path.unlink()
