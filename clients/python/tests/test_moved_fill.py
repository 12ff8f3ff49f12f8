"""A reader that moves to another broker asks there for what was published meanwhile."""

import asyncio
import shutil

import pytest
from reconnecting import QUICK, Events, take

from broker import Broker
from pulse_mq import PulseMQClient

#: Nothing listens there: each broker is alone, and knows that another one may have what it does not.
CLUSTER = "cluster:\n  driver: nats\n  servers: [nats://127.0.0.1:1]\n"


@pytest.fixture
def twins(tmp_path):
    """Two brokers of a cluster that have lost NATS, with the same users and namespaces, one of which keeps history."""
    origin = Broker()
    for name, keeps_history in (("kept", True), ("plain", False)):
        origin.call("POST", "/api/namespaces", {"name": name, "history": keeps_history, "keep_last_value": True})
    origin.stop()
    shutil.copytree(origin.directory, tmp_path / "second")
    both = [Broker(config=CLUSTER, directory=str(one)) for one in (origin.directory, tmp_path / "second")]
    yield both
    for one in both:
        if one.process.poll() is None:
            one.stop()
        one.process.stdout.close()
        one.process.wait()


class Scene:
    """A reader that knows both brokers, and a publisher at each. The first broker is the one that the reader is at."""

    def __init__(self, twins, namespace):
        self.started = twins
        self.brokers = twins
        self.namespace = namespace
        self.gaps = []
        self._has_gap = asyncio.Event()
        self.events = Events()

    async def open(self):
        """Returns itself, with a live subscription."""
        arguments = {"username": "admin", "token": self.brokers[0].admin["token"], "reconnect": QUICK}
        addresses = [f"127.0.0.1:{one.pub_port}/{one.sub_port}" for one in self.brokers]
        self.reader = PulseMQClient(servers=addresses, on_gap=self._note, on_connection=self.events, **arguments)
        await self.reader.async_connect()
        port = self.reader._slot.core.keeper.server.pub_port
        self.brokers = sorted(self.brokers, key=lambda one: one.pub_port != port)
        self.writers = [
            PulseMQClient(pub_port=one.pub_port, sub_port=one.sub_port, **arguments) for one in self.brokers
        ]
        for writer in self.writers:
            await writer.async_connect()
        self.subscription = self.reader.async_subscribe(self.namespace, ">")
        await self.subscription.live()
        return self

    def _note(self, gap):
        self.gaps.append(gap)
        self._has_gap.set()

    async def gaps_reported(self, count):
        """Returns when this number of gaps has been reported."""
        while len(self.gaps) < count:
            self._has_gap.clear()
            await self._has_gap.wait()

    async def publish(self, at, topic, *texts):
        """Publishes at the first broker, 0, or the second, 1."""
        for text in texts:
            await self.writers[at].async_publish(self.namespace, topic, text.encode())

    async def taken(self, count):
        """The next messages, such as `a`, or `a!` for one that is recovered."""
        return [
            f"{one.payload.decode()}{'!' if one.is_recovered else ''}" for one in await take(self.subscription, count)
        ]

    async def move(self):
        """Ends the first broker. Returns when the reader is at the second."""
        moved = self.events.kinds.count("reconnected") + 1
        self.brokers[0].stop()
        await self.events.wait("reconnected", moved)

    async def move_back(self):
        """Starts the broker that was ended. Ends the other one when the publisher there is connected, and returns when the reader has moved."""
        gone = self.brokers[0]
        ports = (gone.pub_port, gone.admin_port)
        self.brokers[0] = Broker(config=CLUSTER, directory=str(gone.directory), ports=ports)
        self.started.append(self.brokers[0])
        await self.writers[0].async_publish(self.namespace, "elsewhere", b"x")
        self.brokers.reverse()
        self.writers.reverse()
        await self.move()

    async def close(self):
        """Closes the clients."""
        for one in (self.reader, *self.writers):
            await one.async_close()

    @property
    def missing(self):
        """The first and last sequence of each gap, None and None for one of unknown size."""
        return [(gap.first, gap.last) for gap in self.gaps]


@pytest.fixture
def scene(twins, run):
    """A function that runs `async def work(scene)`."""

    def scene(namespace, work):
        async def main(_clients):
            opened = await Scene(twins, namespace).open()
            try:
                await work(opened)
            finally:
                await opened.close()

        run(main)

    return scene


def test_the_first_messages_of_a_stream_that_began_elsewhere_are_asked_for_and_older_ones_are_not(scene):
    async def work(scene):
        await scene.publish(1, "a", "old")
        await scene.publish(0, "a", "1", "2")
        assert await scene.taken(2) == ["1", "2"]
        await scene.publish(1, "a", "3", "4")
        await scene.move()
        await scene.publish(1, "a", "5")
        assert await scene.taken(3) == ["3!", "4!", "5"]
        # What the first broker has accepted last is not known here.
        assert scene.missing == [(None, None)]

    scene("kept", work)


def test_a_stream_that_began_elsewhere_and_is_silent_is_asked_for(scene):
    async def work(scene):
        await scene.publish(0, "a", "1")
        assert await scene.taken(1) == ["1"]
        await scene.publish(1, "a", "2", "3")
        await scene.move()
        assert await scene.taken(2) == ["2!", "3!"]
        assert scene.missing == [(None, None)]

    scene("kept", work)


def test_when_a_publisher_comes_back_to_a_broker_the_end_of_its_stream_elsewhere_is_unknown(scene):
    async def work(scene):
        await scene.publish(0, "a", "1")
        assert await scene.taken(1) == ["1"]
        await scene.move()
        await scene.publish(1, "a", "2")
        # Its number is the first of this stream.
        assert await scene.taken(1) == ["2"]
        await scene.move_back()
        # The stream goes on where it was, so only what the broker does not list tells that the other one may have had a further message.
        await scene.publish(1, "a", "3")
        assert await scene.taken(1) == ["3"]
        await scene.gaps_reported(2)
        assert scene.missing == [(None, None)] * 2

    scene("kept", work)
