"""One connection to the broker: a link for requests, which logs in, and a link for deliveries from the first subscription on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from . import _wire
from ._link import Endpoint
from ._requests import Body, Pending, RequestChannel
from ._subscriber import SubscriberChannel
from ._topics import TopicTable
from .errors import AuthFailedError, NotConnectedError, PulseMQError, RequestTimeoutError
from .options import Options

#: Gets the lost connection, the cause, and the requests without a reply, oldest first.
OnLost = Callable[["Connection", PulseMQError, list[Pending]], None]


class Connection:
    """When one link is lost, the connection is: it closes the other link too. All calls on the loop's thread."""

    def __init__(self, options: Options, topics: TopicTable, on_lost: OnLost) -> None:
        self._options = options
        self._topics = topics
        self._on_lost = on_lost
        endpoint = self._endpoint(options.host, options.pub_port)
        self.requests = RequestChannel(endpoint, options.username.encode(), options.request_timeout, self._lose)
        self._subscriber: SubscriberChannel | None = None
        self._subscriber_opening: asyncio.Future[SubscriberChannel] | None = None
        self._auth: Body = {}
        self._is_open = False
        self._is_lost = False
        self._lost_error: PulseMQError | None = None

    async def open(self) -> None:
        """Connects and logs in. Raises an AuthFailedError, RequestTimeoutError, NotConnectedError or PulseMQError."""
        try:
            self._auth = await self._log_in()
        except BaseException:
            # The caller gets the error: `on_lost` must not be called as well.
            self._is_lost = True
            self.requests.end()
            raise
        self._is_open = True

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
    def can_publish_without_reply(self) -> bool:
        """False for the broker of 0.3.0, which replies to every publish."""
        return _wire.FEATURE_NO_REPLY in self._features

    async def subscribe(self, namespace: str, pattern: str) -> None:
        """Returns when messages that match are delivered. Raises the broker's refusal, or a NotConnectedError."""
        subscriber = await self._open_subscriber()
        await self.requests.request(_wire.SUB, namespace, pattern)
        if not self._has_tickets:
            subscriber.add_prefix(namespace)

    async def unsubscribe(self, namespace: str, pattern: str) -> None:
        """Returns when the broker has confirmed it. Does nothing on a lost connection."""
        if self._is_lost:
            return
        await self.requests.request(_wire.UNSUB, namespace, pattern)
        if not self._has_tickets and self._subscriber is not None:
            self._subscriber.remove_prefix(namespace)

    async def subscriptions(self) -> set[tuple[str, str]] | None:
        """Returns the namespaces and patterns of this session at the broker. None from a broker that cannot list them."""
        if _wire.FEATURE_SUBSCRIPTIONS not in self._features:
            return None
        listed = await self.query({"type": "subscriptions"})
        try:
            return {(str(one["namespace"]), str(one["pattern"])) for one in listed or []}
        except (KeyError, TypeError) as error:
            raise PulseMQError(f"the broker answered the query subscriptions with something else: {error!r}") from error

    async def query(self, query: dict[str, Any]) -> Any:
        """Returns `data` of the reply to a QUERY, or None when the reply has none."""
        payload = json.dumps(query).encode()
        body = await self.requests.request(_wire.QUERY, payload=payload, format_code=_wire.FORMAT_CODES["string"])
        return body.get("data")

    def set_paused(self, is_paused: bool) -> None:
        """Stops or resumes reading deliveries."""
        if self._subscriber is None:
            return
        if is_paused:
            self._subscriber.pause()
        else:
            self._subscriber.resume()

    def close(self, error: PulseMQError) -> None:
        """Closes both links, as if the connection were lost for this cause."""
        self._lose(error)

    def abandon(self) -> list[Pending]:
        """Only closes the sockets: the loop is closed, so that no callback can run. Returns the requests without a reply."""
        self._is_lost = True
        if self._subscriber is not None:
            self._subscriber.abandon()
        return self.requests.abandon()

    @property
    def _features(self) -> list[Any]:
        features = self._auth.get("features")
        return features if isinstance(features, list) else []

    @property
    def _has_tickets(self) -> bool:
        return _wire.FEATURE_TICKET in self._features

    def _endpoint(self, host: str, port: int) -> Endpoint:
        one = self._options
        return Endpoint(host, port, one.connect_timeout, one.ping_interval, one.ping_timeout)

    async def _log_in(self) -> Body:
        """Returns the body of the broker's reply to AUTH."""
        options = self._options
        credentials = json.dumps({"username": options.username, "token": options.token}).encode()
        try:
            await self.requests.open()
            reply = self.requests.request(_wire.AUTH, payload=credentials)
            body = await asyncio.wait_for(reply, options.connect_timeout)
        except (AuthFailedError, NotConnectedError, RequestTimeoutError):
            raise
        except PulseMQError as error:
            raise AuthFailedError(str(error)) from error
        except (asyncio.TimeoutError, TimeoutError):
            text = f"the broker did not answer AUTH within {options.connect_timeout:g} s (connect_timeout)"
            raise RequestTimeoutError(text) from None
        if body.get("status") != "AUTH_OK":
            raise PulseMQError(f"the broker answered AUTH with the status {body.get('status')!r}, expected 'AUTH_OK'")
        return body

    async def _open_subscriber(self) -> SubscriberChannel:
        if self._is_lost:
            raise self._lost_error or NotConnectedError("the connection was lost")
        if self._subscriber_opening is None:
            self._subscriber_opening = asyncio.ensure_future(self._make_subscriber())
            self._subscriber_opening.add_done_callback(_mark_error_seen)
        # Shielded, since several callers may wait for it: the cancellation of one must not end it for the others.
        return await asyncio.shield(self._subscriber_opening)

    async def _make_subscriber(self) -> SubscriberChannel:
        ticket = str(self._auth.get("ticket")) if self._has_tickets else None
        # The same address: another one of the host may be another broker, where the ticket says nothing.
        endpoint = self._endpoint(self.requests.address, self._options.sub_port)
        self._subscriber = SubscriberChannel(endpoint, ticket, self._topics, self._lose)
        try:
            await self._subscriber.open()
        except PulseMQError as error:
            self._lose(error)
            raise
        return self._subscriber

    def _lose(self, error: PulseMQError) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self._lost_error = error
        unanswered = self.requests.end()
        if self._subscriber is not None:
            self._subscriber.close()
        if self._is_open:
            self._on_lost(self, error, unanswered)
            return
        for pending in unanswered:
            pending.settle(error, {})


def _mark_error_seen(opening: asyncio.Future[SubscriberChannel]) -> None:
    """Asyncio would log the error as never retrieved when all callers were cancelled. The connection has it already."""
    if not opening.cancelled():
        opening.exception()
