"""Publishing and receiving in the async form."""

import asyncio
import time

import pandas as pd
import pytest

from pulse_mq import (
    AuthFailedError,
    BadOptionError,
    BadPayloadError,
    NotConnectedError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PulseMQClient,
    PulseMQError,
    TopicFormatError,
)

TABLE = pd.DataFrame({"symbol": ["a", "b"] * 300, "price": [10.5, 11.0] * 300, "volume": [100, 200] * 300})
PAYLOADS = {"bytes": b"\x00\x01" * 1000, "string": "价格 10.5 " * 200, "df_msgpack": TABLE, "df_pyarrow": TABLE}


async def take(subscription, count):
    """The next so many messages."""
    return [await asyncio.wait_for(subscription.__anext__(), 10) for _ in range(count)]


@pytest.mark.parametrize("algorithm", [None, "zlib", "lz4", "zstd"])
def test_every_format_and_compression(run, algorithm):
    async def work(clients):
        reader = await clients.connected("reader")
        publisher = await clients.connected("publisher")
        async with reader.async_subscribe("market", "all.>") as subscription:
            before = time.time()
            for name, data in PAYLOADS.items():
                await publisher.async_publish("market", f"all.{name}", data, format=name, compress=algorithm)
            return before, await take(subscription, len(PAYLOADS))

    before, messages = run(work)
    for message, (name, data) in zip(messages, PAYLOADS.items()):
        assert (message.namespace, message.topic, message.format) == ("market", f"all.{name}", name)
        assert message.compressed == algorithm
        assert message.username == "publisher"
        assert message.sequence >= 1 and message.epoch > 0
        assert abs(message.received_at - before) < 60 and abs(message.timestamp / 1000 - before) < 60
        assert not (message.after_drop or message.is_snapshot or message.is_conflated or message.maybe_duplicate)
        if isinstance(data, pd.DataFrame):
            pd.testing.assert_frame_equal(message.data, data)
        else:
            assert message.data == data


def test_sub_ok_means_live_from_now(run):
    """Defect 36: what is published right after the subscription arrives, from the first message on."""

    async def work(clients):
        client = await clients.connected("publisher")
        for index in range(20):
            async with client.async_subscribe("market", f"live.t{index}") as subscription:
                await client.async_publish("market", f"live.t{index}", b"first")
                assert (await take(subscription, 1))[0].data == b"first"

    run(work)


def test_defect_7_subscriptions_of_one_client_are_never_mixed(run):
    async def work(clients):
        client = await clients.connected("publisher")
        patterns = ["mix.a.*", "mix.*.x", "mix.b.y", "mix.>"]
        subscriptions = [await client.async_subscribe("market", pattern).live() for pattern in patterns]
        topics = ["mix.a.x", "mix.b.y", "mix.c.x", "mix.a.z"] * 25
        for topic in topics:
            await client.async_publish("market", topic, topic, format="string")
        wanted = [
            [topic for topic in topics if topic.startswith("mix.a.")],
            [topic for topic in topics if topic.endswith(".x")],
            [topic for topic in topics if topic == "mix.b.y"],
            topics,
        ]
        for subscription, expected in zip(subscriptions, wanted):
            assert [message.topic for message in await take(subscription, len(expected))] == expected
            assert subscription.queued_count == 0

    run(work)


def test_defect_14_a_cancelled_publish_shifts_nothing(run):
    async def work(clients):
        client = await clients.connected("publisher")
        await client.async_publish("market", "shift.before", b"x")
        for _ in range(20):
            lost = asyncio.ensure_future(client.async_publish("market", "shift.cancelled", b"x"))
            # On its way, and not answered.
            await asyncio.sleep(0)
            lost.cancel()
            refused = asyncio.ensure_future(client.async_publish("other", "shift.refused", b"x"))
            topics = asyncio.ensure_future(client.async_query_topics("market"))
            published = asyncio.ensure_future(client.async_publish("market", "shift.after", b"x"))
            with pytest.raises(PermissionDeniedError):
                await refused
            assert "shift.before" in await topics
            assert await published is None
            with pytest.raises(asyncio.CancelledError):
                await lost

    run(work)


def test_two_of_a_pattern_both_get_it_and_one_that_ends_takes_nothing_from_the_other(run):
    async def work(clients):
        client = await clients.connected("publisher")
        first = await client.async_subscribe("market", "twin.*")
        second = await client.async_subscribe("market", "twin.*")
        await client.async_publish("market", "twin.a", b"1")
        assert (await take(first, 1))[0].data == (await take(second, 1))[0].data == b"1"
        await first.aclose()
        await client.async_publish("market", "twin.a", b"2")
        assert (await take(second, 1))[0].data == b"2"
        assert [message async for message in first] == []

    run(work)


