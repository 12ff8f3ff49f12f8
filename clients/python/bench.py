"""Measures how many messages a second the client receives and publishes, on a broker that it starts.

    python clients/python/bench.py [--count 200000] [--bytes 100] [--rounds 3]

Prints the median of the rounds. A run that lost messages says so, and its figure does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import pathlib
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "test" / "interop" / "python"))

from broker import Broker, Prepared  # noqa: E402
from pulse_mq import PulseMQClient  # noqa: E402


class Bench:
    """The runs. Each returns messages a second."""

    def __init__(self, count: int, size: int) -> None:
        self.count = count
        self.payload = b"x" * size
        self.prepared = Prepared(Broker())
        self.gaps: list[Any] = []

    def client(self) -> PulseMQClient:
        """Returns a client whose queue holds every message of a run."""
        self.gaps.clear()
        arguments = self.prepared.arguments("publisher")
        return PulseMQClient(**arguments, on_gap=self.gaps.append, queue_limit=10_000_000)

    def flood(self) -> subprocess.Popen[bytes]:
        """Starts the publisher of the receive runs."""
        broker = self.prepared.broker
        ports = [str(broker.pub_port), str(broker.sub_port)]
        more = ["publisher", self.prepared.tokens["publisher"], str(self.count), str(len(self.payload))]
        return subprocess.Popen(["node", HERE / "flood.mjs", *ports, *more])

    def receive_async(self) -> float:
        async def main() -> float:
            async with self.client() as client, client.async_subscribe("market", "bench.>") as subscription:
                process = self.flood()
                first = await subscription.__anext__()
                assert first.sequence > 0
                started = time.perf_counter()
                received = 1
                async for message in subscription:
                    received += 1
                    if message.topic == "bench.end":
                        break
                took = time.perf_counter() - started
                await asyncio.to_thread(process.wait)
                self.check(received)
                return received / took

        return asyncio.run(main())

    def receive_callback(self) -> float:
        ended = threading.Event()
        received = 0
        started = 0.0

        def callback(message: Any) -> None:
            nonlocal received, started
            received += 1
            if received == 1:
                started = time.perf_counter()
            elif message.topic == "bench.end":
                ended.set()

        with self.client() as client:
            client.subscribe("market", "bench.>", callback)
            process = self.flood()
            ended.wait()
            took = time.perf_counter() - started
            process.wait()
            self.check(received)
        return received / took

    def publish_many(self) -> float:
        async def main() -> float:
            async with self.client() as client:
                return await timed(client.async_publish_many("market", "bench.p", [self.payload] * self.count))

        return self.count / asyncio.run(main())

    def publish_gathered(self) -> float:
        async def main() -> float:
            async with self.client() as client:
                return await timed(all_at_once(client))

        async def all_at_once(client: PulseMQClient) -> None:
            for _ in range(self.count // 1_000):
                await asyncio.gather(*(client.async_publish("market", "bench.p", self.payload) for _ in range(1_000)))

        return self.count / asyncio.run(main())

    def publish_unanswered(self) -> float:
        async def main() -> float:
            async with self.client() as client:
                return await timed(send(client))

        async def send(client: PulseMQClient) -> None:
            for _ in range(self.count):
                await client.async_publish("market", "bench.p", self.payload, ack=False)
            await client.async_flush()

        return self.count / asyncio.run(main())

    def publish_sync(self) -> float:
        with self.client() as client:
            started = time.perf_counter()
            for _ in range(self.count):
                client.publish("market", "bench.p", self.payload)
            client.flush()
            return self.count / (time.perf_counter() - started)

    def check(self, received: int) -> None:
        """Reports lost messages."""
        if received != self.count + 1 or self.gaps:
            print(f"  LOST MESSAGES: received {received} of {self.count + 1}, gaps {len(self.gaps)}")


async def timed(work: Any) -> float:
    """Returns the seconds that a coroutine takes."""
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000, help="messages of a run, a multiple of 1,000")
    parser.add_argument("--bytes", type=int, default=100, help="bytes of a payload")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind")
    options = parser.parse_args()
    bench = Bench(options.count, options.bytes)
    print(
        f"Python {sys.version.split()[0]}, {options.count} messages of {options.bytes} bytes, median of {options.rounds}"
    )
    kinds = {
        "receive, async for": bench.receive_async,
        "receive, callback": bench.receive_callback,
        "publish, async_publish_many": bench.publish_many,
        "publish, async_publish, 1,000 at a time": bench.publish_gathered,
        "publish, async_publish(ack=False)": bench.publish_unanswered,
        "publish, publish() from a thread": bench.publish_sync,
    }
    for name, run in kinds.items():
        rates = [run() for _ in range(options.rounds)]
        print(f"{name:42} {statistics.median(rates):>10,.0f} msg/s", flush=True)
    bench.prepared.broker.stop()


if __name__ == "__main__":
    main()
