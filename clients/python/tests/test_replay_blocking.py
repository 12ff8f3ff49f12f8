"""Replays with the blocking calls, for callers without an event loop."""

import threading

import pytest
from replay_scene import ReplayScene, numbers

from pulse_mq import (
    BadOptionError,
    NotConnectedError,
    PulseMQClient,
    ReplayEnd,
    ReplayMissing,
)

WHOLE = ReplayMissing(None, (), 0)


@pytest.fixture
def scene(prepared):
    """A namespace with history."""
    return ReplayScene(prepared)


class TestBlocking:
    """The blocking calls read what the async ones read."""

    @pytest.fixture
    def reader(self, scene, make):
        """A connected client. The topic `a` of the scene has 3,000 messages."""
        writer = make(scene.writer_name)
        writer.connect()
        writer.publish_many(scene.namespace, "a", [text.encode() for text in numbers(3_000)])
        self.writer = writer
        client = make(scene.reader_name)
        client.connect()
        return client

    def test_is_iterated(self, scene, reader):
        past = reader.replay(scene.namespace, "a")
        assert [message.sequence for message in past] == list(range(1, 3_001))
        assert past.replay_end() == ReplayEnd(3_000, False, WHOLE)
        with pytest.raises(StopIteration):
            next(past)

    def test_follows_until_it_is_closed(self, scene, reader):
        with reader.replay(scene.namespace, "a", from_sequence=2_999, follow=True) as past:
            assert [next(past).sequence for _ in range(2)] == [2_999, 3_000]
            assert past.replay_end().is_live
            self.writer.publish(scene.namespace, "a", b"next")
            message = next(past)
            assert (message.sequence, message.is_replayed) == (3_001, False)
            # Another thread that waits for the next message ends with the replay.
            left = []
            thread = threading.Thread(target=lambda: left.extend(past))
            thread.start()
        thread.join(20)
        assert (thread.is_alive(), left) == (False, [])

    def test_what_has_arrived_outlives_the_client(self, scene, reader):
        past = reader.replay(scene.namespace, "a")
        assert next(past).sequence == 1
        past.replay_end()
        reader.close()
        assert [message.sequence for message in past] == list(range(2, 3_001))

    def test_options_are_checked_and_needs_a_connection(self, scene, reader):
        with pytest.raises(BadOptionError, match="speed is 'fast'"):
            reader.replay(scene.namespace, "a", speed="fast")
        with pytest.raises(NotConnectedError):
            PulseMQClient(username="nobody", token="x").replay(scene.namespace, "a")
