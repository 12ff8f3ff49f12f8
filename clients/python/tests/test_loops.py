"""Event loops without `add_reader`, such as the default one of Windows. The client needs only transports."""

import asyncio
import threading

from reconnecting import take

from pulse_mq import PulseMQClient


class UnwatchingLoop(asyncio.SelectorEventLoop):
    def add_reader(self, fd, callback, *args):
        raise NotImplementedError

    def remove_reader(self, fd):
        raise NotImplementedError


async def work(arguments):
    before = set(threading.enumerate())
    async with PulseMQClient(**arguments) as client, client.async_subscribe("market", "watch.>") as subscription:
        for index in range(200):
            await client.async_publish("market", "watch.a", str(index), format="string")
            assert (await take(subscription, 1))[0].data == str(index)
        await client.async_publish_many("market", "watch.b", [b"x"] * 5_000)
        assert {message.topic for message in await take(subscription, 5_000)} == {"watch.b"}
        assert set(threading.enumerate()) <= before


def test_a_loop_without_add_reader_is_enough_and_no_thread_is_started(prepared):
    loop = UnwatchingLoop()
    try:
        loop.run_until_complete(asyncio.wait_for(work(prepared.arguments("publisher")), 50))
    finally:
        loop.close()
