"""The calls of a client that begin replays."""

from __future__ import annotations

from ._checks import check_queue
from ._core import Core
from ._core_slot import CoreSlot
from ._names import check_pattern, namespace_or_default
from ._replay_options import Speed, Time, replay_options
from ._replay_stream import ReplayStream
from .options import Options
from .replay import BlockingReplay, Replay


class ReplayCalls:
    """A part of `PulseMQClient`."""

    _slot: CoreSlot
    _options: Options

    def async_replay(
        self,
        namespace: str,
        pattern: str,
        *,
        from_time: Time | None = None,
        to_time: Time | None = None,
        from_sequence: int | None = None,
        to_sequence: int | None = None,
        speed: Speed = "full",
        follow: bool = False,
        queue_limit: int | None = None,
    ) -> Replay:
        """Returns messages of the past that match a pattern, in the order in which the broker accepted them.

        Iterate the result: `async for message in client.async_replay("archive", "*.trade", from_time=...)`. The namespace must keep history.
        A message belongs to the replay when it is in all of the ranges.

        * `from_time`, `to_time`: time of receipt by the broker, from and before: a datetime with a time zone, or Unix seconds such as
          `received_at` of a message. By default all that is stored when the replay begins.
        * `from_sequence`, `to_sequence`: sequences of each topic, both included.
        * `speed`: how many times as fast as the messages came, from 0.01 to 100,000. `"full"`: as fast as they are iterated.
        * `follow`: new messages come behind those of the past. None is missing or comes twice. Not with `to_time` and `to_sequence`.
        * `queue_limit`: messages that wait to be iterated. Past it the broker waits, and nothing is dropped.

        Raises a TopicFormatError or a BadOptionError at once. The iteration raises what `Subscription.live` raises, a NotSupportedError, a
        LimitReachedError where too many replays run, and a ReplayEndedError when the broker ends the replay early. A client has up to
        seven replays at a time.
        """
        names = (namespace_or_default(namespace), check_pattern(pattern))
        options = replay_options(from_time, to_time, from_sequence, to_sequence, speed, follow)
        core = self._slot.core_here()
        return Replay(core, ReplayStream(*names, self._replay_queue(queue_limit), core.streams, options))

    def replay(
        self,
        namespace: str,
        pattern: str,
        *,
        from_time: Time | None = None,
        to_time: Time | None = None,
        from_sequence: int | None = None,
        to_sequence: int | None = None,
        speed: Speed = "full",
        follow: bool = False,
        queue_limit: int | None = None,
    ) -> BlockingReplay:
        """As `async_replay`, to be iterated with `for`. Returns when the replay has begun, and raises then what that iteration raises first."""
        names = (namespace_or_default(namespace), check_pattern(pattern))
        options = replay_options(from_time, to_time, from_sequence, to_sequence, speed, follow)
        limit = self._replay_queue(queue_limit)

        async def start(core: Core) -> BlockingReplay:
            stream = ReplayStream(*names, limit, core.streams, options)
            await core.streams.start(stream)
            return BlockingReplay(self._slot, core, stream)

        return self._slot.wait_for(start)

    def _replay_queue(self, limit: int | None) -> int:
        given = self._options.queue_limit if limit is None else limit
        check_queue(given, "pause")
        return given
