"""The unchanged package pulse-mq 0.3.0 on our broker."""

import asyncio
import base64
import io
import time

import pandas as pd
import pytest

from broker import Broker, Prepared
from pulse_mq import PulseMQClient, errors
from receiving import Receiver

TABLE = pd.DataFrame(
    {"symbol": ["a", "b"] * 300, "price": [10.5, 11.0] * 300, "volume": [100, 200] * 300, "up": [True, False] * 300}
)
PAYLOADS = {"bytes": b"\x00\x01" * 1000, "string": "价格 10.5 " * 200, "df_msgpack": TABLE, "df_pyarrow": TABLE}


def with_client(prepared, name, work, **more):
    """Runs `async def work(client)` with a connected client of this user."""

    async def main():
        client = PulseMQClient(**prepared.arguments(name, **more))
        try:
            # Inside the try: without a close the package hangs at exit, also when it has not connected.
            await client.async_connect()
            return await work(client)
        finally:
            await client.async_close()

    return asyncio.run(main())


def publish(prepared, topic, data=b"x", **more):
    """Publishes one message to `market`."""
    with_client(prepared, "publisher", lambda client: client.async_publish("market", topic, data, **more))


@pytest.mark.parametrize("algorithm", [None, "zlib", "lz4", "zstd"])
def test_every_format_and_compression_arrives(prepared, algorithm):
    receiver = Receiver(prepared, "reader", "market", "all.>")
    try:
        receiver.live(lambda topic: publish(prepared, topic), "all.ready")

        async def send(client):
            for name, data in PAYLOADS.items():
                await client.async_publish("market", f"all.{name}", data, format=name, compress=algorithm)

        with_client(prepared, "publisher", send)
        got = {
            message["format"]: message
            for message in receiver.until("all.df_pyarrow")
            if message["topic"] != "all.ready"
        }
    finally:
        receiver.stop()
    assert base64.b64decode(got["bytes"]["bytes"]) == PAYLOADS["bytes"]
    assert got["string"]["text"] == PAYLOADS["string"]
    for name in ("df_msgpack", "df_pyarrow"):
        frame = pd.read_json(io.StringIO(got[name]["frame"]), orient="split")
        pd.testing.assert_frame_equal(frame, TABLE, check_dtype=False)
        assert got[name]["dtypes"] == [str(dtype) for dtype in TABLE.dtypes]
    assert {message["compressed"] for message in got.values()} == {algorithm}


def test_queries_list_what_the_user_may_read(prepared):
    publish(prepared, "query.one")

    async def ask(client):
        return await client.async_query_namespaces(), await client.async_query_topics("market")

    namespaces, topics = with_client(prepared, "reader", ask)
    assert "query.one" in topics
    assert [namespace["name"] for namespace in namespaces] == ["market"]
    assert namespaces[0]["topic_count"] == len(namespaces[0]["topics"])
    assert with_client(prepared, "outsider", lambda client: client.async_query_namespaces()) == []


def test_defect_4_wildcards_are_applied_by_the_broker(prepared):
    receiver = Receiver(prepared, "reader", "market", "a.>")
    try:
        receiver.live(lambda topic: publish(prepared, topic), "a.ready")
        for topic in ("zzz.q", "a.b", "zzz.r", "a.end"):
            publish(prepared, topic)
        topics = [message["topic"] for message in receiver.until("a.end")]
    finally:
        receiver.stop()
    assert [topic for topic in topics if topic != "a.ready"] == ["a.b", "a.end"]


