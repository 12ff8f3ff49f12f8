"""The memory of a client that publishes and receives for a long time."""

import asyncio
import gc
import pathlib

MESSAGE_COUNT = 150_000
ROUND_COUNT = 6
#: What Python may still allocate for itself. Each round carries more than 30 MB.
ROOM_BYTES = 6_000_000


def resident_bytes():
    gc.collect()
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


async def one_round(client):
    """Publishes and receives, cancels waits, and lets subscriptions come and go."""
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


def test_memory_does_not_grow(run):
    async def work(clients):
        client = await clients.connected("publisher", queue_limit=2_000)
        used = []
        for _ in range(ROUND_COUNT):
            await one_round(client)
            used.append(resident_bytes())
        return used

    used = run(work)
    assert used[-1] - used[1] < ROOM_BYTES, used
