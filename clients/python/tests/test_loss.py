"""A connection that is lost while the client reads from it: ZeroMQ must not abort the process."""

import asyncio
import os
import subprocess
import sys
import time

from proxy import Proxy

from pulse_mq import PulseMQClient, ReconnectOptions

ROUND_COUNT = 20
MESSAGE_COUNT = 3_000


async def lose_while_reading(pub_port, sub_port, token):
    """Cuts the delivery link again and again, while thousands of messages are read from it."""
    quick = ReconnectOptions(base_delay=0.01, max_delay=0.05, max_tries=None)
    account = {"host": "127.0.0.1", "pub_port": pub_port, "username": "publisher", "token": token, "reconnect": quick}
    proxy = Proxy(sub_port)
    await proxy.start()
    missed = []
    reader = PulseMQClient(sub_port=proxy.port, on_gap=missed.append, **account)
    writer = PulseMQClient(sub_port=sub_port, **account)
    await reader.async_connect()
    await writer.async_connect()
    subscription = reader.async_subscribe("market", "loss.a")
    await subscription.live()
    for _ in range(ROUND_COUNT):
        await writer.async_publish_many("market", "loss.a", [b"x"] * MESSAGE_COUNT)
        proxy.cut()
        # Blocks the loop: ZeroMQ notices the loss before the client does, which then finds ZeroMQ's queue full.
        time.sleep(0.05)
        while reader.is_connected:
            await asyncio.sleep(0)
        while not reader.is_connected:
            await asyncio.sleep(0.01)
    await writer.async_publish("market", "loss.a", b"end")
    received = 0
    async for message in subscription:
        received += 1
        if message.data == b"end":
            break
    assert received + sum(gap.missed_count for gap in missed) == ROUND_COUNT * MESSAGE_COUNT + 1
    await reader.async_close()
    await writer.async_close()
    await proxy.stop()


def test_a_connection_lost_while_it_is_read_does_not_abort_the_process(prepared):
    arguments = prepared.arguments("publisher")
    words = [str(arguments["pub_port"]), str(arguments["sub_port"]), arguments["token"]]
    here = os.path.dirname(__file__)
    done = subprocess.run(
        [sys.executable, __file__, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": here},
    )
    assert (done.returncode, done.stderr) == (0, "")


if __name__ == "__main__":
    asyncio.run(lose_while_reading(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
