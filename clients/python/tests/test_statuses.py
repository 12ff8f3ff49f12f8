"""Statuses: whether the source of a topic is alive."""

import asyncio

import pytest
from market_scene import publish
from reconnecting import QUICK, Events, next_of

from pulse_mq import NotConnectedError
from pulse_mq._markers import read_snapshot_end, read_statuses


class Statuses:
    """Collects statuses as an `on_status`."""

    def __init__(self):
        self.seen = []
        self._changed = asyncio.Event()

    def __call__(self, status):
        self.seen.append(status)
        self._changed.set()

    async def wait(self, count):
        """Returns the statuses, when there have been `count` of them."""

        async def until():
            while len(self.seen) < count:
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(until(), 20)
        return [(one.topic, one.state, one.publisher) for one in self.seen]


def test_a_subscription_gets_the_status_of_what_matches_now_and_with_each_change(run, prices):
    async def work(clients):
        statuses = Statuses()
        first = await clients.connected("feed")
        await publish(first, "state.a", "1")
        await publish(first, "other.a", "1")
        await first.async_close()
        reader = await clients.connected("screen")
        subscription = await reader.async_subscribe(prices, "state.*", status=True, on_status=statuses)
        other = await reader.async_subscribe(prices, "*.a")
        assert await statuses.wait(1) == [("state.a", "live", "gone")]
        (status,) = statuses.seen
        assert (status.namespace, status.reason, status.max_age_ms) == (prices, None, None)
        assert subscription.status("state.a") == status and status.since > 1_700_000_000
        assert subscription.status("other.a") is None
        second = await clients.connected("feed")
        await publish(second, "state.a", "2")
        assert (await statuses.wait(2))[1] == ("state.a", "live", "present")
        assert (await next_of(subscription)).data == (await next_of(other)).data == "2"
        assert other.status("state.a") is None

    run(work)


def test_many_statuses_come_in_few_messages_and_each_goes_to_the_patterns_that_match(run, prices):
    async def work(clients):
        all_of_them, one_of_them = Statuses(), Statuses()
        reader = await clients.connected("screen")
        subscriptions = [
            await reader.async_subscribe(prices, "bulk.*", status=True, on_status=all_of_them),
            await reader.async_subscribe(prices, "bulk.t7", status=True, on_status=one_of_them),
            await reader.async_subscribe(prices, "bulk.t8"),
        ]
        publisher = await clients.connected("feed")
        await asyncio.gather(*(publish(publisher, f"bulk.t{index}", "1") for index in range(600)))
        await publisher.async_close()
        seen = set()
        while len(seen) < 600:
            seen = {status for status in await all_of_them.wait(len(all_of_them.seen) + 1) if status[2] == "gone"}
        assert {topic for topic, _, _ in seen} == {f"bulk.t{index}" for index in range(600)}
        while ("bulk.t7", "live", "gone") not in await one_of_them.wait(1):
            await asyncio.sleep(0.01)
        assert {status.topic for status in one_of_them.seen} == {"bulk.t7"}
        assert subscriptions[2].status("bulk.t8") is None

    run(work)


def test_after_a_reconnect_the_statuses_come_again(run, prices):
    async def work(clients):
        events, statuses = Events(), Statuses()
        publisher = await clients.connected("feed")
        await publish(publisher, "back.a", "1")
        await publish(publisher, "back.b", "1")
        await publisher.async_close()
        reader, requests, _ = await clients.through_proxies("screen", reconnect=QUICK, on_connection=events)
        subscription = await reader.async_subscribe(prices, "back.*", status=True, on_status=statuses)
        await statuses.wait(2)
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await publish(await clients.connected("feed"), "back.a", "2")
        requests.accept()
        assert (await statuses.wait(3))[2:] == [("back.b", "live", "gone")]
        assert subscription.status("back.a") is None

    run(work)


def test_the_error_of_a_status_callback_is_reported_and_the_next_status_comes(run, prices):
    async def work(clients):
        errors, statuses = [], Statuses()

        def on_status(status):
            statuses(status)
            raise ValueError("from the callback")

        publisher = await clients.connected("feed")
        await publish(publisher, "raises.a", "1")
        await publish(publisher, "raises.b", "1")
        await publisher.async_close()
        reader = await clients.connected("screen", on_error=errors.append)
        async with reader.async_subscribe(prices, "raises.*", status=True, on_status=on_status):
            await statuses.wait(2)
        assert [str(error) for error in errors] == ["from the callback"] * 2

    run(work)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"topics": 5}', b'{"topics": [{"topic": "a"}]}', b"\xff"])
def test_what_cannot_be_read_is_an_error_of_the_connection(payload):
    with pytest.raises(NotConnectedError, match="cannot be read"):
        read_statuses("market", "", payload)
    with pytest.raises(NotConnectedError, match="cannot be read"):
        read_snapshot_end("market", ">", payload)
