"""What a client does when the broker dies, the link breaks, or nothing comes through it any more."""

import asyncio
import contextlib
import time
import warnings

import pytest
from own_broker import OwnBroker

from pulse_mq import (
    AuthFailedError,
    GapWarning,
    NotConnectedError,
    PulseMQError,
    ReconnectOptions,
    RequestTimeoutError,
)

QUICK = ReconnectOptions(base_delay=0.05, max_delay=0.2, max_tries=None)


@pytest.fixture
def own():
    """The factory of brokers that end with the test."""
    made = []

    def make(config=None):
        made.append(OwnBroker(config))
        return made[-1]

    yield make
    for one in made:
        one.end()


class Events:
    """The connection events of a client, to be waited for."""

    def __init__(self):
        self.seen = []
        self._changed = asyncio.Event()

    def __call__(self, event):
        self.seen.append(event)
        self._changed.set()

    async def wait(self, kind, count=1, seconds=20):
        async def until():
            while sum(event.kind == kind for event in self.seen) < count:
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(until(), seconds)
        return [event for event in self.seen if event.kind == kind][-1]


async def next_of(subscription, seconds=20):
    return await asyncio.wait_for(subscription.__anext__(), seconds)


async def through(clients, prepared, name="reader", **more):
    """A client whose links go through a proxy each."""
    requests = await clients.proxy(prepared.broker.pub_port)
    deliveries = await clients.proxy(prepared.broker.sub_port)
    client = clients.make(name, **{"pub_port": requests.port, "sub_port": deliveries.port, **more})
    await client.async_connect()
    return client, requests, deliveries


def test_defect_12_a_broker_killed_and_restarted_has_everything_live_again(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        events, gaps = Events(), []
        reader = await clients.connected("reader", reconnect=QUICK, on_connection=events, on_gap=gaps.append)
        publisher = await clients.connected("publisher", reconnect=QUICK, on_connection=(others := Events()))
        patterns = ["kill.a.*", "kill.*.y", "kill.b.x"]
        subscriptions = [await reader.async_subscribe("market", pattern) for pattern in patterns]
        topics = ["kill.a.x", "kill.a.y", "kill.b.y", "kill.b.x"]

        async def publish_and_receive():
            for topic in topics:
                await publisher.async_publish("market", topic, b"x")
            received = []
            for one in subscriptions:
                count = 2 if "*" in one.pattern else 1
                received.append([(await next_of(one)).topic for _ in range(count)])
            return received

        expected = [["kill.a.x", "kill.a.y"], ["kill.a.y", "kill.b.y"], ["kill.b.x"]]
        assert await publish_and_receive() == expected
        for kill_count in range(1, 4):
            gaps.clear()
            one.kill()
            await events.wait("disconnected", kill_count)
            await asyncio.to_thread(one.start)
            await events.wait("reconnected", kill_count)
            await others.wait("reconnected", kill_count)
            assert await publish_and_receive() == expected
            assert sorted(gap.topic for gap in gaps if gap.epoch_changed) == sorted(topics)
            assert len(gaps) == len(topics)
            assert await publish_and_receive() == expected
            assert len(gaps) == len(topics)

    run(work)


def test_thousands_of_subscriptions_survive(run, prepared):
    """libzmq by itself loses all past 1,000."""

    async def work(clients):
        events = Events()
        reader, requests, deliveries = await through(clients, prepared, reconnect=QUICK, on_connection=events)
        publisher = await clients.connected("publisher")
        subscriptions = [reader.async_subscribe("market", f"thousands.t{index}") for index in range(5_000)]
        await asyncio.gather(*(subscription.live() for subscription in subscriptions))
        requests.cut()
        deliveries.cut()
        await events.wait("reconnected")
        await asyncio.gather(
            *(publisher.async_publish("market", one.pattern, one.pattern, format="string") for one in subscriptions)
        )
        for subscription in subscriptions:
            assert (await next_of(subscription)).data == subscription.pattern

    run(work)


@pytest.mark.parametrize("which", ["both", "requests", "deliveries"])
def test_a_link_that_swallows_everything_is_found(run, prepared, which):
    interval, timeout = 0.4, 0.3

    async def work(clients):
        events = Events()
        times = {"ping_interval": interval, "ping_timeout": timeout}
        reader, requests, deliveries = await through(clients, prepared, reconnect=QUICK, on_connection=events, **times)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "half.open")
        # Idle, it is not taken for dead.
        await asyncio.sleep(3 * (interval + timeout))
        assert [event.kind for event in events.seen] == ["connected"]
        proxies = {"both": (requests, deliveries), "requests": (requests,), "deliveries": (deliveries,)}[which]
        for proxy in proxies:
            proxy.swallow()
        started = time.monotonic()
        await events.wait("disconnected")
        found = time.monotonic() - started
        for proxy in proxies:
            proxy.swallow(False)
        await events.wait("reconnected")
        await publisher.async_publish("market", "half.open", b"x")
        assert (await next_of(subscription)).data == b"x"
        return found

    found = run(work)
    # A bound with room: the machine may be busy.
    assert found < 10 * (interval + timeout)


