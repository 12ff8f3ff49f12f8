"""The async subscriber of pulse-mq 0.5.0, on our broker."""

import asyncio

from pulse_mq import PulseMQClient


def test_the_async_subscriber_receives_what_matches_its_pattern(prepared):
    async def main():
        reader = PulseMQClient(**prepared.arguments("reader"))
        publisher = PulseMQClient(**prepared.arguments("publisher"))
        await reader.async_connect()
        await publisher.async_connect()
        got = []

        async def receive():
            async for message in reader.async_subscribe("market", "sz000651.>"):
                got.append((message.topic, message.data))
                if message.topic == "sz000651.end":
                    return

        receiving = asyncio.create_task(receive())
        # The package does not report when a subscription is live, so a message is published until one arrives.
        while not got:
            await publisher.async_publish("market", "sz000651.ready", b"x", ack=True)
            await asyncio.sleep(0.02)
        for topic in ("zzz.q", "sz000651.kline.1m", "sz000651.end"):
            await publisher.async_publish("market", topic, topic.encode(), ack=True)
        await asyncio.wait_for(receiving, 10)
        await publisher.async_close()
        await reader.async_close()
        return [topic for topic, _ in got if topic != "sz000651.ready"]

    assert asyncio.run(main()) == ["sz000651.kline.1m", "sz000651.end"]
