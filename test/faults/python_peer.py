"""A publisher and a subscriber of the Python client, driven by lines of JSON on stdin. Each line gets one answer on stdout.

`{"publish": ROUNDS, "bytes": N}` publishes to each of five topics; `{"state": true}` tells what was counted.
"""

import asyncio
import json
import sys

from pulse_mq import PulseMQClient, ReconnectOptions

TOPICS = [f"fault.t{index}" for index in range(5)]
QUICK = ReconnectOptions(max_tries=None, base_delay=0.03, max_delay=0.1)


class Peers:
    """Both clients and what they count."""

    def __init__(self, options):
        self.counts = {"acked": 0, "failed": 0, "received": 0, "missed": 0}
        self.lost = {"publisher": 0, "subscriber": 0}
        self.connected = {"publisher": False, "subscriber": False}
        #: First and last sequence, messages and reported misses of each topic. The broker stays, so there is one epoch.
        self.topics = {}
        self.publisher = self.client("publisher", options)
        self.subscriber = self.client("subscriber", options)

    def client(self, role, options):
        """Makes a client that counts its lost connections."""

        def changed(event):
            self.connected[role] = event.kind in ("connected", "reconnected")
            self.lost[role] += event.kind == "disconnected"

        return PulseMQClient(
            "127.0.0.1",
            reconnect=QUICK,
            ping_interval=0.3,
            ping_timeout=0.4,
            request_timeout=5,
            on_connection=changed,
            on_gap=self.gap,
            **options[role],
        )

    def gap(self, gap):
        """Counts messages that the client reports missing."""
        missed = gap.missed_count or 0
        self.counts["missed"] += missed
        self.topics[gap.topic]["missed"] += missed

    async def read(self, subscription):
        """Counts every message."""
        async for message in subscription:
            self.counts["received"] += 1
            topic = self.topics.setdefault(message.topic, {"first": message.sequence, "count": 0, "missed": 0})
            topic["last"] = message.sequence
            topic["count"] += 1

    async def publish(self, rounds, size):
        """Publishes to each topic; counts what was acknowledged and what failed."""
        payload = b"x" * size
        for _ in range(rounds):
            calls = (self.publisher.async_publish("faults", topic, payload) for topic in TOPICS)
            done = await asyncio.gather(*calls, return_exceptions=True)
            failed = sum(isinstance(one, Exception) for one in done)
            self.counts["failed"] += failed
            self.counts["acked"] += len(done) - failed

    def state(self):
        """Everything that was counted, and the topics whose sums are wrong."""
        faults = [
            f"{name}: {topic}"
            for name, topic in self.topics.items()
            if topic["count"] + topic["missed"] != topic["last"] - topic["first"] + 1
        ]
        return {**self.counts, "lost": self.lost, "connected": self.connected, "faults": faults}


async def main():
    """Connects, and answers each line."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    peers = Peers(json.loads(await lines.readline()))
    await peers.publisher.async_connect()
    await peers.subscriber.async_connect()
    subscription = peers.subscriber.async_subscribe("faults", "fault.>")
    await subscription.live()
    reading = asyncio.ensure_future(peers.read(subscription))
    print(json.dumps(peers.state()), flush=True)
    tasks = set()
    while line := await lines.readline():
        command = json.loads(line)

        async def answer(command=command):
            if "publish" in command:
                await peers.publish(command["publish"], command["bytes"])
            print(json.dumps({"id": command["id"], **peers.state()}), flush=True)

        task = asyncio.ensure_future(answer())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    reading.cancel()
    await peers.publisher.async_close()
    await peers.subscriber.async_close()


if __name__ == "__main__":
    asyncio.run(main())
