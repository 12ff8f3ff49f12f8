"""One connection to the broker: an authenticated session on the request port, and a subscriber as soon as one is needed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from . import _wire
from ._requests import Body, Pending, RequestChannel
from ._subscriber import OnDelivery, SubscriberChannel
from .errors import AuthFailedError, NotConnectedError, PulseMQError, RequestTimeoutError
from .options import Options

#: The connection, why it is gone, and what was not answered, oldest first.
OnLost = Callable[["Connection", PulseMQError, list[Pending]], None]


class Connection:
    """All calls on the loop's thread. One link without the other is no connection."""

    def __init__(self, options: Options, on_delivery: OnDelivery, on_lost: OnLost) -> None:
        self._options = options
        self._on_delivery = on_delivery
        self._on_lost = on_lost
        self._heartbeat = (options.ping_interval, options.ping_timeout)
        link = RequestChannel.link_options(options.host, options.pub_port, options.connect_timeout, self._heartbeat)
        self.requests = RequestChannel(link, options.username.encode(), options.request_timeout, self._lose)
        self._subscriber: SubscriberChannel | None = None
        self._subscriber_opening: asyncio.Future[SubscriberChannel] | None = None
        self._auth: Body = {}
        self._is_open = False
        self._is_lost = False
        self._lost_error: PulseMQError | None = None

    async def open(self) -> None:
        """Connects and logs in. Raises an AuthFailedError when the broker refuses."""
        options = self._options
        try:
            await self.requests.open()
            credentials = json.dumps({"username": options.username, "token": options.token}).encode()
            answer = self.requests.request(_wire.AUTH, payload=credentials)
            self._auth = await asyncio.wait_for(answer, options.connect_timeout)
        except (asyncio.TimeoutError, TimeoutError) as error:
            self._forget()
            if isinstance(error, PulseMQError):
                raise
            text = f"the broker did not answer AUTH within {options.connect_timeout:g} s"
            raise RequestTimeoutError(text) from None
        except PulseMQError as error:
            self._forget()
            if isinstance(error, (AuthFailedError, NotConnectedError)):
                raise
            raise AuthFailedError(str(error)) from error
        except BaseException:
            self._forget()
            raise
        if self._auth.get("status") != "AUTH_OK":
            self._forget()
            raise PulseMQError(f"the broker answered AUTH with {self._auth.get('status')!r}")
        self._is_open = True

    @property
    def server(self) -> str | None:
        """Name and version of the broker; None for the one of 0.3.0, which does not say."""
        server = self._auth.get("server")
        return server if isinstance(server, str) else None

    @property
    def epoch(self) -> int | None:
        epoch = self._auth.get("epoch")
        return epoch if isinstance(epoch, int) else None

    @property
    def can_do_without_reply(self) -> bool:
        return _wire.FEATURE_NO_REPLY in self._features

    async def subscribe(self, namespace: str, pattern: str) -> None:
        """Resolves when messages of this pattern are delivered from now on."""
        subscriber = await self._open_subscriber()
        await self.requests.request(_wire.SUB, namespace, pattern)
        if not self._has_tickets:
            subscriber.add_prefix(namespace)

    async def unsubscribe(self, namespace: str, pattern: str) -> None:
        if self._is_lost:
            return
        await self.requests.request(_wire.UNSUB, namespace, pattern)
        if not self._has_tickets and self._subscriber is not None:
            self._subscriber.remove_prefix(namespace)

    async def subscriptions(self) -> set[tuple[str, str]] | None:
        """Namespaces and patterns the broker says this session is subscribed to; None from one that does not say."""
        if _wire.FEATURE_SUBSCRIPTIONS not in self._features:
            return None
        listed = await self.query({"type": "subscriptions"})
        return {(str(one["namespace"]), str(one["pattern"])) for one in listed or []}

    async def query(self, query: dict[str, Any]) -> Any:
        """`data` of the answer to a QUERY; None when there is none."""
        payload = json.dumps(query).encode()
        body = await self.requests.request(_wire.QUERY, payload=payload, format_code=_wire.FORMAT_CODES["string"])
        return body.get("data")

    def set_paused(self, is_paused: bool) -> None:
        if self._subscriber is None:
            return
        if is_paused:
            self._subscriber.pause()
        else:
            self._subscriber.resume()

    def close(self, error: PulseMQError) -> None:
        self._lose(error)

    def abandon(self) -> None:
        """Closes the sockets, and nothing else: the loop has ended, and nobody there can be told."""
        self._is_lost = True
        self.requests.abandon()
        if self._subscriber is not None:
            self._subscriber.abandon()

    @property
    def _features(self) -> list[Any]:
        features = self._auth.get("features")
        return features if isinstance(features, list) else []

    @property
    def _has_tickets(self) -> bool:
        return _wire.FEATURE_TICKET in self._features

    async def _open_subscriber(self) -> SubscriberChannel:
        if self._is_lost:
            raise self._lost_error or NotConnectedError("the connection was lost")
        if self._subscriber_opening is None:
            self._subscriber_opening = asyncio.ensure_future(self._make_subscriber())
            self._subscriber_opening.add_done_callback(_look_at)
        # Shielded: one of several who wait may be cancelled.
        return await asyncio.shield(self._subscriber_opening)

    async def _make_subscriber(self) -> SubscriberChannel:
        options = self._options
        ticket = str(self._auth.get("ticket")) if self._has_tickets else None
        self._subscriber = SubscriberChannel(
            options.host,
            options.sub_port,
            options.connect_timeout,
            self._heartbeat,
            ticket,
            self._on_delivery,
            self._lose,
        )
        try:
            await self._subscriber.open()
        except PulseMQError as error:
            self._lose(error)
            raise
        return self._subscriber

    def _forget(self) -> None:
        """The log-in failed: nobody has to be told but the one who waits for it."""
        self._is_lost = True
        self.requests.end()

    def _lose(self, error: PulseMQError) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self._lost_error = error
        unanswered = self.requests.end()
        if self._subscriber is not None:
            self._subscriber.close()
        if not self._is_open:
            for pending in unanswered:
                pending.settle(error, {})
        else:
            self._on_lost(self, error, unanswered)


def _look_at(opening: asyncio.Future[SubscriberChannel]) -> None:
    """Everybody who waited may have been cancelled; the connection knows of the error anyway."""
    if not opening.cancelled():
        opening.exception()
