"""A raw SUB socket of pyzmq without authentication. On the broker of 0.3.0 it could read everything."""

import asyncio
import json
import socket as sockets
import time

import pytest
import zmq

from broker import Broker, Prepared
from pulse_mq import PulseMQClient

PREFIXES = [b"", b"market", b"market:", b"market:a", b"m", b":", b"\x00"]


def dealer(prepared, name, context):
    """Returns an authenticated DEALER, for requests made of raw frames."""
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.rcvtimeo = 5000
    socket.connect(f"tcp://127.0.0.1:{prepared.broker.pub_port}")
    request(socket, 1, payload=json.dumps({"username": name, "token": prepared.tokens[name]}).encode())
    return socket


def request(socket, kind, namespace=b"", topic=b"", payload=b""):
    """Sends a request of a message type, checks that the reply is an ACK, and returns its body."""
    header = bytes([4, kind, 0, 0]) + len(payload).to_bytes(4, "big") + bytes(12)
    socket.send_multipart([header, namespace, topic, b"", payload, b""])
    frames = socket.recv_multipart()
    body = json.loads(frames[4])
    assert frames[0][1] == 6, body
    return body


def raw(prepared, context, prefixes, source=""):
    """Returns a SUB that is subscribed to prefixes, connected from the address `source`."""
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    socket.connect(f"tcp://{source}127.0.0.1:{prepared.broker.sub_port}")
    for prefix in prefixes:
        socket.subscribe(prefix)
    return socket


def received(socket, milliseconds=400):
    """Returns the messages that arrive until nothing arrives for some milliseconds."""
    messages = []
    while socket.poll(milliseconds):
        messages.append(socket.recv_multipart())
    return messages


@pytest.fixture
def context():
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


def test_defect_3_an_address_without_a_session_gets_nothing(prepared, context):
    """The session that has subscribed is at 127.0.0.1, the raw socket at 127.0.0.2."""
    reader = dealer(prepared, "reader", context)
    request(reader, 3, b"market", b">")
    publisher = dealer(prepared, "publisher", context)
    stranger = raw(prepared, context, PREFIXES, source="127.0.0.2:0;")
    assert not received(stranger)
    for _ in range(20):
        request(publisher, 2, b"market", b"a.b", b"x")
    assert received(stranger) == []


def test_with_a_session_only_a_prefix_that_names_the_namespace_gets_messages(prepared, context):
    publisher = dealer(prepared, "publisher", context)
    nameless = raw(prepared, context, [b"", b"market", b"m", b":"])
    named = raw(prepared, context, [b"market:"])
    assert not received(named)
    reader = dealer(prepared, "reader", context)
    request(reader, 3, b"market", b"a.*")
    for topic in (b"a.b", b"zzz.q", b"a.c"):
        request(publisher, 2, b"market", topic, b"x")
    assert [frames[0] for frames in received(named)] == [b"market:a.b", b"market:a.c"]
    assert received(nameless) == []


def test_defect_6_unsub_ends_deliveries(prepared, context):
    reader = dealer(prepared, "reader", context)
    request(reader, 3, b"market", b"a.*")
    publisher = dealer(prepared, "publisher", context)
    named = raw(prepared, context, [b"market:"])
    assert not received(named)
    request(publisher, 2, b"market", b"a.b", b"x")
    assert len(received(named)) == 1
    request(reader, 4, b"market", b"a.*")
    request(publisher, 2, b"market", b"a.b", b"x")
    assert received(named) == []


def test_with_legacy_subscribers_off_every_prefix_gets_nothing(context):
    broker = Broker(config="auth:\n  legacy_subscribers: false\n")
    prepared = Prepared(broker)
    reader = dealer(prepared, "reader", context)
    request(reader, 3, b"market", b">")
    publisher = dealer(prepared, "publisher", context)
    socket = raw(prepared, context, [*PREFIXES, b"market:a.b"])
    assert not received(socket)
    request(publisher, 2, b"market", b"a.b", b"x")
    assert received(socket) == []
    broker.stop()


def test_plain_with_username_and_token_gets_messages_by_prefix(prepared, context):
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    socket.plain_username = b"reader"
    socket.plain_password = prepared.tokens["reader"].encode()
    socket.connect(f"tcp://127.0.0.1:{prepared.broker.sub_port}")
    socket.subscribe(b"market:a.")
    publisher = dealer(prepared, "publisher", context)
    for _ in range(100):
        request(publisher, 2, b"market", b"a.b", b"x")
        if socket.poll(50):
            break
    assert socket.recv_multipart()[0] == b"market:a.b"


def test_bytes_that_are_not_zmtp_make_one_log_line(prepared):
    with sockets.create_connection(("127.0.0.1", prepared.broker.pub_port)) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        stranger.settimeout(5)
        while stranger.recv(4096):
            pass
    log = prepared.broker.directory / "logs" / "pulsemq.log"
    deadline = time.monotonic() + 5
    while "ZMTP" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    asyncio.run(still_works(prepared))
    assert sum("ZMTP" in line for line in log.read_text().splitlines()) == 1


async def still_works(prepared):
    """Connects and publishes."""
    client = PulseMQClient(**prepared.arguments("publisher"))
    await client.async_connect()
    await client.async_publish("market", "still.here", b"x")
    await client.async_close()
