"""What the tests of replays share: a namespace with history, its writer, and a reader behind proxies."""

import itertools

from reconnecting import QUICK, Events

_numbers = itertools.count(1)


class ReplayScene:
    """A namespace that keeps history and that no other test uses, its writer, and a reader behind proxies."""

    def __init__(self, prepared):
        self.prepared = prepared
        self.namespace = f"past_{next(_numbers)}"
        body = {"name": self.namespace, "history": True}
        self.id = prepared.broker.call("POST", "/api/namespaces", body)["id"]
        self.reader_name, self.writer_name = f"reader_of_{self.namespace}", f"writer_of_{self.namespace}"
        for name, role in ((self.writer_name, "pub"), (self.reader_name, "sub")):
            prepared.tokens[name] = prepared.broker.user(name, {self.id: role})
        self.gaps = []
        self.events = Events()

    async def open(self, clients):
        """Connects the clients, and returns itself."""
        self.writer = await clients.connected(self.writer_name, reconnect=QUICK)
        self.reader, self.requests, self.deliveries = await clients.through_proxies(
            self.reader_name, reconnect=QUICK, on_gap=self.gaps.append, on_connection=self.events
        )
        return self

    async def publish(self, topic, *texts):
        """Publishes messages to a topic, in order."""
        await self.writer.async_publish_many(self.namespace, topic, [text.encode() for text in texts])

    def replay(self, pattern=">", **options):
        """Returns a replay of the reader."""
        return self.reader.async_replay(self.namespace, pattern, **options)

    async def cut(self):
        """Cuts the connections of the reader, and returns when it is connected again."""
        self.requests.cut_and_refuse()
        self.deliveries.cut_and_refuse()
        self.requests.accept()
        self.deliveries.accept()
        await self.events.wait("reconnected", self.events.kinds.count("reconnected") + 1)


def numbers(count):
    """Texts from 1 on."""
    return [str(number) for number in range(1, count + 1)]


def in_short(message):
    """Such as `~a1`: `~` for a message of the past."""
    return f"{'~' if message.is_replayed else ''}{message.topic}{message.sequence}"
