"""One connection to the broker: a link for requests, which logs in, and a link for the deliveries of each lane that is used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from . import _wire
from ._lanes import Lane, LaneSet
from ._link import Endpoint
from ._log_in import log_in
from ._requests import Body, Pending, RequestChannel
from ._servers import Servers
from ._subscribe_options import SubRequest, SubscriptionKey
from ._subscriber import SubscriberChannel
from ._topic import Head
from .errors import NotConnectedError, NotSupportedError, PulseMQError
from .options import Options

#: Gets the lost connection, the cause, and the requests without a reply, oldest first.
OnLost = Callable[["Connection", PulseMQError, list[Pending]], None]


class DeliveryOwner(Protocol):
    """Where deliveries go. It outlives the connection."""

    @property
    def lanes(self) -> LaneSet:
        """The lanes, each with its topics."""

    def on_marker(self, lane: Lane, kind: int, namespace: str, topic: str, payload: bytes) -> None:
        """Takes the end of a snapshot, a status, or the end of streams. Raises a NotConnectedError for one that cannot be read."""

    def on_lane_closed(self, connection: Connection, lane: Lane) -> None:
        """Called when the broker has closed the link of a lane, whose policy says so. `open_lane` makes another one."""


class Connection:
    """When one link is lost, the connection is: it closes the other link too. All calls on the loop's thread."""

    def __init__(
        self,
        options: Options,
        servers: Servers,
        deliveries: DeliveryOwner,
        on_lost: OnLost,
        on_draining: Callable[[Connection], None],
    ) -> None:
        """Connects to the current one of the servers. `on_draining` is called when the broker is about to end."""
        self._options = options
        self._servers = servers
        self._server = servers.current
        self._deliveries = deliveries
        self._on_lost = on_lost
        self._on_draining = on_draining
        endpoint = self._endpoint(self._server.host, self._server.pub_port)
        self.requests = RequestChannel(endpoint, options.username.encode(), options.request_timeout, self._lose)
        #: The delivery links by lane.
        self._subscribers: dict[int, SubscriberChannel] = {}
        self._openings: dict[int, asyncio.Future[SubscriberChannel]] = {}
        self._auth: Body = {}
        self._is_open = False
        self._is_lost = False
        self._lost_error: PulseMQError | None = None

    async def open(self) -> None:
        """Connects and logs in. Raises an AuthFailedError, RequestTimeoutError, NotConnectedError or PulseMQError."""
        try:
            self._auth = await log_in(self.requests, self._options)
        except BaseException:
            # The caller gets the error: `on_lost` must not be called as well.
            self._is_lost = True
            self.requests.end()
            raise
        self._is_open = True
        self._hear_of_drain()

    @property
    def server(self) -> str | None:
        """Name and version of the broker. None for the broker of 0.3.0, which sends none."""
        server = self._auth.get("server")
        return server if isinstance(server, str) else None

    @property
    def epoch(self) -> int | None:
        """The epoch of the broker's sequence numbers. None for the broker of 0.3.0."""
        epoch = self._auth.get("epoch")
        return epoch if isinstance(epoch, int) else None

    @property
    def history_namespaces(self) -> frozenset[str]:
        """The namespaces that keep history and that this user may read."""
        named = self._auth.get("history")
        return frozenset(map(str, named)) if isinstance(named, list) else frozenset()

    @property
    def can_publish_without_reply(self) -> bool:
        """False for the broker of 0.3.0, which replies to every publish."""
        return self.has_feature(_wire.FEATURE_NO_REPLY)

    def has_feature(self, word: str) -> bool:
        """True when the broker has said this word in its reply to AUTH."""
        return word in self._features

    async def subscribe(self, key: SubscriptionKey, request: SubRequest) -> None:
        """Returns when messages that match are delivered. Raises the broker's refusal, a NotSupportedError or a NotConnectedError."""
        self._check_features(key, request)
        subscriber = await self._open_subscriber(key.lane)
        options = request.wire_options(key.lane)
        payload = json.dumps(options).encode() if options else b""
        await self.requests.request(_wire.SUB, key.namespace, key.pattern, payload, _payload_format(payload))
        if not self._has_tickets:
            subscriber.add_prefix(key.namespace)

    async def open_lane(self, lane: int) -> None:
        """Returns when a lane has a link, which gets what its session has subscribed to. A link that cannot be made ends the connection."""
        await self._open_subscriber(lane)

    async def unsubscribe(self, key: SubscriptionKey) -> None:
        """Returns when the broker has confirmed it. Does nothing on a lost connection."""
        if self._is_lost:
            return
        payload = b"" if key.lane == 0 else json.dumps({"lane": key.lane}).encode()
        await self.requests.request(_wire.UNSUB, key.namespace, key.pattern, payload, _payload_format(payload))
        if not self._has_tickets and key.lane in self._subscribers:
            self._subscribers[key.lane].remove_prefix(key.namespace)

    async def subscriptions(self) -> set[SubscriptionKey] | None:
        """Returns the subscriptions of this session at the broker. None from a broker that cannot list them."""
        if not self.has_feature(_wire.FEATURE_SUBSCRIPTIONS):
            return None
        listed = await self.query({"type": "subscriptions"})
        try:
            return {
                SubscriptionKey(int(one.get("lane", 0)), str(one["namespace"]), str(one["pattern"]))
                for one in listed or []
            }
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PulseMQError(f"the broker answered the query subscriptions with something else: {error!r}") from error

    async def heads(self, namespace: str, pattern: str) -> list[Head]:
        """Returns the last sequence of every matching topic."""
        found: list[Head] = []
        page: int | None = 0
        while page is not None:
            data = await self.query({"type": "heads", "namespace": namespace, "pattern": pattern, "page": page})
            try:
                found += [Head(str(topic), int(epoch), int(sequence)) for topic, epoch, sequence in data["heads"]]
                following = data["next"]
                page = None if following is None else max(page + 1, int(following))
            except (KeyError, TypeError, ValueError) as error:
                raise PulseMQError(f"the broker answered the query heads with something else: {error!r}") from error
        return found

    async def query(self, query: dict[str, Any]) -> Any:
        """Returns `data` of the reply to a QUERY, or None when the reply has none."""
        payload = json.dumps(query).encode()
        body = await self.requests.request(_wire.QUERY, payload=payload, format_code=_wire.FORMAT_CODES["string"])
        return body.get("data")

    async def open_requests(self) -> RequestChannel:
        """Returns another request link to the same broker, logged in. Raises as `open` does."""
        options = self._options

        def lose(error: PulseMQError) -> None:
            for pending in requests.end():
                pending.settle(error, {})

        endpoint = self._endpoint(self.requests.address, self._server.pub_port)
        requests = RequestChannel(endpoint, options.username.encode(), options.request_timeout, lose)
        try:
            await log_in(requests, options)
        except BaseException:
            requests.end()
            raise
        return requests

    def set_paused(self, lane: int, is_paused: bool) -> None:
        """Stops or resumes reading the deliveries of a lane."""
        subscriber = self._subscribers.get(lane)
        if subscriber is None:
            return
        if is_paused:
            subscriber.pause()
        else:
            subscriber.resume()

    def close(self, error: PulseMQError) -> None:
        """Closes all links, as if the connection were lost for this cause."""
        self._lose(error)

    def abandon(self) -> list[Pending]:
        """Only closes the sockets: the loop is closed, so that no callback can run. Returns the requests without a reply."""
        self._is_lost = True
        for subscriber in self._subscribers.values():
            subscriber.abandon()
        return self.requests.abandon()

    @property
    def _features(self) -> list[Any]:
        features = self._auth.get("features")
        return features if isinstance(features, list) else []

    @property
    def _has_tickets(self) -> bool:
        return self.has_feature(_wire.FEATURE_TICKET)

    def _check_features(self, key: SubscriptionKey, request: SubRequest) -> None:
        for option, word in request.needed_features(key.lane):
            if not self.has_feature(word):
                broker = self.server or "of 0.3.0"
                raise NotSupportedError(
                    f'the subscription {key} has {option}, which needs the feature "{word}"; the broker {broker} does not have it'
                )

    def _endpoint(self, host: str, port: int) -> Endpoint:
        one = self._options
        return Endpoint(host, port, one.connect_timeout, one.ping_interval, one.ping_timeout, one.security)

    async def _open_subscriber(self, lane: int) -> SubscriberChannel:
        if self._is_lost:
            raise self._lost_error or NotConnectedError("the connection was lost")
        opening = self._openings.get(lane)
        if opening is None:
            opening = self._openings[lane] = asyncio.ensure_future(self._make_subscriber(lane))
            opening.add_done_callback(_mark_error_seen)
        # Shielded, since several callers may wait for it: the cancellation of one must not end it for the others.
        return await asyncio.shield(opening)

    async def _make_subscriber(self, index: int) -> SubscriberChannel:
        lane = self._deliveries.lanes[index]
        binding = _wire.binding(str(self._auth.get("ticket")), index) if self._has_tickets else None
        # The same address: another one of the host may be another broker, where the ticket says nothing.
        endpoint = self._endpoint(self.requests.address, self._server.sub_port)
        on_marker = partial(self._on_marker, lane)
        on_gone = partial(self._on_lane_gone, lane)
        subscriber = SubscriberChannel(endpoint, binding, lane.topics, on_marker, on_gone)
        self._subscribers[index] = subscriber
        try:
            await subscriber.open()
        except PulseMQError as error:
            self._lose(error)
            raise
        return subscriber

    def _hear_of_drain(self) -> None:
        """Learns the brokers that this one names. With several of them it binds lane 0, where a broker says that it is about to end.

        So does a client that only publishes.
        """
        self._servers.learn(self._auth.get("servers"))
        if len(self._servers) > 1 and self._has_tickets:
            # A lane that cannot be bound ends the connection by itself.
            self._openings[0] = asyncio.ensure_future(self._make_subscriber(0))
            self._openings[0].add_done_callback(_mark_error_seen)

    def _on_marker(self, lane: Lane, kind: int, namespace: str, topic: str, payload: bytes) -> None:
        if kind == _wire.DRAIN:
            self._on_draining(self)
        else:
            self._deliveries.on_marker(lane, kind, namespace, topic, payload)

    def _on_lane_gone(self, lane: Lane, error: PulseMQError) -> None:
        """The link of a lane is lost. Where its policy is to be disconnected, only this lane is, and the others go on."""
        if lane.policy.on_slow != "disconnect" or self._is_lost or lane.index not in self._subscribers:
            return self._lose(error)
        self._subscribers.pop(lane.index).close()
        del self._openings[lane.index]
        self._deliveries.on_lane_closed(self, lane)

    def _lose(self, error: PulseMQError) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self._lost_error = error
        unanswered = self.requests.end()
        for subscriber in self._subscribers.values():
            subscriber.close()
        if self._is_open:
            self._on_lost(self, error, unanswered)
            return
        for pending in unanswered:
            pending.settle(error, {})


def _payload_format(payload: bytes) -> int:
    return _wire.FORMAT_CODES["string"] if payload else 0


def _mark_error_seen(opening: asyncio.Future[SubscriberChannel]) -> None:
    """Asyncio would log the error as never retrieved when all callers were cancelled. The connection has it already."""
    if not opening.cancelled():
        opening.exception()