def test_a_loop_that_was_blocked_is_no_dead_link(run, prepared):
    async def work(clients):
        events = Events()
        reader = await clients.connected("reader", ping_interval=0.4, ping_timeout=0.3, on_connection=events)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "blocked.a")
        for _ in range(3):
            time.sleep(1)
            await publisher.async_publish("market", "blocked.a", b"x")
            await next_of(subscription)
        assert [event.kind for event in events.seen] == ["connected"]

    run(work)


def test_where_only_connections_are_cut_received_and_gaps_are_what_was_published(run, prepared):
    async def work(clients):
        events, gaps = Events(), []
        reader, requests, deliveries = await through(
            clients, prepared, reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "cut.a")
        await publisher.async_publish("market", "cut.a", b"first")
        received = [(await next_of(subscription)).sequence]
        published_count = 1
        for cut_count in range(1, 4):
            publishing = asyncio.ensure_future(publisher.async_publish_many("market", "cut.a", [b"x"] * 500))
            await asyncio.sleep(0.01)
            (requests if cut_count % 2 else deliveries).cut()
            await publishing
            published_count += 500
            await events.wait("reconnected", cut_count)
        await publisher.async_publish("market", "cut.a", b"last")
        published_count += 1
        while True:
            message = await next_of(subscription)
            received.append(message.sequence)
            if message.data == b"last":
                break
        assert all(not gap.epoch_changed for gap in gaps)
        missing = [sequence for gap in gaps for sequence in range(gap.first, gap.last + 1)]
        assert sum(gap.missed_count for gap in gaps) == len(missing)
        assert sorted(received + missing) == list(range(received[0], received[0] + published_count))

    run(work)


def test_a_gap_is_a_warning_where_nobody_asks_for_it(run, prepared):
    async def work(clients):
        reader, requests, _ = await through(clients, prepared, reconnect=QUICK, on_connection=(events := Events()))
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "warned.a")
        await publisher.async_publish("market", "warned.a", b"x")
        await next_of(subscription)
        requests.cut()
        await events.wait("disconnected")
        await publisher.async_publish_many("market", "warned.a", [b"missed"] * 3)
        await events.wait("reconnected")
        with pytest.warns(GapWarning, match=r"market:warned\.a misses 3 messages, 2 to 4"):
            await publisher.async_publish("market", "warned.a", b"x")
            await next_of(subscription)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await publisher.async_publish("market", "warned.a", b"x")
            await next_of(subscription)

    run(work)


def test_a_subscription_that_ends_while_the_others_are_restored_is_taken_back(run, prepared):
    async def work(clients):
        events = Events()
        client, requests, deliveries = await through(clients, prepared, on_connection=events, reconnect=QUICK)
        kept = client.async_subscribe("market", "restore.kept")
        await kept.live()
        for count in range(1, 11):
            ended = client.async_subscribe("market", f"restore.n{count}")
            await ended.live()
            requests.cut()
            deliveries.cut()
            keeper = client._core.keeper
            while keeper.current is None or keeper.is_connected:
                await asyncio.sleep(0)
            # A connection is there and not everything is restored yet: now sooner, now later on the way.
            for _ in range(count):
                await asyncio.sleep(0)
            await ended.aclose()
            await events.wait("reconnected", count)
            await client.async_flush()
            listed = await client._core.query({"type": "subscriptions"})
            assert [one["pattern"] for one in listed] == ["restore.kept"]

    run(work)


def test_a_subscription_that_ends_before_it_is_live_is_taken_back(run):
    async def work(clients):
        # Now sooner, now later on the way: its SUB waits for the connection that deliveries come on.
        for turns in range(8):
            client = await clients.connected("reader")
            ended = client.async_subscribe("market", "early.ended")
            going_live = asyncio.ensure_future(ended.live())
            for _ in range(turns):
                await asyncio.sleep(0)
            await ended.aclose()
            await asyncio.gather(going_live, return_exceptions=True)
            kept = client.async_subscribe("market", "early.kept")
            await kept.live()
            await client.async_flush()
            listed = await client._core.query({"type": "subscriptions"})
            assert (turns, [one["pattern"] for one in listed]) == (turns, ["early.kept"])

    run(work)


async def flushed(client):
    """Lost under the flush itself, the next one waits for the next connection."""
    is_flushed = False
    while not is_flushed:
        with contextlib.suppress(NotConnectedError):
            await client.async_flush()
            is_flushed = True
        await asyncio.sleep(0)


