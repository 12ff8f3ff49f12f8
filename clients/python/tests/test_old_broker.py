"""The client on the broker of pulse-mq 0.3.0, which gives no tickets and applies no patterns."""

import asyncio

import pandas as pd
import pytest
from peers import environment
from reconnecting import next_of

from pulse_mq import AuthFailedError, NotSupportedError, PulseMQClient
from python_broker import PythonBroker


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The Python broker."""
    broker = PythonBroker(environment() / "bin" / "python", tmp_path_factory.mktemp("old"))
    yield broker
    broker.kill()


async def ready(client, subscription, topic):
    """Publishes until a message arrives. This broker sends SUB_OK before the SUB socket is subscribed."""
    while True:
        await client.async_publish("market", topic, b"ready")
        try:
            return await asyncio.wait_for(subscription.__anext__(), 0.05)
        except asyncio.TimeoutError:
            continue


async def next_after(subscription, topic):
    """Returns the next message of another topic."""
    while (message := await next_of(subscription)).topic == topic:
        pass
    return message


def test_everything_works_and_the_client_applies_the_patterns(old):
    async def main():
        async with PulseMQClient(**old.arguments()) as client:
            wanted = await client.async_subscribe("market", "a.>")
            other = await client.async_subscribe("market", "b.*")
            first = await ready(client, wanted, "a.ready")
            assert (first.sequence, first.epoch, first.received_at) == (0, 0, None)
            await client.async_publish("market", "zzz.q", b"x")
            await client.async_publish("market", "b.c", "text", format="string")
            table = pd.DataFrame({"price": [10.5], "volume": [100]})
            await client.async_publish("market", "a.table", table, format="df_pyarrow", compress="zstd")
            pd.testing.assert_frame_equal((await next_after(wanted, "a.ready")).data, table)
            text = await next_after(other, "a.ready")
            assert (text.data, text.username, other.queued_count) == ("text", "admin", 0)
            # This broker replies to every publish, also to one without acknowledgement. Later replies must not shift.
            await client.async_publish("market", "a.unanswered", b"x", ack=False)
            assert await client.async_query_topics("market") == ["a.ready", "a.table", "a.unanswered", "b.c", "zzz.q"]
            await wanted.aclose()
            assert (await client.async_query_namespaces())[0]["name"] == "market"
            assert (await client.async_query_permission())["type"] == "super_admin"

    asyncio.run(main())


def test_a_wrong_token_is_refused(old):
    async def main():
        with pytest.raises(AuthFailedError):
            await PulseMQClient(**old.arguments(token="wrong")).async_connect()

    asyncio.run(main())


def test_options_that_it_does_not_know_are_refused_by_name(old):
    async def main():
        async with PulseMQClient(**old.arguments()) as client:
            for options, text in (
                ({"snapshot": True}, 'snapshot=True, which needs the feature "snapshot"; the broker of 0.3.0'),
                ({"status": True}, 'needs the feature "status"'),
                ({"on_slow": "conflate"}, 'needs the feature "conflate"'),
                ({"max_rate": 5}, 'max_rate=5, which needs the feature "conflate"'),
                ({"on_slow": "disconnect"}, 'needs the feature "lanes"'),
            ):
                with pytest.raises(NotSupportedError, match=text):
                    await client.async_subscribe("market", "a.>", **options)
            # The default policy, by name.
            await client.async_subscribe("market", "a.>", on_slow="drop_oldest")

    asyncio.run(main())
