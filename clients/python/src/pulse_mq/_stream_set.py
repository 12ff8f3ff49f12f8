"""The subscriptions of a client: live at the broker, and live again after every reconnect."""

from __future__ import annotations

import asyncio
import logging
import time

from . import _wire
from ._background import BackgroundTasks
from ._connection import Connection
from ._head_check import HeadCheck, SnapshotMarkers
from ._keeper import ConnectionKeeper
from ._lanes import Lane, LaneSet
from ._markers import read_snapshot_end, read_statuses
from ._names import matches
from ._notifier import Notifier
from ._stream import QueueStream
from ._stream_base import StreamBase
from ._subscribe_options import SubRequest, SubscriptionKey
from .errors import NotConnectedError, PulseMQError
from .events import SlowNotice

_log = logging.getLogger("pulse_mq")


class StreamSet:
    """Starts, stops and restores streams. All calls on the loop's thread."""

    def __init__(self, lanes: LaneSet, notifier: Notifier, background: BackgroundTasks) -> None:
        self.lanes = lanes
        self._notifier = notifier
        self._background = background
        self._keeper: ConnectionKeeper
        #: A dict as an ordered set: streams are restored and ended in the order in which they were started.
        self._streams: dict[StreamBase, None] = {}
        self._by_key: dict[SubscriptionKey, list[StreamBase]] = {}
        self._with_status: dict[StreamBase, None] = {}
        self._paused: set[QueueStream] = set()
        self._markers = SnapshotMarkers()
        self._checks: set[asyncio.Task[None]] = set()

    def use(self, keeper: ConnectionKeeper) -> None:
        """Takes the keeper, which is made with this set."""
        self._keeper = keeper

    async def start(self, stream: StreamBase) -> None:
        """Returns when the stream is live. On an error the stream has ended."""
        if stream.is_ended:
            return
        try:
            lane = stream.lane = self.lanes.take(stream.options.policy)
        except PulseMQError as error:
            stream.end(error if stream.raises_its_end else None)
            raise
        # Held until this has ended, also when the stream is stopped meanwhile: its SUB may still be under way.
        lane.hold()
        # Before the request, because a delivery may arrive earlier than the SUB_OK: the two come on different links.
        self._add(stream)
        try:
            await self._subscribe(stream)
            if stream not in self._streams:
                # Stopped meanwhile. The UNSUB may have been sent before the SUB, so it is sent once more.
                await self._unsubscribe(stream.key)
        except BaseException as error:
            stream.end(error if stream.raises_its_end and isinstance(error, PulseMQError) else None)
            self.stop_soon(stream)
            raise
        finally:
            lane.release()

    async def stop(self, stream: StreamBase) -> None:
        """Ends a stream. Returns when the broker has confirmed it, or is not connected any more."""
        stream.end(None)
        if stream not in self._streams:
            return
        key, lane = stream.key, stream.lane
        assert lane is not None
        self._remove(stream)
        lane.hold()
        try:
            await self._unsubscribe(key)
        finally:
            lane.release()

    def stop_soon(self, stream: StreamBase) -> None:
        """Stops a stream in the background."""
        self._background.start(self.stop(stream))

    async def restore(self, connection: Connection) -> None:
        """Subscribes on a new connection to everything there was, and compares the result with the broker's own list.

        Streams that are stopped meanwhile are unsubscribed, what is missing is asked for once more, and a stream that is still
        missing then ends with an error.
        """
        self._stop_checking()
        wanted = missing = set(self._by_key)
        for is_last in (False, True):
            await asyncio.gather(*(self._restore_one(connection, key) for key in missing))
            listed = await connection.subscriptions() if missing else None
            if listed is None:
                break
            await asyncio.gather(*(connection.unsubscribe(key) for key in listed if key not in self._by_key))
            missing = {key for key in missing if key in self._by_key} - listed
            for key in missing if is_last else ():
                self._end_named(key, PulseMQError(f"the broker accepted the subscription {key}, but does not list it"))
        for lane in {stream.lane for stream in self._paused}:
            if lane is not None:
                connection.set_paused(lane.index, True)
        self._check_heads(connection, wanted)

    def on_lane_closed(self, connection: Connection, lane: Lane) -> None:
        """Makes another link for a lane that the broker has closed, because this client reads too slowly."""
        _log.warning("the broker has closed a delivery link that was read too slowly (on_slow='disconnect')")
        self._background.start(self._reopen(connection, lane))

    async def _reopen(self, connection: Connection, lane: Lane) -> None:
        """Opens the link of a lane again, and asks for the snapshots of its subscriptions, which are live at the broker all the time."""
        keys = {key for key in self._by_key if key.lane == lane.index}
        lane.hold()
        try:
            await connection.open_lane(lane.index)
            if self._is_paused(lane):
                connection.set_paused(lane.index, True)
            asked = [key for key in keys if any(one.options.snapshot for one in self._by_key.get(key, ()))]
            await asyncio.gather(*(self._restore_one(connection, key) for key in asked))
            self._check_heads(connection, keys)
        except (NotConnectedError, TimeoutError):
            # The connection is lost, and the next one restores everything.
            return
        finally:
            lane.release()

    def end_all(self) -> None:
        """Ends every stream without an error. What their queues hold can still be taken."""
        for stream in list(self._streams):
            stream.end(None)

    def give_up(self, error: PulseMQError | None) -> None:
        """Ends and forgets every stream, since no connection will come. Iterations raise `error`; callbacks report it once."""
        self._stop_checking()
        has_callbacks = any(not stream.raises_its_end for stream in self._streams)
        for stream in list(self._streams):
            self._remove(stream)
            stream.end(error if stream.raises_its_end else None)
        if has_callbacks and error is not None:
            self._notifier.error(error, "the connection")

    def set_paused(self, stream: QueueStream, is_paused: bool) -> None:
        """Stops reading the deliveries of a lane while at least one of its streams is paused."""
        lane = stream.lane
        was_paused = self._is_paused(lane)
        if is_paused:
            self._paused.add(stream)
        else:
            self._paused.discard(stream)
        if lane is not None and self._is_paused(lane) != was_paused and self._keeper.current is not None:
            self._keeper.current.set_paused(lane.index, not was_paused)

    def _is_paused(self, lane: Lane | None) -> bool:
        return any(one.lane is lane for one in self._paused)

    def on_marker(self, lane: Lane, kind: int, namespace: str, topic: str, payload: bytes) -> None:
        """Takes the end of a snapshot, or statuses. Raises a NotConnectedError for one that cannot be read."""
        if kind == _wire.SNAPSHOT_END:
            request, end = read_snapshot_end(namespace, topic, payload)
            self._markers.on_end(request)
            for stream in list(self._by_key.get(SubscriptionKey(lane.index, namespace, topic), ())):
                stream.on_snapshot_end(request, end)
        elif kind == _wire.TOPIC_STATUS:
            statuses = read_statuses(namespace, topic, payload)
            for stream in [one for one in self._with_status if one.lane is lane and one.namespace == namespace]:
                for status in statuses:
                    if matches(stream.pattern, status.topic):
                        stream.on_status(status)

    def on_slow(self, notice: SlowNotice) -> None:
        """Reports a queue that has lost messages."""
        self._notifier.slow(notice)

    def on_callback_error(self, error: Exception, where: str) -> None:
        """Reports an error of a callback, or of its subscription."""
        self._notifier.error(error, where)

    async def _subscribe(self, stream: StreamBase) -> None:
        """Subscribes at the broker. When the connection is lost on the way, tries again on the next one, for `request_timeout`."""
        until = time.monotonic() + self._keeper.request_timeout
        while True:
            connection = await self._keeper.connection()
            try:
                return await connection.subscribe(stream.key, self._request([stream]))
            except (NotConnectedError, TimeoutError):
                if not self._keeper.is_trying or time.monotonic() >= until:
                    raise
                # One turn of the loop, in which the keeper notices the loss: else it would return the same connection again.
                await asyncio.sleep(0)

    def _request(self, streams: list[StreamBase]) -> SubRequest:
        """Returns the options of one SUB for streams with the same key, and tells them that it begins."""
        number = self._markers.next_request() if any(one.options.snapshot for one in streams) else None
        for stream in streams:
            stream.begin_again(number)
        return SubRequest(streams[0].options.policy, number, any(one.options.status for one in streams))

    async def _unsubscribe(self, key: SubscriptionKey) -> None:
        """Unsubscribes at the broker, unless another stream has the same key."""
        current = self._keeper.current
        if current is None or key in self._by_key:
            return
        try:
            await current.unsubscribe(key)
        except NotConnectedError:
            # The subscriptions of a session end with its connection.
            return
        except PulseMQError as error:
            self._notifier.error(error, f"ending the subscription {key}")

    async def _restore_one(self, connection: Connection, key: SubscriptionKey) -> None:
        streams = self._by_key.get(key)
        if streams is None:
            return
        try:
            await connection.subscribe(key, self._request(streams))
        except (NotConnectedError, TimeoutError):
            raise
        except PulseMQError as error:
            # The broker refuses a subscription that it accepted before, for example after a grant was revoked.
            self._end_named(key, error)

    def _check_heads(self, connection: Connection, keys: set[SubscriptionKey]) -> None:
        """Looks in the background for what was missed: it waits for everything that has not been read yet."""
        wanted = [(self.lanes[lane], namespace, pattern) for lane, namespace, pattern in keys]
        if any(lane.topics.namespaces() for lane, _, _ in wanted):
            check = asyncio.ensure_future(self._run_check(HeadCheck(connection, self._markers), wanted))
            self._checks.add(check)
            check.add_done_callback(self._checks.discard)

    async def _run_check(self, check: HeadCheck, wanted: list[tuple[Lane, str, str]]) -> None:
        try:
            await check.run(wanted)
        except (NotConnectedError, TimeoutError):
            # The connection is lost again. The next one compares again.
            return
        except PulseMQError as error:
            self._notifier.error(error, "comparing the sequence numbers after the reconnect")

    def _stop_checking(self) -> None:
        for check in self._checks:
            check.cancel()

    def _end_named(self, key: SubscriptionKey, error: PulseMQError) -> None:
        for stream in list(self._by_key.get(key, ())):
            self._remove(stream)
            stream.end(error)

    def _add(self, stream: StreamBase) -> None:
        assert stream.lane is not None
        self._streams[stream] = None
        self._by_key.setdefault(stream.key, []).append(stream)
        if stream.options.status:
            self._with_status[stream] = None
        stream.lane.topics.add(stream)

    def _remove(self, stream: StreamBase) -> None:
        assert stream.lane is not None
        del self._streams[stream]
        rest = [one for one in self._by_key[stream.key] if one is not stream]
        if rest:
            self._by_key[stream.key] = rest
        else:
            del self._by_key[stream.key]
        self._with_status.pop(stream, None)
        stream.lane.topics.remove(stream)
        stream.lane.release()
