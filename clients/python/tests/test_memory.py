"""Memory of a client that receives, and publishes, for long."""

import asyncio
import gc
import pathlib

MESSAGE_COUNT = 150_000
ROUND_COUNT = 6
#: What Python and ZeroMQ may still add for themselves, of the 30 MB and more that each round carries.
ROOM_BYTES = 6_000_000


def resident_bytes():
    gc.collect()
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_memory_is_flat(run):
    """Publishing, receiving, gaps of nobody, cancelled waits, subscriptions that come and go: rounds of them cost nothing."""

    async def work(clients):
        client = await clients.connected("publisher", queue_limit=2_000)
        used = []
        for _ in range(ROUND_COUNT):
            await one_round(client)
            used.append(resident_bytes())
        return used

    async def one_round(client):
        subscription = await client.async_subscribe("market", "memory.>")

        async def receive():
            count = 0
            async for message in subscription:
                count += 1
                if message.topic == "memory.end":
                    return count

        receiving = asyncio.ensure_future(receive())
        for batch in range(MESSAGE_COUNT // ROUND_COUNT // 1_000):
            await client.async_publish_many("market", f"memory.t{batch % 20}", [b"x" * 200] * 1_000)
        await client.async_publish("market", "memory.end", b"x")
        assert await receiving > 1_000
        for index in range(100):
            waiting = asyncio.ensure_future(subscription.__anext__())
            await asyncio.sleep(0)
            waiting.cancel()
            async with client.async_subscribe("market", f"memory.s{index}"):
                pass
        await subscription.aclose()

    used = run(work)
    assert used[-1] - used[1] < ROOM_BYTES, used
