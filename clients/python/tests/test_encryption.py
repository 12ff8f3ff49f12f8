"""TLS and CURVE: a session, a bound key instead of a token, another key or certificate, and options that do not fit."""

import asyncio
import pathlib
import ssl
import subprocess
import tempfile

import pytest
import zmq.utils.z85

from broker import COMMAND, Broker, Prepared
from pulse_mq import PulseMQClient
from pulse_mq.errors import AuthFailedError, BadOptionError, NotConnectedError


def key_of(path, name):
    """Returns a key of a file that `pulsemq keygen` wrote."""
    line = next(line for line in path.read_text().splitlines() if line.strip().startswith(name))
    return line.split('"')[1]


@pytest.fixture(scope="module")
def secure():
    """Our broker with CURVE and TLS, the users of `Prepared`, and the folder of its keys."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pulsemq-python-keys-"))
    for words in (["broker"], ["feed"], ["--tls", "broker"]):
        subprocess.run(["node", str(COMMAND), "keygen", *words], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    config = "auth:\n  curve_key_file: broker.key_secret\n"
    prepared = Prepared(Broker(config=config, directory=str(directory)))
    first = prepared.broker
    user_id = first.user_id("publisher")
    first.call("POST", f"/api/users/{user_id}/keys", {"key": key_of(directory / "feed.key", "public-key")})
    yield prepared, directory
    first.stop()


@pytest.fixture(scope="module")
def over_tls():
    """Our broker with TLS, without its API: that speaks HTTPS now. The certificate is its own authority."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pulsemq-python-tls-"))
    prepared = Prepared(Broker(directory=str(directory)))
    prepared.broker.stop()
    subprocess.run(
        ["node", str(COMMAND), "keygen", "--tls", "broker"], cwd=directory, check=True, stdout=subprocess.DEVNULL
    )
    ports = (prepared.broker.pub_port, 0)
    config = "server:\n  tls_cert_file: broker.cert.pem\n  tls_key_file: broker.key.pem\n"
    (directory / "config.yaml").write_text(config)
    words = ["--host", "127.0.0.1", "--pub-port", str(ports[0]), "--admin-port", "0", "--config", "config.yaml"]
    process = subprocess.Popen(["node", str(COMMAND), *words], cwd=directory, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "Encrypted" in line:
            break
    yield prepared, ssl.create_default_context(cafile=directory / "broker.cert.pem")
    process.terminate()
    assert process.wait(timeout=10) == 0
    process.stdout.close()


async def exchange(arguments, more):
    """Publishes a small and a large message and receives them."""
    async with PulseMQClient(**arguments, **more) as client:
        stream = await client.async_subscribe("market", "secure")
        for payload in (b"small", b"x" * 3_000_000):
            await client.async_publish("market", "secure", payload)
            message = await asyncio.wait_for(stream.__anext__(), 20)
            assert message.data == payload


def admin(prepared):
    """Arguments of a client of the administrator, who may publish and read everywhere."""
    arguments = prepared.arguments("publisher")
    return {**arguments, "username": "admin", "token": prepared.broker.admin["token"]}


def test_curve_carries_a_session(secure):
    prepared, directory = secure
    server_key = key_of(directory / "broker.key", "public-key")
    for key in (server_key, server_key.encode("ascii"), zmq.utils.z85.decode(server_key)):
        asyncio.run(exchange(admin(prepared), {"curve_server_key": key}))


def test_tls_carries_a_session(over_tls):
    prepared, context = over_tls
    asyncio.run(exchange(admin(prepared), {"tls": context}))


async def connect(**options):
    """Connects a client and closes it."""
    async with PulseMQClient(**options):
        pass


def test_a_bound_key_logs_in_without_a_token(secure):
    prepared, directory = secure
    keys = {
        "curve_server_key": key_of(directory / "broker.key", "public-key"),
        "curve_secret_key": key_of(directory / "feed.key_secret", "secret-key"),
    }
    arguments = {**prepared.arguments("publisher"), "token": ""}
    asyncio.run(connect(**arguments, **keys))
    with pytest.raises(AuthFailedError):
        asyncio.run(connect(**{**arguments, "username": "reader"}, **keys))


def test_another_key_and_another_certificate_are_refused(secure, over_tls):
    prepared, directory = secure
    other = key_of(directory / "feed.key", "public-key")
    with pytest.raises(NotConnectedError, match="curve_server_key"):
        asyncio.run(connect(**prepared.arguments("publisher"), curve_server_key=other, reconnect=False))
    prepared, _ = over_tls
    with pytest.raises(NotConnectedError):
        asyncio.run(connect(**prepared.arguments("publisher"), tls=True, reconnect=False))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"curve_server_key": "SECRET"}, "curve_server_key is not a CURVE key"),
        (
            {"curve_server_key": b"SECRET"},
            "curve_server_key has 6 bytes and is not a CURVE key: expected 40 bytes of Z85 or",
        ),
        ({"curve_server_key": b"0" * 64}, "curve_server_key has 64 bytes and is not a CURVE key"),
        ({"curve_server_key": b""}, "curve_server_key has 0 bytes"),
        ({"curve_server_key": b"SECRET" + b"\xff" * 34}, "curve_server_key is not a CURVE key"),
        ({"curve_server_key": bytearray(32)}, "curve_server_key is not a CURVE key"),
        ({"curve_secret_key": "x" * 40}, "curve_secret_key needs curve_server_key"),
        ({"curve_server_key": "0" * 64, "tls": True}, "tls and curve_server_key are both given"),
        ({"tls": "yes"}, "tls is str"),
        ({"tls_server_name": "a"}, "tls_server_name needs tls"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, text):
    with pytest.raises(BadOptionError, match=text) as caught:
        PulseMQClient(username="a", token="b", **options)
    assert "SECRET" not in str(caught.value)
