"""A publisher and a reader of the Python client, which move when their broker drains. The task is JSON, the first argument.

Words on stdin: `publish`, `stop`, `finish`. Lines of JSON on stdout have what has happened since the line before, in its order.
"""

import asyncio
import json
import sys

from pulse_mq import PulseMQClient, ReconnectOptions

QUICK = ReconnectOptions(max_tries=None, base_delay=0.05, max_delay=0.3)
REPORT_EVERY_S = 0.05


class Peer:
    """Both clients, and what has happened to them."""

    def __init__(self, task):
        self.task = task
        self.events = []
        self.connected = {"publisher": False, "reader": False}
        self.moved = 0
        self.numbers = {}
        self.is_over = False
        self.publisher = self.client("publisher")
        self.reader = self.client("reader")

    def client(self, role):
        """Makes a client that learns the other brokers from its own."""

        def changed(event):
            self.connected[role] = event.kind in ("connected", "reconnected")
            self.moved += event.kind == "reconnected"

        return PulseMQClient(
            **self.task["client"],
            reconnect=QUICK,
            queue_limit=1_000_000,
            on_connection=changed,
            on_gap=lambda gap: self.events.append(["gap", gap.namespace, gap.topic, gap.first, gap.last]),
        )

    async def read(self, subscription):
        """Notes every message."""
        async for message in subscription:
            names = [message.namespace, message.topic, str(message.epoch), message.sequence]
            marks = [message.is_recovered, message.maybe_duplicate]
            self.events.append(["message", *names, int(message.payload), *marks])

    async def publish_one(self, namespace, topic):
        """Publishes the next number of a topic, and notes the answer."""
        key = f"{namespace}:{topic}"
        number = self.numbers.get(key, 0) + 1
        self.numbers[key] = number
        try:
            await self.publisher.async_publish(namespace, topic, str(number).encode())
            self.events.append(["acknowledged", key, number])
        except Exception as error:
            self.events.append(["failed", key, number, str(error)])

    async def round(self):
        """Publishes to every topic."""
        await asyncio.gather(*(self.publish_one(*one) for one in self.task["topics"]))

    async def run(self):
        """Publishes until it is over."""
        while not self.is_over:
            await self.round()
            await asyncio.sleep(self.task["round_every_s"])

    def report(self, answer=None):
        """Prints what has happened."""
        events, self.events = self.events, []
        line = {"connected": all(self.connected.values()), "moved": self.moved, "events": events, "answer": answer}
        print(json.dumps(line), flush=True)

    async def report_often(self):
        """Prints all the time."""
        while True:
            self.report()
            await asyncio.sleep(REPORT_EVERY_S)


async def obey(peer, lines):
    """Does what the words on stdin say, until it is closed."""
    running = None
    while line := await lines.readline():
        word = line.decode().strip()
        if word == "publish":
            running = asyncio.ensure_future(peer.run())
        elif word == "stop":
            peer.is_over = True
            await running
            peer.report("stopped")
        elif word == "finish":
            await peer.round()
            peer.report("finished")


async def main():
    """Connects, subscribes, and obeys."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    peer = Peer(json.loads(sys.argv[1]))
    await peer.publisher.async_connect()
    await peer.reader.async_connect()
    readings = []
    for namespace in peer.task["namespaces"]:
        subscription = peer.reader.async_subscribe(namespace, peer.task["pattern"])
        await subscription.live()
        readings.append(asyncio.ensure_future(peer.read(subscription)))
    peer.report("ready")
    readings.append(asyncio.ensure_future(peer.report_often()))
    await obey(peer, lines)
    for reading in readings:
        reading.cancel()
    await peer.publisher.async_close()
    await peer.reader.async_close()


if __name__ == "__main__":
    asyncio.run(main())
