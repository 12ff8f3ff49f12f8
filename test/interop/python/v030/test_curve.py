"""pyzmq with CURVE on our broker: keys of `pulsemq keygen`, log-in by token and by key, deliveries, another server key."""

import json
import subprocess
import tempfile

import pytest
import zmq
import zmq.auth

from broker import COMMAND, Broker, Prepared


@pytest.fixture(scope="module")
def secure():
    """Our broker with CURVE, its public key, and the keys of a client."""
    directory = tempfile.mkdtemp(prefix="pulsemq-curve-")
    for name in ("broker", "feed"):
        subprocess.run(["node", str(COMMAND), "keygen", name], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    broker = Broker(config="auth:\n  curve_key_file: broker.key_secret\n", directory=directory)
    server_key, secret = zmq.auth.load_certificate(f"{directory}/broker.key")
    assert secret is None
    yield Prepared(broker), server_key, zmq.auth.load_certificate(f"{directory}/feed.key_secret")
    broker.stop()


@pytest.fixture
def context():
    context = zmq.Context()
    yield context
    context.destroy(linger=0)


def connected(context, kind, port, server_key, keys):
    """Returns a socket that encrypts by CURVE."""
    socket = context.socket(kind)
    socket.linger = 0
    socket.rcvtimeo = 10_000
    socket.curve_serverkey = server_key
    socket.curve_publickey, socket.curve_secretkey = keys
    socket.connect(f"tcp://127.0.0.1:{port}")
    return socket


def request(socket, kind, namespace=b"", topic=b"", payload=b""):
    """Sends a request and returns the type and the body of its reply."""
    header = bytes([4, kind, 0, 0]) + len(payload).to_bytes(4, "big") + bytes(12)
    socket.send_multipart([header, namespace, topic, b"", payload, b""])
    frames = socket.recv_multipart()
    return frames[0][1], json.loads(frames[4])


def credentials(name, token=None):
    body = {"username": name} if token is None else {"username": name, "token": token}
    return json.dumps(body).encode()


def test_a_session_by_token_publishes_and_receives(secure, context):
    prepared, server_key, _ = secure
    broker = prepared.broker
    publisher = connected(context, zmq.DEALER, broker.pub_port, server_key, zmq.curve_keypair())
    assert request(publisher, 1, payload=credentials("publisher", prepared.tokens["publisher"]))[0] == 6
    reader = connected(context, zmq.DEALER, broker.pub_port, server_key, zmq.curve_keypair())
    _, body = request(reader, 1, payload=credentials("reader", prepared.tokens["reader"]))
    sub = connected(context, zmq.SUB, broker.sub_port, server_key, zmq.curve_keypair())
    sub.subscribe(b"\x00PMQ1" + body["ticket"].encode())
    sub.subscribe(b"market:")
    sub.recv_multipart()
    assert request(reader, 3, b"market", b">")[0] == 6
    for payload in (b"small", b"x" * 3_000_000):
        assert request(publisher, 2, b"market", b"a", payload)[1] == {"status": "PUB_OK"}
        assert sub.recv_multipart()[5] == payload


def test_a_bound_key_logs_in_and_receives_without_a_token(secure, context):
    prepared, server_key, keys = secure
    broker = prepared.broker
    dealer = connected(context, zmq.DEALER, broker.pub_port, server_key, keys)
    assert request(dealer, 1, payload=credentials("reader"))[1]["error_code"] == 1
    user_id = broker.user_id("reader")
    broker.call("POST", f"/api/users/{user_id}/keys", {"key": keys[0].decode(), "name": "feed"})
    assert request(dealer, 1, payload=credentials("reader"))[1]["status"] == "AUTH_OK"
    sub = connected(context, zmq.SUB, broker.sub_port, server_key, keys)
    sub.subscribe(b"market:")
    publisher = connected(context, zmq.DEALER, broker.pub_port, server_key, zmq.curve_keypair())
    request(publisher, 1, payload=credentials("publisher", prepared.tokens["publisher"]))
    sub.rcvtimeo = 200
    for _ in range(50):
        request(publisher, 2, b"market", b"b", b"by key")
        try:
            assert sub.recv_multipart()[5] == b"by key"
            return
        except zmq.Again:
            continue
    pytest.fail("nothing was received in ten seconds")


def test_with_another_server_key_there_is_no_reply(secure, context):
    prepared, _, _ = secure
    other, _ = zmq.curve_keypair()
    dealer = connected(context, zmq.DEALER, prepared.broker.pub_port, other, zmq.curve_keypair())
    dealer.rcvtimeo = 1_000
    with pytest.raises(zmq.Again):
        request(dealer, 1, payload=credentials("reader", prepared.tokens["reader"]))
