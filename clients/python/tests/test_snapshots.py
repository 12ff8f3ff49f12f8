"""Snapshots: the last values first, and then what is published."""

import asyncio

import pytest
from market_scene import publish
from reconnecting import QUICK, Events, next_of, take

from pulse_mq import BadOptionError, NotConnectedError


def shown(message):
    return message.topic, message.data, message.is_snapshot


def test_the_last_value_of_every_topic_comes_first_and_then_the_end(run, prices):
    async def work(clients):
        ends = []
        publisher = await clients.connected("feed")
        await publish(publisher, "snap.a", "1", "2")
        await publish(publisher, "snap.b", "3")
        reader = await clients.connected("screen", on_gap=pytest.fail)
        subscription = reader.async_subscribe(prices, "snap.*", snapshot=True, on_snapshot_end=ends.append)
        end = await subscription.snapshot_end()
        assert (end.namespace, end.pattern, end.count, end.left_out, end.reason) == (prices, "snap.*", 2, 0, "complete")
        assert ends == [end]
        assert subscription.queued_count == 2
        await publish(publisher, "snap.a", "4")
        assert [shown(one) for one in await take(subscription, 3)] == [
            ("snap.a", "2", True),
            ("snap.b", "3", True),
            ("snap.a", "4", False),
        ]

    run(work)


def test_a_subscription_without_snapshot_gets_no_images_of_another_one(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_gap=pytest.fail)
        plain = await reader.async_subscribe(prices, "twin.>")
        await publish(publisher, "twin.a", "1")
        assert shown(await next_of(plain)) == ("twin.a", "1", False)
        for pattern in ("twin.>", "twin.a", "twin.*"):
            # The lane has had this message before: the image of it is new to this subscription alone.
            later = reader.async_subscribe(prices, pattern, snapshot=True)
            assert (await later.snapshot_end()).count == 1
            assert shown(await next_of(later)) == ("twin.a", "1", True)
            assert later.queued_count == 0
        assert plain.queued_count == 0

    run(work)


def test_a_snapshot_while_topics_are_published_to_has_no_gap_no_duplicate_and_no_older_value(run, prices):
    async def work(clients):
        gaps = []
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_gap=gaps.append)
        topics = [f"busy.t{index}" for index in range(200)]
        for topic in topics:
            await publish(publisher, topic, "0")

        async def keep_publishing():
            for value in range(1, 30):
                await asyncio.gather(*(publish(publisher, topic, str(value)) for topic in topics))

        publishing = asyncio.ensure_future(keep_publishing())
        for _ in range(5):
            last, images = {}, set()
            subscription = reader.async_subscribe(prices, "busy.*", snapshot=True)
            await subscription.snapshot_end()
            for message in await take(subscription, subscription.queued_count):
                assert message.sequence > last.get(message.topic, 0)
                assert not message.is_snapshot or message.topic not in images
                last[message.topic] = message.sequence
                images.add(message.topic)
            assert sorted(last) == sorted(topics)
            await subscription.aclose()
        await publishing
        assert gaps == []

    run(work)


