"""The last value of a topic."""

import asyncio

import pytest
from market_scene import publish

from pulse_mq import (
    PermissionDeniedError,
    PulseMQError,
    TopicFormatError,
)


def test_last_returns_the_newest_message_of_a_topic(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        await publish(publisher, "last.a", "1", "2")
        reader = await clients.connected("screen", on_gap=pytest.fail)
        message = await reader.async_last(prices, "last.a")
        assert (message.data, message.sequence, message.is_snapshot) == ("2", 2, True)
        # Its subscription has ended at the broker: it would else bring the next message.
        await reader.async_flush()
        await publish(publisher, "last.a", "3")
        # Beside a subscription that has had this message.
        subscription = await reader.async_subscribe(prices, "last.*")
        await publish(publisher, "last.a", "4")
        await subscription.__anext__()
        both = await asyncio.gather(*(reader.async_last(prices, "last.a") for _ in range(2)))
        assert [one.data for one in both] == ["4", "4"] and subscription.queued_count == 0
        assert await reader.async_last(prices, "last.unheard") is None
        with pytest.raises(TopicFormatError):
            await reader.async_last(prices, "last.*")
        with pytest.raises(PermissionDeniedError):
            await reader.async_last("market", "last.a")
        await reader.async_flush()
        assert {key.pattern for key in await reader._slot.core.keeper.current.subscriptions()} == {"last.*"}

    run(work)


def test_a_value_that_the_broker_has_no_room_for_is_an_error_and_not_none(run, own):
    one = own("limits:\n  last_value_bytes: 1048576\n")
    one.broker.call("PUT", f"/api/namespaces/{one.prepared.namespace_id}", {"keep_last_value": True})

    async def work(clients):
        publisher = await clients.connected("publisher")
        for index in range(3):
            await publisher.async_publish("market", f"large.t{index}", b"x" * 600_000)
        with pytest.raises(PulseMQError, match=r"no room for the last value of market:large\.t2"):
            await publisher.async_last("market", "large.t2")

    run(work, one.prepared)