def test_connections_lost_at_every_step_of_their_making_are_made_again(run, prepared):
    async def work(clients):
        client, requests, deliveries = await through(clients, prepared, reconnect=QUICK, connect_timeout=1)
        kept = client.async_subscribe("market", "steps.kept")
        await kept.live()
        keeper = client._core.keeper
        for turns in range(40):
            requests.cut()
            deliveries.cut()
            while keeper.current is None or keeper.is_connected:
                await asyncio.sleep(0)
            # From here on everything is being restored: one of the two goes, sooner or later on the way.
            for _ in range(turns):
                await asyncio.sleep(0)
            (requests if turns % 2 else deliveries).cut()
            await asyncio.wait_for(flushed(client), 10)

    run(work)


@pytest.mark.parametrize("in_flight", ["fail", "retry"])
def test_publishes_in_flight_are_told_or_sent_again_with_a_mark(run, prepared, in_flight):
    async def work(clients):
        publisher, requests, _ = await through(
            clients, prepared, "publisher", reconnect=QUICK, in_flight=in_flight, on_connection=(events := Events())
        )
        reader = await clients.connected("reader")
        subscription = await reader.async_subscribe("market", "flight.>")
        # The publish arrives; its answer does not.
        requests.swallows_to_client = True
        publishes = [
            asyncio.ensure_future(publisher.async_publish("market", "flight.a", str(index), format="string"))
            for index in range(3)
        ]
        first = [await next_of(subscription) for _ in range(3)]
        assert not any(message.maybe_duplicate for message in first)
        requests.swallows_to_client = False
        requests.cut()
        await events.wait("reconnected")
        results = await asyncio.gather(*publishes, return_exceptions=True)
        await publisher.async_publish("market", "flight.end", b"x")
        again = []
        while (message := await next_of(subscription)).topic != "flight.end":
            again.append((message.data, message.maybe_duplicate))
        return results, again

    results, again = run(work)
    if in_flight == "fail":
        assert all(isinstance(result, NotConnectedError) for result in results)
        assert all("not acknowledged" in str(result) for result in results)
        assert again == []
    else:
        assert results == [None, None, None]
        assert again == [("0", True), ("1", True), ("2", True)]


