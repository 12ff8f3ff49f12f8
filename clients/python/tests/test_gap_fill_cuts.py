"""Cuts at random moments lose nothing where the broker keeps history."""

import asyncio
import os
import random

from gap_fill_scene import GapFillScene
from reconnecting import take


def test_random_cuts_lose_nothing(run):
    seed = int(os.environ.get("PULSEMQ_SEED", "1"))
    cut_count = int(os.environ.get("PULSEMQ_CUTS", "8"))
    choose = random.Random(seed)

    async def work(clients):
        scene = await GapFillScene(clients).open(on_full="pause", queue_limit=500)
        topics = ["a", "b", "c.d"]
        for topic in topics:
            await scene.publish(topic)
        last = dict.fromkeys(topics, 0)
        ended = asyncio.Event()

        async def publish():
            published_count = 0
            while not ended.is_set():
                count = choose.choice((1, 3, 400))
                await scene.publish(choose.choice(topics), count)
                published_count += count
                # Fewer than a fill may hold, else it gives up.
                while published_count - sum(last.values()) > 5_000:
                    await asyncio.sleep(0.001)

        async def cut():
            for _ in range(cut_count):
                # In the middle of whatever comes then: messages, answers of the journal, a log-in.
                await scene.deliveries.answers(choose.randrange(1, 30))
                for proxy in choose.choice(
                    ((scene.requests,), (scene.deliveries,), (scene.requests, scene.deliveries))
                ):
                    proxy.cut()
            ended.set()

        async def read(until):
            while not until():
                message = (await take(scene.subscription, 1))[0]
                assert message.sequence == last[message.topic] + 1, f"{message!r} after {last}, seed {seed}"
                last[message.topic] = message.sequence

        cutting = asyncio.ensure_future(cut())
        publishing = asyncio.ensure_future(publish())
        await read(publishing.done)
        await asyncio.gather(cutting, publishing)
        heads = await scene.heads()
        await read(lambda: last == heads)
        assert scene.gaps == []

    run(work)
