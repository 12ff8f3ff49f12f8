"""Publishing in the async form: formats, limits, errors and order."""

import asyncio
import time

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from reconnecting import next_of, take

from pulse_mq import (
    BadOptionError,
    BadPayloadError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PulseMQError,
    TopicFormatError,
)

TABLE = pd.DataFrame({"symbol": ["a", "b"] * 300, "price": [10.5, 11.0] * 300, "volume": [100, 200] * 300})
PAYLOADS = {"bytes": b"\x00\x01" * 1000, "string": "价格 10.5 " * 200, "df_msgpack": TABLE, "df_pyarrow": TABLE}


@pytest.mark.parametrize("algorithm", [None, "zlib", "lz4", "zstd"])
def test_every_format_and_compression_arrives(run, algorithm):
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
        assert message.conflated_count == 0
        if isinstance(data, pd.DataFrame):
            pd.testing.assert_frame_equal(message.data, data)
        else:
            assert message.data == data


@pytest.mark.parametrize(
    ("arguments", "options", "error", "text"),
    [
        (("market", "bad topic", b"x"), {}, TopicFormatError, 'topic "bad topic": only A-Z'),
        (("market", "a.b.c.d.e.f.g.h.i", b"x"), {}, TopicFormatError, "9 levels, the limit is 8"),
        (("market", "a\n", b"x"), {}, TopicFormatError, "only A-Z"),
        (("system", "a", b"x"), {}, TopicFormatError, "reserved"),
        (("market", "a", b"x"), {"format": "json"}, BadOptionError, "format is 'json', expected bytes"),
        (("market", "a", b"x"), {"compress": "brotli"}, BadOptionError, "compress is 'brotli', expected zlib"),
        (("market", "a", "text"), {}, BadPayloadError, 'format="string"'),
        (("market", "a", 5), {}, BadPayloadError, "not int"),
        (("market", "a", b"\xff"), {"format": "string"}, BadPayloadError, "UTF-8"),
        (("market", "a", {"a": 1}), {"format": "df_msgpack"}, BadPayloadError, 'column "a" is an int'),
        (("other", "a", b"x"), {}, PermissionDeniedError, None),
    ],
)
def test_bad_input_raises_and_the_next_publish_succeeds(run, arguments, options, error, text):
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
def test_a_payload_above_its_limit_is_refused_with_both_sizes(run, data, format, limit):
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
            assert (await next_of(subscription)).data == data

    run(work)


def test_defect_14_a_cancelled_publish_does_not_shift_the_replies(run):
    async def work(clients):
        client = await clients.connected("publisher")
        await client.async_publish("market", "shift.before", b"x")
        for _ in range(20):
            cancelled = asyncio.ensure_future(client.async_publish("market", "shift.cancelled", b"x"))
            # One turn of the loop: the publish is sent, and has no reply yet.
            await asyncio.sleep(0)
            cancelled.cancel()
            refused = asyncio.ensure_future(client.async_publish("other", "shift.refused", b"x"))
            topics = asyncio.ensure_future(client.async_query_topics("market"))
            published = asyncio.ensure_future(client.async_publish("market", "shift.after", b"x"))
            with pytest.raises(PermissionDeniedError):
                await refused
            assert "shift.before" in await topics
            assert await published is None
            with pytest.raises(asyncio.CancelledError):
                await cancelled

    run(work)


def test_publish_many_publish_without_acknowledgement_and_flush(run):
    async def work(clients):
        client = await clients.connected("publisher")
        async with client.async_subscribe("market", "many.>") as subscription:
            await client.async_publish_many("market", "many.a", (str(index) for index in range(3000)), format="string")
            for index in range(3000):
                await client.async_publish("market", "many.b", str(index), format="string", ack=False)
            await client.async_flush()
            messages = await take(subscription, 6000)
        assert [message.data for message in messages] == [str(index) for index in range(3000)] * 2
        # Refused without a reply: the next reply belongs to the next request.
        await client.async_publish("other", "a", b"x", ack=False)
        with pytest.raises(PulseMQError):
            await client.async_publish_many("other", "a", [b"x"] * 10)
        await client.async_publish("market", "many.c", b"x")

    run(work)


def test_publish_many_refuses_a_single_message(run):
    async def work(clients):
        client = await clients.connected("publisher")
        for single in (b"x", "x", pd.DataFrame({"v": [1]}), pl.DataFrame({"v": [1]}), pa.table({"v": [1]}), {"v": [1]}):
            with pytest.raises(BadOptionError, match=f"items is one {type(single).__name__}, expected a list"):
                await client.async_publish_many("market", "many.single", single)
        with pytest.raises(BadOptionError, match="items is int"):
            await client.async_publish_many("market", "many.single", 5)

    run(work)


def test_publishes_with_and_without_acknowledgement_keep_their_order(run):
    async def work(clients):
        client = await clients.connected("publisher")
        count = 25_000
        async with client.async_subscribe("market", "order.a", on_full="pause") as subscription:
            # More than may wait for ZeroMQ (10,000): the publisher has to wait on the way.
            for index in range(count):
                await client.async_publish("market", "order.a", str(index), format="string", ack=index % 1_000 == 0)
            received = [message.data for message in await take(subscription, count)]
        assert received == [str(index) for index in range(count)]

    run(work)
