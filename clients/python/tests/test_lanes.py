"""Delivery policies: what the broker does while a subscription is read too slowly, and how the client hides the lanes."""

import asyncio

import pytest
from market_scene import publish
from reconnecting import QUICK, Events, next_of, take

from pulse_mq import BadOptionError, LimitReachedError, PulseMQError

#: More than the kernel and this client hold of one lane.
MANY = 4_000
LONG = "x" * 8_000


def lanes_of(client):
    """The lanes of the subscriptions of a client, by pattern."""
    return {stream.pattern: stream.lane.index for stream in client._slot.core.streams._streams}


async def publish_past_what_is_held(publisher, topics):
    """Publishes long texts in turn to topics, until the broker must apply the policy of a lane that is not read."""
    await asyncio.gather(*(publish(publisher, topic, *[LONG] * (MANY // len(topics))) for topic in topics))


def test_a_conflating_subscription_that_was_not_read_gets_the_newest_and_no_gap(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_gap=pytest.fail)
        subscription = await reader.async_subscribe(
            prices, "slow.*", on_slow="conflate", on_full="pause", queue_limit=1
        )
        topics = [f"slow.t{index}" for index in range(4)]
        await publish_past_what_is_held(publisher, topics)
        sums = dict.fromkeys(topics, 0)
        conflated = []
        while set(sums.values()) != {MANY // 4}:
            message = await next_of(subscription)
            sums[message.topic] += message.conflated_count or 1
            assert sums[message.topic] == message.sequence
            assert message.is_conflated == (message.conflated_count > 1)
            conflated += [message] if message.is_conflated else []
        assert len(conflated) > 0

    run(work)


def test_with_a_rate_the_newest_of_several_updates_comes(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_gap=pytest.fail)
        subscription = await reader.async_subscribe(prices, "paced.a", max_rate=4)
        await publish(publisher, "paced.a", *map(str, range(1, 1_001)))
        messages = [await next_of(subscription)]
        while messages[-1].sequence < 1_000:
            messages.append(await next_of(subscription))
        assert messages[0].data == "1" and messages[-1].data == "1000"
        assert sum(message.conflated_count or 1 for message in messages) == 1_000
        assert len(messages) < 100

    run(work)


def test_subscriptions_with_the_same_policy_share_a_lane(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen")
        plain = await reader.async_subscribe(prices, "shared.a")
        also_plain = await reader.async_subscribe(prices, "shared.*", on_slow="drop_oldest")
        newest = [await reader.async_subscribe(prices, pattern, max_rate=5) for pattern in ("shared.>", "shared.b")]
        integer_and_float = await reader.async_subscribe(prices, "shared.c", max_rate=5.0)
        assert lanes_of(reader) == {"shared.a": 0, "shared.*": 0, "shared.>": 1, "shared.b": 1, "shared.c": 1}
        await publish(publisher, "shared.a", "1")
        await publish(publisher, "shared.b", "2")
        for subscription, wanted in (
            (plain, ["1"]),
            (also_plain, ["1", "2"]),
            (newest[0], ["1", "2"]),
            (newest[1], ["2"]),
        ):
            assert [message.data for message in await take(subscription, len(wanted))] == wanted
            assert subscription.queued_count == 0
        assert integer_and_float.queued_count == 0

    run(work)


def test_a_ninth_policy_is_refused_and_a_lane_is_free_when_its_last_subscription_goes(run, prices):
    async def work(clients):
        reader = await clients.connected("screen")
        subscriptions = [await reader.async_subscribe(prices, f"many.t{rate}", max_rate=rate) for rate in range(1, 9)]
        assert sorted(lanes_of(reader).values()) == list(range(8))
        with pytest.raises(LimitReachedError, match="8 policies already, the limit is 8"):
            await reader.async_subscribe(prices, "many.a")
        ninth = reader.async_subscribe(prices, "many.a", max_rate=9)
        with pytest.raises(LimitReachedError, match="max_rate=9"):
            await next_of(ninth)
        await subscriptions[3].aclose()
        publisher = await clients.connected("feed")
        free = await reader.async_subscribe(prices, "many.a", on_slow="drop_newest")
        await publish(publisher, "many.a", "1")
        assert (await next_of(free)).data == "1"

    run(work)


def test_a_subscription_that_ends_before_it_is_live_leaves_its_lane_to_another_policy(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        for turns in range(12):
            reader = await clients.connected("screen")
            ended = reader.async_subscribe(prices, "early.a", max_rate=1 + turns)
            going_live = asyncio.ensure_future(ended.live())
            for _ in range(turns):
                await asyncio.sleep(0)
            stopping = asyncio.ensure_future(ended.aclose())
            await asyncio.sleep(0)
            kept = await reader.async_subscribe(prices, "early.a", on_slow="conflate")
            await asyncio.gather(stopping, going_live, return_exceptions=True)
            await publish(publisher, "early.a", "1")
            assert (await next_of(kept)).data == "1"

    run(work)


def test_lanes_are_restored_after_a_reconnect(run, prices):
    async def work(clients):
        events = Events()
        publisher = await clients.connected("feed")
        reader, requests, _ = await clients.through_proxies("screen", reconnect=QUICK, on_connection=events)
        options = [{}, {"on_slow": "conflate"}, {"max_rate": 1_000}, {"on_slow": "drop_newest"}]
        subscriptions = [await reader.async_subscribe(prices, "restored.a", **one) for one in options]
        requests.cut()
        await events.wait("reconnected")
        listed = await reader._slot.core.keeper.current.subscriptions()
        assert listed == {(index, prices, "restored.a") for index in range(4)}
        await publish(publisher, "restored.a", "1")
        for subscription in subscriptions:
            assert (await next_of(subscription)).data == "1"

    run(work)


def test_a_lane_that_is_not_read_does_not_hold_up_another_one(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen")
        stopped = await reader.async_subscribe(prices, "held.a", on_slow="drop_newest", on_full="pause", queue_limit=1)
        quick = await reader.async_subscribe(prices, "held.a")
        count = 0
        publishing = asyncio.ensure_future(publish(publisher, "held.a", *[LONG] * MANY))
        while count < MANY:
            count += len(await take(quick, max(1, quick.queued_count)))
        await publishing
        assert 1 <= stopped.queued_count < MANY

    run(work)


def test_a_lane_that_is_disconnected_for_its_slowness_comes_back_and_the_others_stay(run, own):
    one = own("broker:\n  backlog_bytes: 1048576\n")
    one.broker.call("PUT", f"/api/namespaces/{one.prepared.namespace_id}", {"keep_last_value": True})

    async def work(clients):
        events, gaps, ends = Events(), [], []
        publisher = await clients.connected("publisher")
        reader = await clients.connected("reader", on_connection=events, on_gap=gaps.append)
        # The callback of the end is the sign of life of the lane: each link that is made again asks for the snapshot again.
        options = {"snapshot": True, "on_snapshot_end": ends.append, "on_slow": "disconnect"}
        subscription = reader.async_subscribe("market", "ended.a", on_full="pause", queue_limit=1, **options)
        await subscription.snapshot_end()
        other = await reader.async_subscribe("market", "ended.b")
        await publisher.async_publish_many("market", "ended.a", [LONG] * MANY, format="string")
        sequences = []
        while len(ends) < 2 or subscription.queued_count > 0:
            while subscription.queued_count > 0:
                sequences.append((await next_of(subscription)).sequence)
            await asyncio.sleep(0.001)
        await publisher.async_publish("market", "ended.a", "last", format="string")
        while not sequences or sequences[-1] < MANY + 1:
            sequences.append((await next_of(subscription)).sequence)
        await publisher.async_publish("market", "ended.b", b"x")
        assert (await next_of(other)).sequence == 1
        assert events.kinds == ["connected"]
        assert sequences == sorted(set(sequences))
        missing = {number for gap in gaps for number in range(gap.first, gap.last + 1)}
        assert missing and missing | set(sequences) == set(range(1, MANY + 2)) and not missing & set(sequences)

    run(work, one.prepared)


def test_a_lane_that_is_cut_while_the_client_looks_for_gaps_is_looked_at_again(run, prices):
    async def work(clients):
        gaps, changed = [], []
        publisher = await clients.connected("feed")

        def on_connection(event):
            changed.append(event.kind)
            if event.kind == "reconnected":
                # It looks for gaps from now on, and waits for an end that does not come.
                deliveries.swallows_to_client = True

        reader, requests, deliveries = await clients.through_proxies(
            "screen", reconnect=QUICK, on_connection=on_connection, on_gap=gaps.append
        )
        subscription = await reader.async_subscribe(prices, "looked.a", on_slow="disconnect")
        await publish(publisher, "looked.a", "1")
        await next_of(subscription)
        requests.cut_and_refuse()
        while "disconnected" not in changed:
            await asyncio.sleep(0.001)
        await publish(publisher, "looked.a", "2")
        requests.accept()
        core = reader._slot.core
        while len(await patterns_of(core)) < 2:
            await asyncio.sleep(0.001)
        deliveries.swallows_to_client = False
        deliveries.cut()
        while not gaps or len(await patterns_of(core)) > 1 or core.streams._checks._running:
            await asyncio.sleep(0.001)
        assert [(gap.first, gap.last) for gap in gaps] == [(2, 2)]

    run(work)


async def patterns_of(core):
    """What the session of a client has subscribed to."""
    return await (await core.keeper.connection()).subscriptions()


def test_options_are_checked_at_once(run, prices):
    async def work(clients):
        reader = await clients.connected("screen")
        for options, text in (
            (
                {"on_slow": "explode"},
                "on_slow is 'explode', expected drop_oldest or drop_newest or conflate or disconnect",
            ),
            ({"max_rate": 0}, "max_rate is 0, expected updates a second from 0.01 to 1000"),
            ({"max_rate": True}, "max_rate is True"),
            ({"max_rate": 1_001}, "max_rate is 1001"),
            ({"max_rate": float("nan")}, "max_rate is nan"),
            ({"snapshot": 1}, "snapshot is 1, expected True or False"),
            ({"status": "yes"}, "status is 'yes'"),
            ({"on_status": print}, "on_status is given without status=True"),
            ({"on_snapshot_end": print}, "on_snapshot_end is given without snapshot=True"),
            ({"on_snapshot_end": 5, "snapshot": True}, "on_snapshot_end is int, expected a function"),
        ):
            with pytest.raises(BadOptionError, match=text):
                reader.async_subscribe(prices, "a", **options)
            with pytest.raises(BadOptionError, match=text):
                reader.subscribe(prices, "a", print, **options)

    run(work)


def test_a_namespace_without_last_values_refuses_to_conflate(run):
    async def work(clients):
        reader = await clients.connected("reader")
        with pytest.raises(PulseMQError, match='namespace "market" does not keep'):
            await reader.async_subscribe("market", "plain.a", on_slow="conflate")
        await reader.async_subscribe("market", "plain.a", on_slow="drop_newest")

    run(work)
