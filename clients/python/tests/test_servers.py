"""Several brokers: the address list, the retry at another one, and the move when a broker says that it is about to end."""

import asyncio
import shutil

import pytest
from reconnecting import QUICK, Events, next_of

from broker import Broker
from pulse_mq import BadOptionError, PulseMQClient
from pulse_mq._history import HistoryQuestion
from pulse_mq._servers import ServerAddress, Servers, server_address_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.example:5555", ServerAddress("a.example", 5555, 5556)),
        ("10.0.0.1:1/7", ServerAddress("10.0.0.1", 1, 7)),
        ("[::1]:5555", ServerAddress("::1", 5555, 5556)),
        ("a.example", None),
        ("a:65535", None),
        ("a:0", None),
        ("::1:5555", None),
        (7, None),
    ],
)
def test_an_address(text, address):
    assert server_address_of(text) == address


def test_a_list_goes_round_and_takes_what_a_broker_names_behind_the_others():
    servers = Servers([ServerAddress(host, 1, 2) for host in "abc"])
    first = servers.current
    seen = set()
    for _ in range(3):
        seen.add(servers.current.host)
        servers.next()
    assert (seen, servers.current) == ({"a", "b", "c"}, first)
    servers.learn(["a:1", "d:1", "no address", 7])
    assert len(servers) == 4
    servers.learn(None)
    assert len(servers) == 4


@pytest.mark.parametrize(
    "options", [{"servers": []}, {"servers": "a:1"}, {"servers": ["a"]}, {"servers": ["a:1"], "host": "b"}]
)
def test_a_wrong_list_is_refused(options):
    with pytest.raises(BadOptionError, match="servers"):
        PulseMQClient(username="a", token="t", **options)


@pytest.fixture
def twins(tmp_path):
    """Two brokers that know the same user: the files of the second are a copy of those of the first."""
    origin = Broker()
    origin.stop()
    shutil.copytree(origin.directory, tmp_path / "second")
    both = [Broker(directory=str(origin.directory)), Broker(directory=str(tmp_path / "second"))]
    yield both
    for one in both:
        if one.process.poll() is None:
            one.stop()
        one.process.stdout.close()
        one.process.wait()


def address_of(broker):
    return f"127.0.0.1:{broker.pub_port}/{broker.sub_port}"


async def connected_to(brokers, events):
    """Returns a connected client of both brokers, and the broker that it is at."""
    client = PulseMQClient(
        servers=[address_of(one) for one in brokers],
        username="admin",
        token=brokers[0].admin["token"],
        reconnect=QUICK,
        on_connection=events,
    )
    await client.async_connect()
    # A broker lists a session a moment after its client has the answer.
    while True:
        for one in brokers:
            if await asyncio.to_thread(one.call, "GET", "/api/connections"):
                return client, one


def test_after_a_kill_the_first_retry_goes_to_the_other_broker_without_a_wait(twins):
    async def work():
        events = Events()
        client, present = await connected_to(twins, events)
        subscription = await client.async_subscribe("market", "a")
        present.process.kill()
        again = await events.wait("reconnected")
        assert [event.delay for event in events.seen if event.kind == "reconnecting"] == [0]
        assert again.try_count == 1
        await client.async_publish("market", "a", b"x")
        assert (await next_of(subscription)).data == b"x"
        await client.async_close()

    asyncio.run(work())


def test_a_client_that_only_publishes_moves_when_its_broker_says_drain(twins):
    async def work():
        events = Events()
        client, present = await connected_to(twins, events)
        published = asyncio.gather(*(client.async_publish("market", "a", b"x") for _ in range(2_000)))
        present.call("POST", "/api/drain", {"within_s": 3_600})
        lost = await events.wait("disconnected")
        assert "the broker is about to end" in str(lost.error)
        await published
        await events.wait("reconnected")
        await client.async_publish("market", "a", b"x")
        # It ends by itself, since its last session has gone.
        assert await asyncio.to_thread(present.process.wait, 20) == 0
        await client.async_close()

    asyncio.run(work())


def test_a_broker_that_drains_does_not_wait_for_an_idle_connection_for_history(twins, monkeypatch):
    # It would be closed after this time.
    monkeypatch.setattr("pulse_mq._history._idle", 3_600.0)

    async def work():
        events = Events()
        for one in twins:
            one.call("POST", "/api/namespaces", {"name": "kept", "history": True})
        client, present = await connected_to(twins, events)
        await client.async_publish("kept", "a", b"x")
        core = client._slot.core
        (head,) = await (await core.keeper.connection()).heads("kept", ">")
        answer = await core._history.ask(HistoryQuestion("kept", "a", head.epoch, 1, 1), False)
        assert [message.payload for message in answer.messages] == [b"x"]
        present.call("POST", "/api/drain", {"within_s": 3_600})
        await events.wait("reconnected")
        assert await asyncio.to_thread(present.process.wait, 20) == 0
        await client.async_close()

    asyncio.run(work())
