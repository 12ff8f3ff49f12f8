"""What the tests of filled gaps share: a reader whose links can be cut and held, and a namespace with history."""

import itertools

from reconnecting import QUICK, Events, take

_numbers = itertools.count(1)


class GapFillScene:
    """A reader behind proxies, and a namespace that keeps history and that no other test uses."""

    def __init__(self, clients):
        self._clients = clients
        self.namespace = f"history_{next(_numbers)}"
        self.gaps = []
        self.events = Events()

    async def open(self, pattern=">", keeps_history=True, fill_gaps=True, **subscribe):
        """Returns itself, with a live subscription."""
        prepared = self._clients.prepared
        body = {"name": self.namespace, "history": keeps_history, "keep_last_value": True}
        namespace_id = prepared.broker.call("POST", "/api/namespaces", body)["id"]
        # Users of its own: other tests know what theirs may read.
        self.reader_name, writer_name = f"reader_of_{self.namespace}", f"writer_of_{self.namespace}"
        for name, role in ((writer_name, "pub"), (self.reader_name, "sub")):
            prepared.tokens[name] = prepared.broker.user(name, {namespace_id: role})
        self.writer = await self._clients.connected(writer_name, reconnect=QUICK)
        self.reader, self.requests, self.deliveries = await self._clients.through_proxies(
            self.reader_name, reconnect=QUICK, on_gap=self.gaps.append, on_connection=self.events, fill_gaps=fill_gaps
        )
        self.subscription = self.reader.async_subscribe(self.namespace, pattern, **subscribe)
        await self.subscription.live()
        return self

    async def publish(self, topic, count=1):
        """Publishes messages to a topic."""
        await self.writer.async_publish_many(self.namespace, topic, [b"x"] * count)

    async def cut(self):
        """Returns when the reader has lost its connection."""
        self.requests.cut_and_refuse()
        self.deliveries.cut_and_refuse()
        await self.events.wait("disconnected", self.events.kinds.count("disconnected") + 1)

    async def accept(self):
        """Returns when the reader is connected again."""
        self.requests.accept()
        self.deliveries.accept()
        await self.events.wait("reconnected", self.events.kinds.count("reconnected") + 1)

    async def missed(self, topic, count):
        """Publishes messages while the reader is not connected."""
        await self.cut()
        await self.publish(topic, count)
        await self.accept()

    async def overflow(self, topic, count):
        """Publishes messages of 1,000 bytes while the reader's link is held. Past 4 MB they fill the broker's backlog."""
        self.deliveries.hold()
        await self.writer.async_publish_many(self.namespace, topic, [b"x" * 1_000] * count)
        self.deliveries.release()

    async def taken(self, count):
        """The next messages, such as `a1`, or `a2!` for one that is recovered."""
        messages = await take(self.subscription, count)
        return [f"{one.topic}{one.sequence}{'!' if one.is_recovered else ''}" for one in messages]

    async def heads(self):
        """The last sequence of each topic."""
        connection = await self.writer._slot.core.keeper.connection()
        return {head.topic: head.sequence for head in await connection.heads(self.namespace, ">")}

    @property
    def may_ask(self):
        """True when the reader would ask for messages of the namespace."""
        return self.reader._slot.core._history.can_ask(self.namespace)

    @property
    def missing(self):
        """The first and last sequence of each gap."""
        return [(gap.first, gap.last) for gap in self.gaps]
