"""No call hangs, except waiting for the next message: each ends by its own time limit, with its own error."""

import asyncio
import concurrent.futures
import contextlib
import random
import time

import pytest
from calls import ASYNC_CALLS, CALLS
from hostile import HostilePeer, LyingBroker, reply
from reconnecting import Events, next_of, until_connected

from pulse_mq import (
    AuthFailedError,
    NotConnectedError,
    PulseMQClient,
    PulseMQError,
    ReconnectOptions,
    RequestTimeoutError,
    _wire,
)

SHORT = {"connect_timeout": 0.3, "request_timeout": 0.3}
ENDLESS = ReconnectOptions(max_tries=None, base_delay=0.05, max_delay=0.1)
WAYS = ("silent", "closes", "garbage")
ENDED = (NotConnectedError, RequestTimeoutError)


@pytest.fixture(params=WAYS)
def hostile(request):
    """A peer that is no broker."""
    peer = HostilePeer(request.param)
    peer.way = request.param
    yield peer
    peer.stop()


@pytest.fixture
def in_time():
    """A function that calls another one in a thread, and fails the test when it has not ended after 20 seconds."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(work).result(20)


def expected(way):
    """The error of a connect."""
    if way == "silent":
        return pytest.raises(RequestTimeoutError, match=r"within 0\.3 s \(connect_timeout\)")
    # ZeroMQ takes some garbage for the start of an old version of its protocol, and waits for more.
    return pytest.raises(NotConnectedError if way == "closes" else ENDED, match=r"cannot connect|was lost|was closed")


def test_connecting_to_a_hostile_peer_ends(hostile, in_time):
    client = PulseMQClient("127.0.0.1", **hostile.ports, **SHORT)

    async def connect():
        with expected(hostile.way):
            await client.async_connect()
        with expected(hostile.way):
            async with client:
                raise AssertionError("connected")

    asyncio.run(asyncio.wait_for(connect(), 20))
    for work in (client.connect, client.__enter__, client.run):
        with expected(hostile.way):
            in_time(work)
    client.close()


def test_connecting_from_the_start_gives_up_after_its_tries(hostile, in_time):
    options = ReconnectOptions(max_tries=2, base_delay=0.01, max_delay=0.01, from_start=True)
    client = PulseMQClient("127.0.0.1", **hostile.ports, **SHORT, reconnect=options)
    with pytest.raises(NotConnectedError, match="gave up after 2 tries"):
        in_time(client.connect)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_before_connect_ends(call, in_time):
    client = PulseMQClient("127.0.0.1", 1, **SHORT)
    with pytest.raises(ENDED) if call != "subscribe" else contextlib.nullcontext():
        in_time(lambda: CALLS[call](client))


@pytest.mark.parametrize("call", ASYNC_CALLS)
def test_an_async_call_before_connect_raises(call):
    async def work():
        with pytest.raises(NotConnectedError, match=r"call async_connect\(\) first"):
            await ASYNC_CALLS[call](PulseMQClient("127.0.0.1", 1))

    asyncio.run(work())


def spoil(way, *proxies):
    """Makes the links hostile, and every later link too."""
    for proxy in proxies:
        if way == "silent":
            proxy.swallow()
        elif way == "closes":
            proxy.cut_and_refuse()
        else:
            proxy.garble()


@pytest.mark.parametrize("reconnect", [False, ENDLESS], ids=["no reconnect", "endless reconnect"])
@pytest.mark.parametrize("way", WAYS)
def test_every_async_call_ends_when_the_broker_becomes_hostile(run, way, reconnect):
    async def work(clients):
        for call in ASYNC_CALLS:
            client, *proxies = await clients.through_proxies("publisher", reconnect=reconnect, **SHORT)
            spoil(way, *proxies)
            with pytest.raises(ENDED):
                await asyncio.wait_for(ASYNC_CALLS[call](client), 20)
            started = time.monotonic()
            await asyncio.wait_for(client.async_close(), 20)
            assert time.monotonic() - started < 10
            for proxy in proxies:
                await proxy.stop()

    run(work)


@pytest.mark.parametrize("reconnect", [False, ENDLESS], ids=["no reconnect", "endless reconnect"])
@pytest.mark.parametrize("way", WAYS)
def test_every_blocking_call_ends_when_the_broker_becomes_hostile(run, way, reconnect):
    async def work(clients):
        broker = clients.prepared.broker
        for call in CALLS:
            proxies = [await clients.proxy(port) for port in (broker.pub_port, broker.sub_port)]
            ports = {"pub_port": proxies[0].port, "sub_port": proxies[1].port}
            client = PulseMQClient(
                **clients.prepared.arguments("publisher", **ports, **SHORT),
                reconnect=reconnect,
                on_error=lambda error: None,
            )
            await until_connected(lambda client=client: asyncio.to_thread(client.connect))
            spoil(way, *proxies)
            with pytest.raises(ENDED):
                await asyncio.wait_for(asyncio.to_thread(CALLS[call], client), 20)
            await asyncio.wait_for(asyncio.to_thread(client.close), 20)
            for proxy in proxies:
                await proxy.stop()

    run(work)


@pytest.mark.parametrize("way", WAYS)
def test_run_and_subscriptions_end_when_the_broker_becomes_hostile(run, way):
    async def work(clients):
        client, *proxies = await clients.through_proxies(
            "publisher", reconnect=False, ping_interval=0.3, ping_timeout=0.3, **SHORT
        )
        subscription = await client.async_subscribe("market", "ends.>")
        waiting = asyncio.ensure_future(next_of(subscription))
        await asyncio.sleep(0)
        spoil(way, *proxies)
        with pytest.raises(ENDED):
            await waiting
        await asyncio.wait_for(subscription.aclose(), 20)
        with pytest.raises((*ENDED, StopAsyncIteration)):
            await next_of(subscription)

    run(work)


LIES = {
    "no JSON": lambda frames: reply(_wire.ACK, b"\xff\x00"),
    "JSON that is no object": lambda frames: reply(_wire.ACK, [1, 2]),
    "another version": lambda frames: reply(_wire.ACK, {}, version=9),
    "an unknown type": lambda frames: reply(77, {}),
    "an error without a code": lambda frames: reply(_wire.ERROR, {"error_code": "x"}),
    "too few frames": lambda frames: reply(_wire.ACK, {})[:3],
    "too many frames": lambda frames: [*reply(_wire.ACK, {}), b"", b"x"],
    "a short header": lambda frames: [b"\x04\x06", b"", b"", b"", b"{}", b""],
    "data of another kind": lambda frames: reply(_wire.ACK, {"data": 7}),
    "random bytes": lambda frames: [random.randbytes(20) for _ in range(6)],
    "nothing": lambda frames: None,
}


@pytest.mark.parametrize("lie", LIES)
def test_every_call_ends_when_the_broker_lies(lie, in_time):
    broker = LyingBroker(LIES[lie])
    for call in CALLS:
        client = PulseMQClient("127.0.0.1", **broker.ports, **SHORT, reconnect=False, on_error=lambda error: None)
        in_time(client.connect)
        # A lie that looks like an answer may be one: then the call returns. It must not hang or raise another kind of error.
        with contextlib.suppress(PulseMQError):
            in_time(lambda call=call, client=client: CALLS[call](client))
        in_time(client.close)
    broker.stop()


@pytest.mark.parametrize("body", [{"status": 5}, {"status": "AUTH_OK", "features": "ticket"}, [], {}])
def test_a_log_in_that_is_answered_with_garbage_ends(body, in_time):
    broker = LyingBroker(LIES["nothing"], log_in=body)
    client = PulseMQClient("127.0.0.1", **broker.ports, **SHORT, reconnect=False)
    try:
        in_time(client.connect)
    except PulseMQError as error:
        assert not isinstance(error, AuthFailedError) or "JSON" in str(error)
    in_time(client.close)
    broker.stop()


def test_publish_many_stops_at_the_first_error_and_closes_its_source(run):
    async def work(clients):
        client = await clients.connected("reader")
        closed = []

        def endless():
            try:
                while True:
                    yield b"x"
            finally:
                closed.append(True)

        source = endless()
        with pytest.raises(PulseMQError, match=r"right|permission|PUB"):
            await asyncio.wait_for(client.async_publish_many("market", "no.right", source), 20)
        assert closed == [True]
        with pytest.raises(PulseMQError):
            await asyncio.to_thread(lambda: PulseMQClient().publish_many("market", "a", endless()))

    run(work)


def test_publishes_wait_for_a_connection_no_longer_than_request_timeout(run):
    async def work(clients):
        events = Events()
        client, *proxies = await clients.through_proxies(
            "publisher", reconnect=ENDLESS, in_flight="retry", on_connection=events, **SHORT
        )
        for proxy in proxies:
            proxy.cut_and_refuse()
        await events.wait("reconnecting")
        for work in (client.async_publish("market", "late.a", b"x"), client.async_flush()):
            with pytest.raises(RequestTimeoutError, match=r"no connection for 0\.3 s \(request_timeout\)"):
                await work
        for proxy in proxies:
            proxy.accept()
        await events.wait("reconnected")
        await client.async_publish("market", "late.a", b"x")

    run(work)


def test_a_publish_that_is_never_answered_is_not_retried_for_ever(run):
    async def work(clients):
        client, requests, _ = await clients.through_proxies("publisher", reconnect=ENDLESS, in_flight="retry", **SHORT)
        requests.swallow()
        with pytest.raises(RequestTimeoutError):
            await asyncio.wait_for(client.async_publish("market", "late.b", b"x"), 20)

    run(work)
