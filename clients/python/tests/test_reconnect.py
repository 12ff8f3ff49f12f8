"""A client whose links are cut, while the broker stays up."""

import asyncio
import contextlib
import warnings

import pytest
from reconnecting import QUICK, Events, next_of, take

from pulse_mq import GapWarning, NotConnectedError, PermissionDeniedError


def test_thousands_of_subscriptions_are_restored(run):
    """libzmq by itself loses every subscription after the first 1,000."""

    async def work(clients):
        events = Events()
        reader, requests, deliveries = await clients.through_proxies("reader", reconnect=QUICK, on_connection=events)
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


def test_received_messages_and_gaps_add_up_to_what_was_published(run):
    async def work(clients):
        events, gaps = Events(), []
        reader, requests, deliveries = await clients.through_proxies(
            "reader", reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "cut.a")
        received = []
        published_count = 0
        for cut_count in range(1, 4):
            publishing = asyncio.ensure_future(publisher.async_publish_many("market", "cut.a", [b"x"] * 500))
            # The first has arrived, so the cut comes while the others are on their way.
            received.append((await next_of(subscription)).sequence)
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


def test_without_on_gap_a_gap_is_a_warning(run):
    async def work(clients):
        events = Events()
        reader, requests, _ = await clients.through_proxies("reader", reconnect=QUICK, on_connection=events)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "warned.a")
        await publisher.async_publish("market", "warned.a", b"x")
        await next_of(subscription)
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await publisher.async_publish_many("market", "warned.a", [b"missed"] * 3)
        requests.accept()
        await events.wait("reconnected")
        with pytest.warns(GapWarning, match=r"market:warned\.a: 3 messages are missing, sequence 2 to 4"):
            await publisher.async_publish("market", "warned.a", b"x")
            await next_of(subscription)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await publisher.async_publish("market", "warned.a", b"x")
            await next_of(subscription)

    run(work)


def test_a_subscription_that_ends_while_others_are_restored_is_unsubscribed(run):
    async def work(clients):
        events = Events()
        client, requests, deliveries = await clients.through_proxies("reader", on_connection=events, reconnect=QUICK)
        kept = client.async_subscribe("market", "restore.kept")
        await kept.live()
        for count in range(1, 11):
            ended = client.async_subscribe("market", f"restore.n{count}")
            await ended.live()
            requests.cut()
            deliveries.cut()
            await restoring(client)
            # A few more turns of the loop each time: the subscription ends at another step of the restoring.
            for _ in range(count):
                await asyncio.sleep(0)
            await ended.aclose()
            await events.wait("reconnected", count)
            await client.async_flush()
            listed = await client._slot.core.keeper.current.subscriptions()
            assert listed == {(0, "market", "restore.kept")}

    run(work)


def test_a_subscription_that_is_refused_at_the_reconnect_ends_and_the_others_go_on(run, own):
    one = own()

    async def work(clients):
        broker = one.broker
        other = broker.namespace("other")
        user_id = broker.user_id("reader")
        broker.call("POST", f"/api/namespaces/{other}/permissions", {"user_id": user_id, "role": "sub"})
        events = Events()
        reader, requests, _ = await clients.through_proxies("reader", reconnect=QUICK, on_connection=events)
        kept = await reader.async_subscribe("market", "kept.a")
        lost = await reader.async_subscribe("other", "lost.a")
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await asyncio.to_thread(broker.call, "DELETE", f"/api/namespaces/{other}/permissions/{user_id}")
        requests.accept()
        await events.wait("reconnected")
        with pytest.raises(PermissionDeniedError):
            await next_of(lost)
        publisher = await clients.connected("publisher")
        await publisher.async_publish("market", "kept.a", b"x")
        await next_of(kept)

    run(work, one.prepared)


def test_a_connection_that_is_lost_at_any_step_of_a_reconnect_is_made_again(run):
    async def work(clients):
        client, requests, deliveries = await clients.through_proxies("reader", reconnect=QUICK, connect_timeout=1)
        kept = client.async_subscribe("market", "steps.kept")
        await kept.live()
        for turns in range(40):
            requests.cut()
            deliveries.cut()
            await restoring(client)
            # A few more turns of the loop each time: one of the links is lost at another step.
            for _ in range(turns):
                await asyncio.sleep(0)
            (requests if turns % 2 else deliveries).cut()
            await asyncio.wait_for(flushed(client), 10)

    run(work)


@pytest.mark.parametrize("in_flight", ["fail", "retry"])
def test_publishes_in_flight_fail_or_are_sent_again_with_a_mark(run, in_flight):
    async def work(clients):
        events = Events()
        publisher, requests, _ = await clients.through_proxies(
            "publisher", reconnect=QUICK, in_flight=in_flight, on_connection=events
        )
        reader = await clients.connected("reader")
        subscription = await reader.async_subscribe("market", "flight.>")
        # The publishes arrive, but their replies do not.
        requests.swallows_to_client = True
        publishes = [
            asyncio.ensure_future(publisher.async_publish("market", "flight.a", str(index), format="string"))
            for index in range(3)
        ]
        assert not any(message.maybe_duplicate for message in await take(subscription, 3))
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


async def restoring(client):
    """Returns when there is a new connection, and not everything is restored on it."""
    keeper = client._slot.core.keeper
    while keeper.current is None or keeper.is_connected:
        await asyncio.sleep(0)


async def flushed(client):
    """Flushes, and again when the connection is lost meanwhile."""
    while True:
        with contextlib.suppress(NotConnectedError):
            return await client.async_flush()
        await asyncio.sleep(0)