def test_what_is_published_while_there_is_no_connection_goes_out_on_the_next_one(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        publisher = await clients.connected(
            "publisher", reconnect=QUICK, on_connection=(events := Events()), max_pending=3
        )
        one.kill()
        await events.wait("disconnected")
        waiting = [asyncio.ensure_future(publisher.async_publish("market", "later.a", b"x")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(PulseMQError, match="limit \\(max_pending\\) is 3"):
            await publisher.async_publish("market", "later.a", b"x")
        await asyncio.to_thread(one.start)
        assert await asyncio.wait_for(asyncio.gather(*waiting), 20) == [None] * 3

    run(work)


def test_a_client_gives_up_after_its_tries_and_says_so(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        options = ReconnectOptions(max_tries=3, base_delay=0.01, max_delay=0.05)
        reader = await clients.connected("reader", reconnect=options, on_connection=(events := Events()))
        subscription = await reader.async_subscribe("market", "giving.up")
        one.kill()
        await events.wait("disconnected")
        publishing = asyncio.ensure_future(reader.async_publish("market", "giving.up", b"x"))
        closed = await events.wait("closed")
        assert str(closed.error).startswith("gave up after 3 tries")
        assert [event.try_count for event in events.seen if event.kind == "reconnecting"] == [1, 2, 3]
        for wait in (next_of(subscription), publishing, reader.async_publish("market", "giving.up", b"x")):
            with pytest.raises(NotConnectedError, match="gave up after 3 tries"):
                await wait
        assert not reader.is_connected

    run(work)


def test_without_reconnect_the_first_loss_is_the_end(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        reader = await clients.connected("reader", reconnect=False, on_connection=(events := Events()))
        subscription = await reader.async_subscribe("market", "no.reconnect")
        one.kill()
        with pytest.raises(NotConnectedError, match="was lost"):
            await next_of(subscription)
        assert [event.kind for event in events.seen] == ["connected", "disconnected", "closed"]

    run(work)


def test_from_start_waits_for_a_broker_that_is_not_there_yet(run, own):
    one = own()
    one.kill()

    async def work(clients):
        clients.prepared = one.prepared
        options = ReconnectOptions(base_delay=0.05, max_delay=0.1, max_tries=None, from_start=True)
        client = clients.make("publisher", reconnect=options)
        connecting = asyncio.ensure_future(client.async_connect())
        await asyncio.sleep(0.3)
        assert not connecting.done()
        await asyncio.to_thread(one.start)
        await asyncio.wait_for(connecting, 20)
        await client.async_publish("market", "from.start", b"x")
        # One that is closed while it tries ends.
        other = clients.make("publisher", reconnect=options, pub_port=1)
        connecting = asyncio.ensure_future(other.async_connect())
        await asyncio.sleep(0.1)
        await other.async_close()
        with pytest.raises(NotConnectedError, match="closed"):
            await connecting

    run(work)


def test_credentials_that_are_refused_are_not_tried_again(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        reader = await clients.connected("reader", reconnect=QUICK, on_connection=(events := Events()))
        subscription = await reader.async_subscribe("market", "refused.a")
        users = await asyncio.to_thread(one.broker.call, "GET", "/api/users")
        user_id = next(user["id"] for user in users if user["username"] == "reader")
        await asyncio.to_thread(one.broker.call, "POST", f"/api/users/{user_id}/reset-token")
        one.kill()
        await events.wait("disconnected")
        await asyncio.to_thread(one.start)
        with pytest.raises(AuthFailedError):
            await next_of(subscription)

    run(work)


def test_a_subscription_that_is_refused_after_a_restart_ends_and_the_others_live(run, own):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        other = one.broker.namespace("other")
        users = one.broker.call("GET", "/api/users")
        user_id = next(user["id"] for user in users if user["username"] == "reader")
        one.broker.call("POST", f"/api/namespaces/{other}/permissions", {"user_id": user_id, "role": "sub"})
        reader, requests, _ = await through(clients, one.prepared, reconnect=QUICK, on_connection=(events := Events()))
        kept = await reader.async_subscribe("market", "kept.a")
        lost = await reader.async_subscribe("other", "lost.a")
        requests.cut()
        await events.wait("disconnected")
        await asyncio.to_thread(one.broker.call, "DELETE", f"/api/namespaces/{other}/permissions/{user_id}")
        await events.wait("reconnected")
        with pytest.raises(PulseMQError, match="permission denied"):
            await next_of(lost)
        publisher = await clients.connected("publisher")
        await publisher.async_publish("market", "kept.a", b"x")
        await next_of(kept)

    run(work)


def test_a_broker_that_answers_nothing_is_left_after_the_time_limit(run, prepared):
    async def work(clients):
        publisher, requests, _ = await through(
            clients, prepared, "publisher", reconnect=False, request_timeout=0.3, ping_interval=60
        )
        requests.swallows_to_client = True
        with pytest.raises(NotConnectedError) as caught:
            await publisher.async_publish("market", "silent", b"x")
        assert isinstance(caught.value.__cause__, RequestTimeoutError)
        silent = await clients.proxy(prepared.broker.pub_port)
        silent.swallow()
        with pytest.raises(RequestTimeoutError, match=r"within 0\.3 s"):
            await clients.make("publisher", pub_port=silent.port, connect_timeout=0.3).async_connect()

    run(work)


@pytest.mark.parametrize("state", ["alive", "dead", "swallowing"])
def test_defect_41_close_ends_in_under_a_second(run, own, state):
    one = own()

    async def work(clients):
        clients.prepared = one.prepared
        client, requests, deliveries = await through(clients, one.prepared, "publisher", reconnect=QUICK)
        for index in range(20):
            await client.async_subscribe("market", f"close.t{index}")
        if state == "dead":
            one.kill()
        if state == "swallowing":
            requests.swallow()
            deliveries.swallow()
        publishing = asyncio.ensure_future(client.async_publish("market", "close.last", b"x"))
        await asyncio.sleep(0)
        started = time.monotonic()
        await client.async_close()
        took = time.monotonic() - started
        if state == "alive":
            await publishing
        else:
            with pytest.raises(NotConnectedError):
                await publishing
        return took

    assert run(work) < 1


def test_a_link_that_is_paused_is_no_dead_link_to_the_broker_however_long_it_is(run, own):
    one = own("auth:\n  ping_interval: 1\n  ping_timeout: 1\n")

    async def work(clients):
        clients.prepared = one.prepared
        reader = await clients.connected("reader", on_connection=(events := Events()))
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "paused.*", queue_limit=1, on_full="pause")
        # More than ZeroMQ's own queue takes: past it, it stops reading too, and answers no PING.
        await publisher.async_publish_many("market", "paused.a", map(str, range(3_000)), format="string")
        # What falls silent now is closed when a whole interval and time-out have passed.
        told = Events()
        _, requests, _ = await through(clients, one.prepared, reconnect=False, ping_interval=60, on_connection=told)
        requests.swallow()
        await told.wait("disconnected")
        assert [(await next_of(subscription)).data for _ in range(3_000)] == [str(index) for index in range(3_000)]
        await publisher.async_publish("market", "paused.b", "end", format="string")
        assert (await next_of(subscription)).data == "end"
        assert [event.kind for event in events.seen] == ["connected"]

    run(work)
