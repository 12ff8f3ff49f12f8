"""The subscriptions of a client: live at the broker, and live again after every reconnect."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from . import _wire
from ._background import BackgroundTasks
from ._connection import Connection
from ._head_check import SnapshotMarkers
from ._head_checks import HeadChecks
from ._keeper import ConnectionKeeper
from ._lanes import Lane, LaneSet
from ._markers import read_replay_notice, read_snapshot_end, read_statuses, read_streams_ended
from ._names import matches
from ._notifier import Notifier
from ._paused_streams import PausedStreams
from ._replay_stream import ReplayStream
from ._stream import QueueStream
from ._stream_base import StreamBase
from ._stream_index import StreamIndex
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
        self._streams = StreamIndex()
        self._paused = PausedStreams()
        self._markers = SnapshotMarkers()
        self._checks = HeadChecks(lanes, self._markers, notifier)

    def use(self, keeper: ConnectionKeeper) -> None:
        """Takes the keeper, which is made with this set."""
        self._keeper = keeper

    async def start(self, stream: StreamBase) -> None:
        """Returns when the stream is live. On an error the stream has ended."""
        if stream.is_ended:
            return
        try:
            lane = stream.lane = self._take_lane(stream)
        except PulseMQError as error:
            stream.end(error if stream.raises_its_end else None)
            raise
        # Held until this has ended, also when the stream is stopped meanwhile: its SUB may still be under way.
        lane.hold()
        # Before the request, because a delivery may arrive earlier than the SUB_OK: the two come on different links.
        self._streams.add(stream)
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

    def _take_lane(self, stream: StreamBase) -> Lane:
        lanes = self.lanes
        return lanes.take_for_replay(stream) if isinstance(stream, ReplayStream) else lanes.take(stream.options.policy)

    async def stop(self, stream: StreamBase) -> None:
        """Ends a stream. Returns when the broker has confirmed it, or is not connected any more."""
        stream.end(None)
        if stream not in self._streams:
            return
        key, lane = stream.key, stream.lane
        assert lane is not None
        self._streams.remove(stream)
        lane.hold()
        try:
            await self._unsubscribe(key)
        finally:
            lane.release()

    async def seek(self, stream: ReplayStream, options: dict[str, Any]) -> None:
        """Asks the broker for another place of a replay. Returns when it has accepted it; its refusal ends the replay.

        After a lost connection the replay is asked for with the other subscriptions.
        """
        lane = stream.lane
        assert lane is not None
        was_live = stream.progress.is_live
        stream.seek(options)
        lane.topics.start_over(stream)
        lane.hold()
        try:
            while not stream.is_ended and not stream.progress.is_asked:
                await self._ask_anew(stream, was_live)
            if stream not in self._streams:
                # Stopped meanwhile. The UNSUB may have been sent before the SUB, so it is sent once more.
                await self._unsubscribe(stream.key)
        except PulseMQError as error:
            stream.end(error)
            self.stop_soon(stream)
            raise
        finally:
            lane.release()

    async def _ask_anew(self, stream: ReplayStream, was_live: bool) -> None:
        connection = await self._keeper.connection()
        if stream.is_ended or stream.progress.is_asked:
            return
        try:
            if was_live:
                # To the broker it may be a subscription like any other by now.
                await connection.unsubscribe(stream.key)
            await connection.subscribe(stream.key, self._request([stream]))
        except (NotConnectedError, TimeoutError):
            if not self._keeper.is_trying:
                raise
            # One turn of the loop, in which the keeper notices the loss: else it would return the same connection again.
            await asyncio.sleep(0)

    def stop_soon(self, stream: StreamBase) -> None:
        """Stops a stream in the background."""
        self._background.start(self.stop(stream))

    async def restore(self, connection: Connection) -> None:
        """Subscribes on a new connection to everything there was, and compares the result with the broker's own list.

        Streams that are stopped meanwhile are unsubscribed, what is missing is asked for once more, and a stream that is still
        missing then ends with an error.
        """
        self._checks.stop()
        for lane in self._streams.lanes():
            # A replay goes on behind its last message, so nothing is missing.
            if not lane.is_replaying:
                lane.topics.resume()
        wanted = missing = self._streams.keys
        for is_last in (False, True):
            await asyncio.gather(*(self._restore_one(connection, key) for key in missing))
            listed = await connection.subscriptions() if missing else None
            if listed is None:
                break
            await asyncio.gather(*(connection.unsubscribe(key) for key in listed if not self._streams.has(key)))
            missing = {key for key in missing if self._streams.has(key)} - listed
            for key in missing if is_last else ():
                self._end_named(key, PulseMQError(f"the broker accepted the subscription {key}, but does not list it"))
        for lane in self._paused.lanes():
            connection.set_paused(lane.index, True)
        self._checks.start(connection, wanted)

    def on_lane_closed(self, connection: Connection, lane: Lane) -> None:
        """Makes another link for a lane that the broker has closed, because this client reads too slowly."""
        self._markers.on_lane_closed(lane)
        _log.warning("the broker has closed a delivery link that was read too slowly (on_slow='disconnect')")
        self._background.start(self._reopen(connection, lane))

    async def _reopen(self, connection: Connection, lane: Lane) -> None:
        """Opens the link of a lane again, and asks for the snapshots of its subscriptions, which are live at the broker all the time."""
        keys = {key for key in self._streams.keys if key.lane == lane.index}
        lane.topics.resume()
        lane.hold()
        try:
            await connection.open_lane(lane.index)
            if self._paused.has(lane):
                connection.set_paused(lane.index, True)
            asked = [key for key in keys if any(one.options.snapshot for one in self._streams.of(key))]
            await asyncio.gather(*(self._restore_one(connection, key) for key in asked))
            self._checks.start(connection, keys)
        except (NotConnectedError, TimeoutError):
            # The connection is lost, and the next one restores everything.
            return
        finally:
            lane.release()

    def end_all(self) -> None:
        """Ends every stream without an error. What their queues hold can still be taken."""
        for stream in self._streams:
            stream.end(None)

    def give_up(self, error: PulseMQError | None) -> None:
        """Ends and forgets every stream, since no connection will come. Iterations raise `error`; callbacks report it once."""
        self._checks.stop()
        has_callbacks = any(not stream.raises_its_end for stream in self._streams)
        for stream in self._streams:
            self._streams.remove(stream)
            stream.end(error if stream.raises_its_end else None)
        if has_callbacks and error is not None:
            self._notifier.error(error, "the connection")

    def set_paused(self, stream: QueueStream, is_paused: bool) -> None:
        """Stops reading the deliveries of a lane while at least one of its streams is paused."""
        lane = stream.lane
        if not self._paused.set(stream, is_paused) or lane is None:
            return
        lane.fills.set_paused(is_paused)
        if self._keeper.current is not None:
            self._keeper.current.set_paused(lane.index, is_paused)

    def on_marker(self, lane: Lane, kind: int, namespace: str, topic: str, payload: bytes) -> None:
        """Takes the end of a snapshot, statuses, or the end of streams. Raises a NotConnectedError for one that cannot be read."""
        if kind == _wire.SNAPSHOT_END:
            request, end = read_snapshot_end(namespace, topic, payload)
            self._markers.on_end(request)
            for stream in self._streams.of(SubscriptionKey(lane.index, namespace, topic)):
                stream.on_snapshot_end(request, end)
        elif kind == _wire.TOPIC_STATUS:
            statuses = read_statuses(namespace, topic, payload)
            for stream in self._streams.with_status(lane, namespace):
                for status in statuses:
                    if matches(stream.pattern, status.topic):
                        stream.on_status(status)
        elif kind in (_wire.REPLAY_PLACE, _wire.REPLAY_END):
            self._on_replay(lane, kind, payload)
        elif kind == _wire.STREAMS_ENDED:
            lane.topics.end_streams(read_streams_ended(payload))

    def _on_replay(self, lane: Lane, kind: int, payload: bytes) -> None:
        stream = lane.replay
        if stream is None:
            return
        if kind == _wire.REPLAY_PLACE:
            return read_replay_notice("REPLAY_PLACE", payload, stream.progress.on_place)
        error = read_replay_notice("REPLAY_END", payload, stream.progress.on_end)
        if error is None and (stream.progress.is_live or not stream.progress.has_ended):
            return
        if not stream.is_ended:
            stream.end(error)
            self.stop_soon(stream)

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
        first = streams[0]
        if isinstance(first, ReplayStream) and not first.progress.is_live:
            replay_number = self._markers.next_request()
            replay = first.progress.begin(replay_number)
            return SubRequest(first.options.policy, replay=replay, replay_number=replay_number)
        number = self._markers.next_request() if any(one.options.snapshot for one in streams) else None
        for stream in streams:
            stream.begin_again(number)
        return SubRequest(first.options.policy, number, any(one.options.status for one in streams))

    async def _unsubscribe(self, key: SubscriptionKey) -> None:
        """Unsubscribes at the broker, unless another stream has the same key."""
        current = self._keeper.current
        if current is None or self._streams.has(key):
            return
        try:
            await current.unsubscribe(key)
        except NotConnectedError:
            # The subscriptions of a session end with its connection.
            return
        except PulseMQError as error:
            self._notifier.error(error, f"ending the subscription {key}")

    async def _restore_one(self, connection: Connection, key: SubscriptionKey) -> None:
        streams = self._streams.of(key)
        if not streams:
            return
        try:
            await connection.subscribe(key, self._request(streams))
        except (NotConnectedError, TimeoutError):
            raise
        except PulseMQError as error:
            # The broker refuses a subscription that it accepted before, for example after a grant was revoked.
            self._end_named(key, error)

    def _end_named(self, key: SubscriptionKey, error: PulseMQError) -> None:
        for stream in self._streams.of(key):
            self._streams.remove(stream)
            stream.end(error)