def test_subscribers_of_one_address_get_the_union_of_their_patterns(prepared):
    receivers = [Receiver(prepared, "reader", "market", pattern) for pattern in ("u1.>", "u2.>")]
    try:
        for receiver, topic in zip(receivers, ("u1.ready", "u2.ready")):
            receiver.live(lambda topic: publish(prepared, topic), topic)
        for topic in ("u3.x", "u1.x", "u2.x", "u1.end", "u2.end"):
            publish(prepared, topic)
        for receiver in receivers:
            topics = {message["topic"] for message in receiver.until("u2.end")}
            assert "u3.x" not in topics
            assert {"u1.x", "u2.x"} <= topics
    finally:
        for receiver in receivers:
            receiver.stop()


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (lambda client: client.async_publish("other", "a", b"x"), errors.PermissionDeniedError),
        (lambda client: client.async_publish("market", "bad topic", b"x"), errors.PulseMQError),
        (lambda client: client.async_publish("system", "a", b"x"), errors.PulseMQError),
        (lambda client: client.async_publish("market", "a.b.c.d", b"x"), errors.PulseMQError),
        (lambda client: client.async_publish("market", "a", "x" * 8193, format="string"), errors.PayloadTooLargeError),
    ],
)
def test_bad_input_raises_and_the_next_publish_succeeds(prepared, work, error):
    async def both(client):
        with pytest.raises(error):
            await work(client)
        await client.async_publish("market", "after.bad", b"x")

    with_client(prepared, "publisher", both)


def test_a_wrong_token_is_refused(prepared):
    with pytest.raises(errors.AuthFailedError):
        with_client(prepared, "reader", lambda client: client.async_query_namespaces(), token="0" * 32)


def test_defect_17_a_grant_applies_to_the_next_publish(prepared):
    broker = prepared.broker
    with pytest.raises(errors.PermissionDeniedError):
        with_client(prepared, "outsider", lambda client: client.async_publish("market", "granted", b"x"))
    user_id = broker.user_id("outsider")

    async def publish_after_grant(client):
        path = f"/api/namespaces/{prepared.namespace_id}/permissions"
        broker.call("POST", path, {"user_id": user_id, "role": "pub"})
        await client.async_publish("market", "granted", b"x")
        broker.call("DELETE", f"{path}/{user_id}")
        with pytest.raises(errors.PermissionDeniedError):
            await client.async_publish("market", "granted", b"x")

    with_client(prepared, "outsider", publish_after_grant)


def test_defect_9_ten_killed_clients_free_their_connections(prepared):
    receivers = [Receiver(prepared, "reader", "market", ">") for _ in range(10)]
    deadline = time.monotonic() + 30
    connected = 0
    while connected < 10 and time.monotonic() < deadline:
        users = prepared.broker.call("GET", "/api/users")
        connected = next(user["session_count"] for user in users if user["username"] == "reader")
    assert connected == 10
    with pytest.raises(errors.AuthFailedError):
        with_client(prepared, "reader", lambda client: client.async_query_namespaces())
    for receiver in receivers:
        receiver.stop()
    for _ in range(12):
        with_client(prepared, "reader", lambda client: client.async_query_namespaces())


def test_defect_43_requests_after_a_second_of_silence_are_answered(prepared):
    async def slowly(client):
        for _ in range(4):
            await asyncio.sleep(1.0)
            await asyncio.wait_for(client.async_publish("market", "slow", b"x"), 5)

    with_client(prepared, "publisher", slowly)


def test_two_thousand_publishes_in_a_row_are_acknowledged(prepared):
    async def many(client):
        for index in range(2000):
            await client.async_publish("market", f"many.t{index % 50}", b"x" * 100)

    with_client(prepared, "publisher", many)


def test_a_subscriber_receives_again_after_a_restart():
    first = Broker()
    prepared = Prepared(first)
    ports = (first.pub_port, first.admin_port)
    receiver = Receiver(prepared, "reader", "market", ">")
    try:
        receiver.live(lambda topic: publish(prepared, topic), "before.restart")
        first.stop()
        second = Broker(directory=str(first.directory), ports=ports)
        prepared.broker = second
        # The package connects again but does not log in again. A new session of its address makes the broker deliver to it. Its
        # README promises more, and our own client keeps that promise.
        other = Receiver(prepared, "reader", "market", ">")
        receiver.live(lambda topic: publish(prepared, topic), "after.restart")
        other.stop()
        second.stop()
    finally:
        receiver.stop()
