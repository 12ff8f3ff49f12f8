"""The client libraries: this project's, nats-py and plain pyzmq. Each worker receives or publishes with one of them."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

#: As in bench/src/wire/pulsemq.ts.
NAMESPACE = "market"
USERNAME = "bench"


class Receiver:
    """Counts messages, and notes when the first and the last arrived."""

    def __init__(self) -> None:
        self.count = 0
        self.bytes = 0
        self.first_ns = 0
        self.last_ns = 0
        self.timed_count = 0
        #: Keeps an iteration alive.
        self.task: asyncio.Task[None] | None = None

    @property
    def more(self) -> dict[str, int]:
        """The times of the first and of the last timed message, in nanoseconds of the monotonic clock, and the messages in between."""
        return {"firstNs": self.first_ns, "lastNs": self.last_ns, "timedCount": self.timed_count, "bytes": self.bytes}

    def take(self, payload: bytes) -> None:
        """Counts one message. The time is read for every 256th only, and for the first: it costs as much as the rest."""
        if self.count & 255 == 0:
            self.last_ns = time.monotonic_ns()
            if self.count == 0:
                self.first_ns = self.last_ns
            self.timed_count = self.count
        self.count += 1
        self.bytes += len(payload)

    def take_message(self, message: Any) -> None:
        """Counts a message of the client of this project. It is the callback."""
        self.take(message.payload)

    async def go(self) -> None:
        """Does nothing: it receives from the start."""


class Publisher:
    """Publishes `count` messages on `go`. Returns when all are acknowledged, or flushed."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.count = 0
        self.job = job
        self.payload = b"x" * job["payloadBytes"]

    @property
    def more(self) -> dict[str, int]:
        """No more than the count."""
        return {}


async def open_worker(job: dict[str, Any]) -> Any:
    """Returns a worker whose connection is open and whose subscription is live."""
    return await _openers[job["kind"], job["library"]](job)


async def _receive_pulse_mq(job: dict[str, Any]) -> Receiver:
    receiver = Receiver()
    client = _pulse_mq_client(job)
    if job["way"] == "callback":
        await asyncio.to_thread(client.connect)
        await asyncio.to_thread(client.subscribe, NAMESPACE, job["pattern"], receiver.take_message)
        return receiver
    await client.async_connect()
    subscription = await client.async_subscribe(NAMESPACE, job["pattern"])

    async def iterate() -> None:
        async for message in subscription:
            receiver.take(message.payload)

    receiver.task = asyncio.ensure_future(iterate())
    return receiver


async def _receive_nats(job: dict[str, Any]) -> Receiver:
    import nats

    receiver = Receiver()
    connection = await nats.connect(f"nats://127.0.0.1:{job['address']['pubPort']}")
    limits = {"pending_msgs_limit": -1, "pending_bytes_limit": -1}
    if job["way"] == "callback":

        async def callback(message: Any) -> None:
            receiver.take(message.data)

        await connection.subscribe(job["pattern"], cb=callback, **limits)
    else:
        subscription = await connection.subscribe(job["pattern"], **limits)

        async def iterate() -> None:
            async for message in subscription.messages:
                receiver.take(message.data)

        receiver.task = asyncio.ensure_future(iterate())
    await connection.flush()
    return receiver


async def _receive_pyzmq(job: dict[str, Any]) -> Receiver:
    import zmq

    receiver = Receiver()
    one = zmq.Context().socket(zmq.SUB)
    one.rcvhwm = 0
    one.connect(f"tcp://127.0.0.1:{job['address']['subPort']}")
    one.subscribe(b"")

    def receive() -> None:
        while True:
            receiver.take(one.recv())

    threading.Thread(target=receive, daemon=True).start()
    # ZeroMQ does not say when a subscription is live.
    await asyncio.sleep(0.5)
    return receiver


class _PulseMQPublisher(Publisher):
    client: Any

    async def go(self) -> None:
        await self.client.async_publish_many(NAMESPACE, self.job["topics"][0], [self.payload] * self.job["count"])
        self.count = self.job["count"]


class _NatsPublisher(Publisher):
    connection: Any

    async def go(self) -> None:
        publish, topic, payload = self.connection.publish, self.job["topics"][0], self.payload
        for _ in range(self.job["count"]):
            await publish(topic, payload)
        await self.connection.flush()
        self.count = self.job["count"]


async def _publish_pulse_mq(job: dict[str, Any]) -> Publisher:
    publisher = _PulseMQPublisher(job)
    publisher.client = _pulse_mq_client(job)
    await publisher.client.async_connect()
    return publisher


async def _publish_nats(job: dict[str, Any]) -> Publisher:
    import nats

    publisher = _NatsPublisher(job)
    publisher.connection = await nats.connect(f"nats://127.0.0.1:{job['address']['pubPort']}")
    return publisher


def _pulse_mq_client(job: dict[str, Any]) -> Any:
    from pulse_mq import PulseMQClient

    address = job["address"]
    return PulseMQClient(
        "127.0.0.1", address["pubPort"], address["subPort"], USERNAME, address["token"], queue_limit=10_000_000
    )


_openers = {
    ("pythonReceive", "pulse_mq"): _receive_pulse_mq,
    ("pythonReceive", "nats-py"): _receive_nats,
    ("pythonReceive", "pyzmq"): _receive_pyzmq,
    ("pythonPublish", "pulse_mq"): _publish_pulse_mq,
    ("pythonPublish", "nats-py"): _publish_nats,
}