def test_leaving_a_loop_ends_the_subscription(run, prepared):
    async def subscription_count():
        rows = await asyncio.to_thread(prepared.broker.call, "GET", "/api/connections")
        return sum(row["subscription_count"] for row in rows if row["username"] == "reader")

    async def work(clients):
        reader = await clients.connected("reader")
        publisher = await clients.connected("publisher")
        task = asyncio.ensure_future(publish_for_ever(publisher))
        async for message in reader.async_subscribe("market", "left.>"):
            assert message.topic == "left.a"
            while await subscription_count() == 0:
                await asyncio.sleep(0.02)
            break
        while await subscription_count() > 0:
            await asyncio.sleep(0.02)
        task.cancel()

    async def publish_for_ever(publisher):
        while True:
            await publisher.async_publish("market", "left.a", b"x")
            await asyncio.sleep(0.01)

    run(work)


def test_waiting_with_a_time_limit_loses_nothing(run):
    async def work(clients):
        client = await clients.connected("publisher")
        subscription = client.async_subscribe("market", "limit.a")
        for index in range(5):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(subscription.__anext__(), 0.1)
            await client.async_publish("market", "limit.a", str(index), format="string")
            assert (await take(subscription, 1))[0].data == str(index)

    run(work)


def test_queries(run):
    async def work(clients):
        publisher = await clients.connected("publisher")
        await publisher.async_publish("market", "query.one", b"x")
        assert "query.one" in await publisher.async_query_topics("market")
        assert await publisher.async_query_topics("unheard") == []
        namespaces = await publisher.async_query_namespaces()
        assert [one["name"] for one in namespaces] == ["market"]
        assert namespaces[0]["topic_count"] == len(namespaces[0]["topics"])
        assert await publisher.async_query_permission() == {"type": "mq_normal", "namespaces": {"market": "PUB"}}
        nobody = await clients.connected("nobody")
        assert await nobody.async_query_namespaces() == []

    run(work)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "text"),
    [
        (("market", "bad topic", b"x"), {}, TopicFormatError, 'topic "bad topic": only A-Z'),
        (("market", "a.b.c.d", b"x"), {}, TopicFormatError, "4 levels, the limit is 3"),
        (("market", "a\n", b"x"), {}, TopicFormatError, "only A-Z"),
        (("system", "a", b"x"), {}, TopicFormatError, "reserved"),
        (("market", "a", b"x"), {"format": "json"}, BadOptionError, "format is 'json', expected bytes"),
        (("market", "a", b"x"), {"compress": "brotli"}, BadOptionError, "compress is 'brotli', expected zlib"),
        (("market", "a", "text"), {}, BadPayloadError, 'format="string"'),
        (("market", "a", 5), {}, BadPayloadError, "not int"),
        (("market", "a", b"\xff"), {"format": "string"}, BadPayloadError, "UTF-8"),
        (("market", "a", {"a": 1}), {"format": "df_msgpack"}, BadPayloadError, "not dict"),
        (("other", "a", b"x"), {}, PermissionDeniedError, "permission denied"),
    ],
)
def test_bad_input_is_told_and_the_next_publish_works(run, arguments, options, error, text):
    async def work(clients):
        client = await clients.connected("publisher")
        with pytest.raises(error, match=text):
            await client.async_publish(*arguments, **options)
        await client.async_publish("market", "after.bad", b"x")

    run(work)


@pytest.mark.parametrize(
    ("data", "format", "limit"),
    [
        (b"x" * 10_485_761, "bytes", 10_485_760),
        ("é" * 4_097, "string", 8_192),
        (pd.DataFrame({"a": ["x" * 1_000] * 1_050}), "df_msgpack", 1_048_576),
        (pd.DataFrame({"a": range(8_500_000)}), "df_pyarrow", 67_108_864),
    ],
    ids=["bytes", "string", "df_msgpack", "df_pyarrow"],
)
def test_a_payload_past_its_limit_is_refused_with_both_sizes(run, data, format, limit):
    async def work(clients):
        client = await clients.connected("publisher")
        with pytest.raises(PayloadTooLargeError) as caught:
            await client.async_publish("market", "large", data, format=format)
        assert caught.value.limit == limit < caught.value.size
        assert str(limit) in str(caught.value)

    run(work)


