"""Event loops that cannot watch a socket, such as the default one of Windows."""

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
    async with PulseMQClient(**arguments) as client, client.async_subscribe("market", "watch.>") as subscription:
        for index in range(200):
            await client.async_publish("market", "watch.a", str(index), format="string")
            assert (await take(subscription, 1))[0].data == str(index)
        await client.async_publish_many("market", "watch.b", [b"x"] * 5_000)
        assert {message.topic for message in await take(subscription, 5_000)} == {"watch.b"}


def test_a_loop_without_add_reader_gets_threads_that_wait_for_sockets(prepared):
    loop = UnwatchingLoop()
    try:
        loop.run_until_complete(asyncio.wait_for(work(prepared.arguments("publisher")), 50))
    finally:
        loop.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "pulse_mq-watch"]