def test_after_a_reconnect_the_snapshot_comes_again_without_what_was_seen(run, prices):
    async def work(clients):
        events, gaps, ends = Events(), [], []
        publisher = await clients.connected("feed")
        for topic in ("again.a", "again.b"):
            await publish(publisher, topic, "1")
        reader, requests, _ = await clients.through_proxies(
            "screen", reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        subscription = reader.async_subscribe(prices, "again.*", snapshot=True, on_snapshot_end=ends.append)
        await subscription.snapshot_end()
        await take(subscription, 2)
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await publish(publisher, "again.a", "2", "3", "4")
        await publish(publisher, "again.c", "1")
        requests.accept()
        assert [shown(one) for one in await take(subscription, 2)] == [("again.a", "4", True), ("again.c", "1", True)]
        while len(ends) < 2:
            await asyncio.sleep(0.01)
        assert ends[1].count == 3
        while not gaps:
            await asyncio.sleep(0.01)
        await publish(publisher, "again.a", "5")
        assert shown(await next_of(subscription)) == ("again.a", "5", False)
        # The image itself, number 4, is not missing.
        assert [(gap.topic, gap.first, gap.last) for gap in gaps] == [("again.a", 2, 3)]

    run(work)


def test_topics_that_stay_silent_show_their_gap_after_a_reconnect(run, prices):
    async def work(clients):
        events, gaps = Events(), []
        publisher = await clients.connected("feed")
        reader, requests, _ = await clients.through_proxies(
            "screen", reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        # More patterns than are asked for one by one, and two lanes.
        subscriptions = [await reader.async_subscribe(prices, f"silent.t{index}") for index in range(20)]
        other = await reader.async_subscribe(prices, "silent.*", on_slow="conflate", on_full="pause", queue_limit=1)
        for index, subscription in enumerate(subscriptions):
            await publish(publisher, f"silent.t{index}", "1")
            await next_of(subscription)
        await take(other, 20)
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await publish(publisher, "silent.t3", "2", "3")
        requests.accept()
        await events.wait("reconnected")
        while len(gaps) < 2:
            await asyncio.sleep(0.01)
        assert [(gap.topic, gap.first, gap.last) for gap in gaps] == [("silent.t3", 2, 3)] * 2
        await publish(publisher, "silent.t3", "4")
        assert (await next_of(subscriptions[3])).sequence == 4
        # The topic that finds out when everything has arrived is not subscribed to any more.
        await reader.async_flush()
        listed = await reader._slot.core.keeper.current.subscriptions()
        assert {key.pattern for key in listed} == {"silent.*", *(f"silent.t{index}" for index in range(20))}
        assert len(gaps) == 2

    run(work)


def test_messages_that_arrive_late_after_a_reconnect_are_no_gap(run, prices):
    async def work(clients):
        events, gaps = Events(), []
        publisher = await clients.connected("feed")
        reader, requests, _ = await clients.through_proxies(
            "screen", reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        subscription = await reader.async_subscribe(prices, "late.a", queue_limit=1, on_full="pause")
        marker = await reader.async_subscribe(prices, "late.b", on_slow="drop_newest")
        await publish(publisher, "late.a", "1", "2")
        await next_of(subscription)
        # The second one waits, so that the lane is paused, also on the next connection.
        while subscription.queued_count == 0:
            await asyncio.sleep(0.01)
        requests.cut()
        await events.wait("reconnected")
        await publish(publisher, "late.a", *map(str, range(3, 2_000)))
        await publish(publisher, "late.b", "x")
        await next_of(marker)
        assert [one.sequence for one in await take(subscription, 1_998)] == list(range(2, 2_000))
        assert gaps == []

    run(work)


def test_a_snapshot_that_a_lost_connection_interrupts_is_completed_by_the_next(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        await asyncio.gather(*(publish(publisher, f"cut.t{index}", "1") for index in range(500)))
        reader, _, deliveries = await clients.through_proxies("screen", reconnect=QUICK, on_gap=pytest.fail)
        await reader.async_subscribe(prices, "cut.none")
        deliveries.swallows_to_client = True
        # Counted from here: the values may come before SUB_OK, and then nothing else would come for 10 s, until a PING.
        values = asyncio.ensure_future(deliveries.answers(1))
        subscription = await reader.async_subscribe(prices, "cut.*", snapshot=True)
        waiting = asyncio.ensure_future(subscription.snapshot_end())
        await values
        deliveries.swallows_to_client = False
        deliveries.cut()
        assert (await waiting).count == 500
        got = [message.topic for message in await take(subscription, 500)]
        assert len(set(got)) == 500 and subscription.queued_count == 0

    run(work)


def test_waiting_for_the_end_of_a_snapshot_ends_with_the_subscription(run, prices):
    async def work(clients):
        reader = await clients.connected("screen")
        with pytest.raises(BadOptionError, match="snapshot=True"):
            await reader.async_subscribe(prices, "ended.a").snapshot_end()
        subscription = reader.async_subscribe(prices, "ended.a", snapshot=True)
        await subscription.aclose()
        with pytest.raises(NotConnectedError, match="ended before its snapshot"):
            await subscription.snapshot_end()

    run(work)


def test_with_a_callback_the_values_come_before_their_end(make, prepared, prices):
    publisher = make("feed")
    publisher.connect()
    publisher.publish(prices, "callback.a", b"1").result(10)
    seen = []
    reader = make("screen")
    reader.subscribe(
        prices,
        "callback.a",
        lambda message: seen.append(message.data),
        snapshot=True,
        on_snapshot_end=lambda end: (seen.append(end.count), reader.close()),
    )
    reader.run()
    assert seen == [b"1", 1]
