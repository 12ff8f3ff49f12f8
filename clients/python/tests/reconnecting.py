"""What the tests of lost connections share: quick reconnects, connection events, and the next message."""

import asyncio
import contextlib

from pulse_mq import ReconnectOptions, RequestTimeoutError

QUICK = ReconnectOptions(base_delay=0.05, max_delay=0.2, max_tries=None)


async def until_connected(connect):
    """Connects, again and again. A test sets a short time limit for what comes later: a good broker on a busy machine may pass it here."""
    while True:
        with contextlib.suppress(RequestTimeoutError):
            return await connect()


class Events:
    """Collects the connection events of a client as its `on_connection`."""

    def __init__(self):
        self.seen = []
        self._changed = asyncio.Event()

    def __call__(self, event):
        self.seen.append(event)
        self._changed.set()

    @property
    def kinds(self):
        """The kinds of the events so far."""
        return [event.kind for event in self.seen]

    async def wait(self, kind, count=1):
        """Returns the last event of a kind, when there have been `count` of them."""

        async def until():
            while self.kinds.count(kind) < count:
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(until(), 20)
        return [event for event in self.seen if event.kind == kind][-1]


async def next_of(subscription):
    """Returns the next message."""
    return await asyncio.wait_for(subscription.__anext__(), 20)


async def take(subscription, count):
    """Returns the next messages."""
    return [await next_of(subscription) for _ in range(count)]


async def silent_link_found(clients, **options):
    """Makes a client whose links fall silent. Returns when the client, or the broker, has given up its connection."""
    events = Events()
    _, requests, deliveries = await clients.through_proxies("reader", reconnect=False, on_connection=events, **options)
    requests.swallow()
    deliveries.swallow()
    await events.wait("disconnected")
