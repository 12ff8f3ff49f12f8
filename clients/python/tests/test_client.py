"""Options, connecting, queries and closing in the async form."""

import asyncio

import pytest

from pulse_mq import AuthFailedError, BadOptionError, NotConnectedError, PulseMQClient, __version__


def test_every_option_is_checked():
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


def test_the_broker_lists_the_name_and_version_of_the_client(run, prepared):
    async def work(clients):
        await clients.connected("reader")
        # The list follows the engine by a moment.
        connections = []
        while not connections:
            connections = prepared.broker.call("GET", "/api/connections?text=reader")
        assert {row["client_name"] for row in connections} == {f"pulsemq-python/{__version__}"}

    run(work)


def test_connecting_raises_the_cause(run, prepared):
    async def work(clients):
        with pytest.raises(AuthFailedError):
            await clients.make("reader", token="0" * 32).async_connect()
        with pytest.raises(NotConnectedError, match="refused"):
            await PulseMQClient("127.0.0.1", 1, username="a", token="b").async_connect()
        with pytest.raises(NotConnectedError, match="cannot resolve"):
            await PulseMQClient("no.such.host.invalid", 1, username="a", token="b").async_connect()
        with pytest.raises(NotConnectedError, match="does not speak ZMTP"):
            # This port speaks HTTP.
            await PulseMQClient("127.0.0.1", prepared.broker.admin_port, username="a", token="b").async_connect()

    run(work)


def test_calls_without_a_connection_raise(run):
    async def work(clients):
        with pytest.raises(NotConnectedError, match="call async_connect"):
            await clients.make("reader").async_publish("market", "a", b"x")
        with pytest.raises(RuntimeError):
            clients.make("reader").async_subscribe("market", "a")

    run(work)


def test_queries_list_what_the_user_may_read(run):
    async def work(clients):
        publisher = await clients.connected("publisher")
        await publisher.async_publish("market", "query.one", b"x")
        assert "query.one" in await publisher.async_query_topics("market")
        assert await publisher.async_query_topics("unheard") == []
        namespaces = await publisher.async_query_namespaces()
        assert [one["name"] for one in namespaces] == ["market"]
        assert namespaces[0]["topic_count"] == len(namespaces[0]["topics"])
        assert await publisher.async_query_permission() == {"type": "mq_normal", "namespaces": {"market": "PUB"}}
        outsider = await clients.connected("outsider")
        assert await outsider.async_query_namespaces() == []

    run(work)


def test_a_closed_client_can_connect_again(run):
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


def test_a_client_whose_loop_was_closed_can_connect_again(prepared):
    client = PulseMQClient(**prepared.arguments("publisher"))
    for _ in range(2):
        asyncio.run(client.async_connect())
    client.close()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.async_connect())
    client.close()
    assert not client.is_connected
    loop.close()
