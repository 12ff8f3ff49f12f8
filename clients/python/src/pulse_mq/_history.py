"""Asks the broker for messages of its journal, on a connection of its own: reading a disk must not hold up other requests."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from . import _wire, _zmtp
from ._requests import RawPending, RequestChannel, settle_future
from .errors import NotConnectedError, PulseMQError, UnreachableError
from .message import PulseMessage, Route, received

if TYPE_CHECKING:
    from ._connection import Connection
    from ._keeper import ConnectionKeeper
    from ._notifier import Notifier
    from .options import Options

#: A connection that was not used for this long is closed: it takes one of the user's sessions. All times are seconds.
_idle: Final = 5.0
#: Waits between tries when the connection fails: the first, and the longest after it has doubled.
_first_delay: Final = 0.025
_longest_delay: Final = 1.0
_frame_count: Final = 7


class HistoryQuestion(NamedTuple):
    """Messages of one topic under one epoch: sequences `first` to `last`, both included."""

    namespace: str
    topic: str
    epoch: int
    first: int
    last: int
    #: Older messages are left out, Unix microseconds; 0 for none.
    since_us: int = 0


class HistoryAnswer(NamedTuple):
    """Up to 1,000 messages or 1 MiB, marked as recovered."""

    messages: list[PulseMessage]
    #: True when the journal has no further message of the range.
    has_ended: bool
    #: The epoch that the topic began after this one. None for none.
    next_epoch: int | None


class HistoryChannel:
    """Of one client. Its connection is opened by the first question, and closed when there are none. All calls on the loop's thread."""

    def __init__(self, options: Options, notifier: Notifier) -> None:
        self._options = options
        self._notifier = notifier
        self._keeper: ConnectionKeeper
        self._opening: asyncio.Task[RequestChannel] | None = None
        #: The connection of the client by which it was opened.
        self._opened_by: Connection | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._asking_count = 0
        #: The last connection of the client, and what it may still be asked for: a refusal takes a namespace away.
        self._last: Connection | None = None
        self._askable: set[str] = set()
        #: The connection of the client on which an error was reported.
        self._reported_on: Connection | None = None

    def use(self, keeper: ConnectionKeeper) -> None:
        """Takes the keeper of the client."""
        self._keeper = keeper

    @property
    def fills_own_drops(self) -> bool:
        """True when losses by the policy of the subscriber are asked for, too."""
        return self._options.fill_gaps == "all"

    def can_ask(self, namespace: str) -> bool:
        """True when the broker keeps history of a namespace, as far as is known, and the client is to ask for it."""
        if self._options.fill_gaps is False:
            return False
        # A gap may show while the connection is lost, among messages that waited for another one: what was known before it holds.
        self._know(self._keeper.current)
        return namespace in self._askable

    async def ask(self, question: HistoryQuestion, patience: float) -> HistoryAnswer:
        """Raises the broker's refusal, or a PulseMQError when there is no connection within `request_timeout`.

        `patience`: seconds during which it asks again while the broker of the stream cannot be reached; 0: it asks once.
        """
        self._asking_count += 1
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        try:
            return await self._ask_until_answered(question, patience)
        finally:
            self._asking_count -= 1
            if self._asking_count == 0:
                self._rest()

    def moved(self) -> None:
        """The client has a new connection. A broker that it has left may wait for this one to end."""
        if self._asking_count == 0:
            self.close()

    def _rest(self) -> None:
        """Nothing is asked for now."""
        if self._opened_by is not self._keeper.current:
            return self.close()
        self._idle_timer = asyncio.get_running_loop().call_later(_idle, self.close)

    def close(self) -> None:
        """Closes the connection. The next question opens another one."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        opening, self._opening = self._opening, None
        if opening is None:
            return
        if opening.done():
            return _end(opening)
        # It closes its link when it is cancelled.
        opening.add_done_callback(_end)
        opening.cancel()

    def abandon(self) -> None:
        """Closes the socket of a loop that is closed."""
        opening = self._opening
        if opening is not None and opening.done() and not opening.cancelled() and opening.exception() is None:
            opening.result().abandon()

    async def _ask_until_answered(self, question: HistoryQuestion, patience: float) -> HistoryAnswer:
        """A broker that has just been killed refuses connections before the client has noticed: it is asked again."""
        start = time.monotonic()
        limit = self._keeper.request_timeout
        delay = _first_delay
        while True:
            connection = await self._keeper.connection()
            try:
                return await self._ask_once(connection, question)
            except (NotConnectedError, UnreachableError, TimeoutError) as error:
                again = min(patience, limit) if isinstance(error, UnreachableError) else limit
                if time.monotonic() + delay > start + again:
                    self._report_once(connection, error)
                    raise
            except PulseMQError:
                self._know(connection)
                self._askable.discard(question.namespace)
                raise
            await asyncio.sleep(delay)
            delay = min(2 * delay, _longest_delay)

    async def _ask_once(self, connection: Connection, question: HistoryQuestion) -> HistoryAnswer:
        if self._opening is None:
            self._opened_by = connection
            self._opening = asyncio.ensure_future(connection.open_requests())
        opening = self._opening
        try:
            # Shielded, since several questions may wait for it.
            channel = await asyncio.shield(opening)
            return _read_answer(question, await _raw_reply(channel, self._options, question))
        except (NotConnectedError, TimeoutError):
            # Others wait for the same connection. The one that they have opened meanwhile must not be closed.
            if self._opening is opening:
                self.close()
            raise
        except PulseMQError:
            if self._opening is opening and not (opening.done() and opening.exception() is None):
                self._opening = None
            raise

    def _know(self, connection: Connection | None) -> None:
        """Learns from a new connection which namespaces keep history."""
        if connection is not None and connection is not self._last:
            self._last = connection
            self._askable = set(connection.history_namespaces)

    def _report_once(self, connection: Connection, error: Exception) -> None:
        if self._reported_on is not connection:
            self._reported_on = connection
            text = f"missing messages could not be asked for: {error}"
            kind = UnreachableError if isinstance(error, UnreachableError) else NotConnectedError
            self._notifier.error(kind(text), "filling a gap")


def _end(opening: asyncio.Task[RequestChannel]) -> None:
    """Ends a channel. An attempt that has failed has nothing to close; its error went to those who asked."""
    if not opening.cancelled() and opening.exception() is None:
        for pending in opening.result().end():
            pending.settle(NotConnectedError("the connection for history was closed"), {})


async def _raw_reply(channel: RequestChannel, options: Options, question: HistoryQuestion) -> bytes:
    reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    namespace, topic, epoch, first, last, since_us = question
    query = {"type": "history", "namespace": namespace, "topic": topic, "epoch": epoch, "from": first, "to": last}
    if since_us > 0:
        query["since_us"] = since_us
    payload = json.dumps(query).encode()
    frames = _wire.request_frames(
        _wire.QUERY, options.username.encode(), payload=payload, format_code=_wire.FORMAT_CODES["string"]
    )
    channel.send(RawPending(frames, settle_future(reply), is_publish=False))
    body = await reply
    return bytes(body["payload"])


def _read_answer(question: HistoryQuestion, payload: bytes) -> HistoryAnswer:
    """Reads the length of the listing, the listing as JSON, and the deliveries behind it. Raises a PulseMQError for something else."""
    end = 4 + int.from_bytes(payload[:4], "big")
    try:
        listing = json.loads(payload[4:end])
        has_ended, following = bool(listing["ended"]), listing["next_epoch"]
    except (KeyError, TypeError, ValueError) as error:
        raise PulseMQError(f"the broker answered the query history with something else: {error!r}") from error
    next_epoch = None if following is None else int(following)
    return HistoryAnswer(_read_deliveries(question, payload, end), has_ended, next_epoch)


def _read_deliveries(question: HistoryQuestion, data: bytes, at: int) -> list[PulseMessage]:
    messages = []
    route: Route | None = None
    while at < len(data):
        found = _zmtp.read_message(data, at, len(data))
        if isinstance(found, int) or len(found.spans) != _frame_count:
            raise PulseMQError("the broker answered the query history with messages that are cut off")
        _, header, _, _, username, payload, block = (data[start:stop] for start, stop in found.spans)
        if len(header) != _wire.HEADER.size or len(block) < _wire.BLOCK.size:
            raise PulseMQError("the broker answered the query history with bytes that are not a delivery")
        if route is None or route.username_bytes != username:
            route = Route(question.namespace, question.topic, username)
        messages.append(received(route, header, payload, _marked(block)))
        at = found.end
    return messages


def _marked(block: bytes) -> bytes:
    return block[:1] + bytes((block[1] | _wire.RECOVERED_BIT,)) + block[2:]
