"""A client whose broker is killed, and perhaps started again."""

import asyncio
import time

import pytest
from reconnecting import QUICK, Events, next_of, take

from pulse_mq import AuthFailedError, LimitReachedError, NotConnectedError, ReconnectOptions


def test_defect_12_after_a_restart_of_the_broker_every_subscription_is_live_again(run, own):
    one = own()
    patterns = ["kill.a.*", "kill.*.y", "kill.b.x"]
    topics = ["kill.a.x", "kill.a.y", "kill.b.y", "kill.b.x"]
    expected = [["kill.a.x", "kill.a.y"], ["kill.a.y", "kill.b.y"], ["kill.b.x"]]

    async def work(clients):
        events, gaps = Events(), []
        reader = await clients.connected("reader", reconnect=QUICK, on_connection=events, on_gap=gaps.append)
        publisher = await clients.connected("publisher", reconnect=QUICK, on_connection=(others := Events()))
        subscriptions = [await reader.async_subscribe("market", pattern) for pattern in patterns]

        async def publish_and_receive():
            for topic in topics:
                await publisher.async_publish("market", topic, b"x")
            return [
                [message.topic for message in await take(subscription, len(wanted))]
                for subscription, wanted in zip(subscriptions, expected)
            ]

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

    run(work, one.prepared)


def test_publishes_without_a_connection_are_sent_on_the_next_one(run, own):
    one = own()

    async def work(clients):
        events = Events()
        publisher = await clients.connected("publisher", reconnect=QUICK, on_connection=events, max_pending=3)
        one.kill()
        await events.wait("disconnected")
        waiting = [asyncio.ensure_future(publisher.async_publish("market", "later.a", b"x")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(LimitReachedError, match=r"limit \(max_pending\) is 3"):
            await publisher.async_publish("market", "later.a", b"x")
        await asyncio.to_thread(one.start)
        assert await asyncio.wait_for(asyncio.gather(*waiting), 20) == [None] * 3

    run(work, one.prepared)


def test_a_client_gives_up_after_max_tries_and_raises_the_cause(run, own):
    one = own()

    async def work(clients):
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

    run(work, one.prepared)


def test_without_reconnect_the_first_loss_ends_the_client(run, own):
    one = own()

    async def work(clients):
        reader = await clients.connected("reader", reconnect=False, on_connection=(events := Events()))
        subscription = await reader.async_subscribe("market", "no.reconnect")
        one.kill()
        with pytest.raises(NotConnectedError, match="was lost"):
            await next_of(subscription)
        assert events.kinds == ["connected", "disconnected", "closed"]

    run(work, one.prepared)


def test_from_start_keeps_trying_until_there_is_a_broker(run, own):
    one = own()
    one.kill()

    async def work(clients):
        options = ReconnectOptions(base_delay=0.05, max_delay=0.1, max_tries=None, from_start=True)
        client = clients.make("publisher", reconnect=options, on_connection=(events := Events()))
        connecting = asyncio.ensure_future(client.async_connect())
        await events.wait("reconnecting", 3)
        assert not connecting.done()
        await asyncio.to_thread(one.start)
        await asyncio.wait_for(connecting, 20)
        await client.async_publish("market", "from.start", b"x")

    run(work, one.prepared)


def test_close_ends_a_client_that_still_tries_to_connect(run):
    async def work(clients):
        options = ReconnectOptions(base_delay=0.05, max_delay=0.1, max_tries=None, from_start=True)
        client = clients.make("publisher", reconnect=options, pub_port=1, on_connection=(events := Events()))
        connecting = asyncio.ensure_future(client.async_connect())
        await events.wait("reconnecting", 2)
        await client.async_close()
        with pytest.raises(NotConnectedError, match="closed"):
            await connecting

    run(work)


def test_refused_credentials_end_the_reconnect(run, own):
    one = own()

    async def work(clients):
        reader = await clients.connected("reader", reconnect=QUICK, on_connection=(events := Events()))
        subscription = await reader.async_subscribe("market", "refused.a")
        user_id = await asyncio.to_thread(one.broker.user_id, "reader")
        await asyncio.to_thread(one.broker.call, "POST", f"/api/users/{user_id}/reset-token")
        one.kill()
        await events.wait("disconnected")
        await asyncio.to_thread(one.start)
        with pytest.raises(AuthFailedError):
            await next_of(subscription)

    run(work, one.prepared)


@pytest.mark.parametrize("state", ["alive", "dead", "swallowing"])
def test_defect_41_close_ends_in_under_a_second(run, own, state):
    one = own()

    async def work(clients):
        client, requests, deliveries = await clients.through_proxies("publisher", reconnect=QUICK)
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

    assert run(work, one.prepared) < 1
