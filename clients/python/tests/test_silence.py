"""Links that stay open while nothing comes through them, or look that way."""

import asyncio
import time

import pytest
from reconnecting import QUICK, Events, next_of

from pulse_mq import RequestTimeoutError


@pytest.mark.parametrize("which", ["both", "requests", "deliveries"])
def test_a_link_that_swallows_everything_is_found(run, which):
    async def work(clients):
        events = Events()
        reader, requests, deliveries = await clients.through_proxies(
            "reader", reconnect=QUICK, on_connection=events, ping_interval=0.4, ping_timeout=0.3
        )
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "half.open")
        # Heartbeats keep both links alive while no messages are sent.
        await asyncio.wait_for(asyncio.gather(requests.answers(3), deliveries.answers(3)), 20)
        assert events.kinds == ["connected"]
        proxies = {"both": (requests, deliveries), "requests": (requests,), "deliveries": (deliveries,)}[which]
        for proxy in proxies:
            proxy.swallow()
        await events.wait("disconnected")
        for proxy in proxies:
            proxy.swallow(False)
        await events.wait("reconnected")
        await publisher.async_publish("market", "half.open", b"x")
        assert (await next_of(subscription)).data == b"x"

    run(work)


def test_a_client_whose_loop_was_blocked_keeps_its_connection(run):
    async def work(clients):
        events = Events()
        reader = await clients.connected("reader", ping_interval=0.4, ping_timeout=0.3, on_connection=events)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "blocked.a")
        for _ in range(3):
            # Blocks the loop for longer than the interval and the time-out together.
            time.sleep(1)
            await publisher.async_publish("market", "blocked.a", b"x")
            await next_of(subscription)
        assert events.kinds == ["connected"]

    run(work)


def test_a_broker_that_does_not_answer_is_given_up_after_the_time_limit(run, prepared):
    async def work(clients):
        publisher, requests, _ = await clients.through_proxies(
            "publisher", reconnect=False, request_timeout=0.3, ping_interval=60
        )
        requests.swallows_to_client = True
        with pytest.raises(RequestTimeoutError, match=r"within 0\.3 s \(request_timeout\)"):
            await publisher.async_publish("market", "silent", b"x")
        silent = await clients.proxy(prepared.broker.pub_port)
        silent.swallow()
        with pytest.raises(RequestTimeoutError, match=r"within 0\.3 s"):
            await clients.make("publisher", pub_port=silent.port, connect_timeout=0.3).async_connect()

    run(work)
