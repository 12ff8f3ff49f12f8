"""A load generator in Python: a client library receives or publishes. The suite starts it as it starts those of bench/src/load.

Node gives its child a channel of JSON lines, whose file descriptor stands in NODE_CHANNEL_FD. The first message is the job.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import time
from typing import Any

from libraries import open_worker


class Channel:
    """The channel to the suite."""

    def __init__(self) -> None:
        self._socket = socket.socket(fileno=int(os.environ.pop("NODE_CHANNEL_FD")))

    async def open(self) -> None:
        """Reads and writes on the running loop from now on."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)

    async def next(self) -> dict[str, Any] | None:
        """Returns the next message. None when the suite has ended."""
        line = await self._reader.readline()
        return json.loads(line) if line else None

    def send(self, report: dict[str, Any]) -> None:
        """Sends a report."""
        self._writer.write(json.dumps(report).encode() + b"\n")


async def main() -> None:
    channel = Channel()
    await channel.open()
    first = await channel.next()
    if first is None:
        return
    worker = await open_worker(first["job"])
    channel.send({"kind": "ready"})
    while (message := await channel.next()) is not None:
        if message["ask"] == "counts":
            channel.send(counts(worker))
        elif message["ask"] == "go":
            started = time.perf_counter()
            await worker.go()
            channel.send({"kind": "done", "elapsedMs": (time.perf_counter() - started) * 1_000})
    os._exit(0)


def counts(worker: Any) -> dict[str, Any]:
    """The report of a worker so far, with the CPU time of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_us = round((used.ru_utime + used.ru_stime) * 1e6)
    now_ns = time.monotonic_ns()
    return {"kind": "counts", "count": worker.count, "atNs": now_ns, "cpuUs": cpu_us, "more": worker.more}


asyncio.run(main())