@pytest.mark.parametrize(("data", "format"), [(b"x" * 10_485_760, "bytes"), ("x" * 8_192, "string")])
def test_a_payload_of_exactly_the_limit_arrives(run, data, format):
    async def work(clients):
        client = await clients.connected("publisher")
        async with client.async_subscribe("market", "limit.exact") as subscription:
            await client.async_publish("market", "limit.exact", data, format=format)
            assert (await take(subscription, 1))[0].data == data

    run(work)


def test_refusals_of_a_subscription(run):
    async def work(clients):
        nobody = await clients.connected("nobody")
        with pytest.raises(PermissionDeniedError):
            await nobody.async_subscribe("market", "a.>")
        with pytest.raises(PermissionDeniedError):
            async for _ in nobody.async_subscribe("market", "a.>"):
                pass
        for pattern in ("a.>.b", "a*", "", "a..b"):
            with pytest.raises(TopicFormatError):
                nobody.async_subscribe("market", pattern)

    run(work)


def test_wrong_credentials_and_no_connection(run, prepared):
    async def work(clients):
        with pytest.raises(AuthFailedError):
            await clients.make("reader", token="0" * 32).async_connect()
        with pytest.raises(NotConnectedError, match="call async_connect"):
            await clients.make("reader").async_publish("market", "a", b"x")
        with pytest.raises(RuntimeError):
            clients.make("reader").async_subscribe("market", "a")
        with pytest.raises(NotConnectedError, match="refused"):
            await PulseMQClient("127.0.0.1", 1, username="a", token="b").async_connect()
        with pytest.raises(NotConnectedError, match="cannot find"):
            await PulseMQClient("no.such.host.invalid", 1, username="a", token="b").async_connect()
        with pytest.raises(NotConnectedError):
            # The console speaks HTTP.
            await PulseMQClient("127.0.0.1", prepared.broker.admin_port, username="a", token="b").async_connect()

    run(work)


def test_a_client_can_be_connected_again_after_it_was_closed(run):
    async def work(clients):
        client = clients.make("publisher")
        for _ in range(3):
            async with client:
                assert client.is_connected
                await client.async_publish("market", "again", b"x")
                with pytest.raises(NotConnectedError, match="connected already"):
                    await client.async_connect()
            assert not client.is_connected
            await client.async_close()

    run(work)


def test_publish_many_without_acknowledgement_and_flush(run):
    async def work(clients):
        client = await clients.connected("publisher")
        async with client.async_subscribe("market", "many.>") as subscription:
            await client.async_publish_many("market", "many.a", (str(index) for index in range(3000)), format="string")
            for index in range(3000):
                await client.async_publish("market", "many.b", str(index), format="string", ack=False)
            await client.async_flush()
            messages = await take(subscription, 6000)
        assert [message.data for message in messages] == [str(index) for index in range(3000)] * 2
        # A refusal is the answer to one publish, and told to nobody where no answer is wanted.
        await client.async_publish("other", "a", b"x", ack=False)
        with pytest.raises(PulseMQError):
            await client.async_publish_many("other", "a", [b"x"] * 10)
        await client.async_publish("market", "many.c", b"x")

    run(work)


def test_without_acknowledgement_order_is_kept_and_what_cannot_be_sent_waits(run):
    async def work(clients):
        client = await clients.connected("publisher")
        count = 25_000
        async with client.async_subscribe("market", "order.a", on_full="pause") as subscription:
            # Far more than are handed to ZeroMQ in one turn: the publisher is held back on the way.
            for index in range(count):
                await client.async_publish("market", "order.a", str(index), format="string", ack=index % 1_000 == 0)
            assert [message.data for message in await take(subscription, count)] == [
                str(index) for index in range(count)
            ]

    run(work)


def test_a_client_whose_loop_has_ended_can_be_used_again(prepared):
    client = PulseMQClient(**prepared.arguments("publisher"))
    for _ in range(2):
        asyncio.run(client.async_connect())
    client.close()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.async_connect())
    client.close()
    assert not client.is_connected
    loop.close()


def test_options_are_checked():
    for options in (
        {"pub_port": 0},
        {"pub_port": "5555"},
        {"host": ""},
        {"token": None},
        {"reconnect": "yes"},
        {"ping_interval": 0},
        {"queue_limit": 0},
        {"on_full": "explode"},
        {"in_flight": "lose"},
        {"on_gap": 5},
    ):
        with pytest.raises(BadOptionError, match=next(iter(options))):
            PulseMQClient(**options)
    assert "secret" not in repr(PulseMQClient(token="secret")._options)
