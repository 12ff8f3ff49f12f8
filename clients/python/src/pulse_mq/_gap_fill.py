"""Fills one gap of a topic from the broker's journal, and holds what arrives behind it meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ._history import HistoryAnswer, HistoryQuestion
from .errors import PulseMQError, UnreachableError
from .events import Gap
from .message import PulseMessage

if TYPE_CHECKING:
    from ._topic import Deliver, Topic

#: What may wait for one gap. Past it the gap is reported, and what waits is delivered.
HELD_MAX_COUNT: Final = 10_000
HELD_MAX_BYTES: Final = 16 * 1_048_576
#: Epochs that are followed from one to the next: as many unclean stops of the broker.
_epoch_max_count: Final = 16
#: How long a stream is asked for again while its broker cannot be reached and messages of another stream wait behind it.
_short_patience: Final = 2.0
#: The last sequence that JSON numbers hold exactly.
_sequence_max: Final = 2**53 - 1


class Place(NamedTuple):
    """Where a topic stood."""

    epoch: int
    sequence: int


class LostEnd(NamedTuple):
    """Where a gap goes up to the end of a stream, which is unknown."""

    #: A gap of unknown size was reported for it already.
    is_reported: bool
    #: The broker of the stream has ended. It says so again when it is back; until then the messages of others must not wait for it.
    has_ended: bool


def _patience_of(after: Place, to: Place | LostEnd) -> float:
    if isinstance(to, LostEnd):
        return 0 if to.has_ended and not to.is_reported else _short_patience
    # Within one stream nothing comes behind the gap while its broker is away.
    return math.inf if after.epoch == to.epoch else _short_patience


class Fills:
    """What a lane fills. This one fills nothing: `LaneFills` asks the broker."""

    #: Losses by the policy of the lane that the broker has reported.
    drop_count = 0
    #: When the newest message before the present connection was received by its broker, Unix microseconds; 0 when that is unknown.
    since_us = 0

    def may_fill(self, topic: Topic) -> bool:
        """True when the next gap of a topic is to be filled."""
        return False

    def start(self, fill: GapFill) -> None:
        """Runs a fill in the background."""
        raise NotImplementedError

    async def ask(self, question: HistoryQuestion, patience: float) -> HistoryAnswer:
        """Returns messages of the journal. Raises a PulseMQError."""
        raise NotImplementedError

    async def roomy(self) -> None:
        """Returns when no subscription of the lane is paused."""
        raise NotImplementedError


class GapFill:
    """One gap. All calls on the loop's thread."""

    def __init__(
        self,
        topic: Topic,
        after: Place,
        to: Place | LostEnd,
        takers: tuple[Deliver, ...] | None,
        on_gap: Callable[[Gap], None],
    ) -> None:
        """`after`: the last message that was delivered. `to`: the last one that is missing.

        `takers`: the subscriptions that get the image which has shown the gap, None when a live message has shown it, or none.
        `subscribers` are those that there are now.
        """
        self.topic = topic
        self.takers = takers
        #: The message behind the gap. None when only a count of the broker has shown it.
        self.shown_by: PulseMessage | None = None
        #: What has happened to the topic meanwhile, in order.
        self.held: list[Callable[[], None]] = []
        #: Called when the fill has ended, and not when the client is closed meanwhile.
        self.on_end: Callable[[], None] = lambda: None
        #: The last recovered sequence of each epoch.
        self.recovered: dict[int, int] = {}
        #: The stream whose end is unknown. None for a gap that has an end.
        self.open_epoch = after.epoch if isinstance(to, LostEnd) else None
        self._place = after
        self._to = to
        #: Seconds during which it asks again while the broker of the stream cannot be reached.
        self._patience = _patience_of(after, to)
        #: The stream may have begun before the subscription did: of another broker, which has sent nothing of it since.
        self._is_start_unknown = False
        self._on_gap = on_gap
        #: They get what is recovered.
        self.subscribers = list(topic.subscribers)
        self._held_bytes = 0
        self._is_dropped = False
        self._given_up = asyncio.Event()

    def show(self, message: PulseMessage) -> None:
        """Takes the message behind the gap."""
        self.shown_by = message

    def hold(self, action: Callable[[], None], size: int = 0) -> None:
        """Puts off what is to be done after the fill. `size`: bytes of the message, if it is one."""
        self.held.append(action)
        self._held_bytes += size
        if len(self.held) > HELD_MAX_COUNT or self._held_bytes > HELD_MAX_BYTES:
            self._given_up.set()

    def drop(self) -> None:
        """What is missing is not wanted any more, nor what waits behind it."""
        self._is_dropped = True
        self.subscribers = []
        self._given_up.set()

    async def run(self, fills: Fills) -> None:
        """Delivers what the journal has, and reports what it has not."""
        try:
            # The history channel has reported an error, once for all topics. The gap says what is missing.
            with contextlib.suppress(PulseMQError):
                if isinstance(self._to, LostEnd):
                    await self._next_epoch(fills)
                else:
                    await self._fill(fills, self._to)
        except Exception:
            # A fault of the client itself. It is reported, and the topic must not stand still because of it.
            self._finish()
            raise
        self._finish()

    def _finish(self) -> None:
        if self._is_dropped:
            return
        # Where the start is unknown, a gap without a size has been reported.
        if not self._is_start_unknown:
            self._report_rest()
        self.on_end()

    def _report_rest(self) -> None:
        if isinstance(self._to, LostEnd):
            if not self._to.is_reported:
                self._report_unknown()
        elif self._place.epoch == self._to.epoch:
            self._report(self._place.sequence + 1, self._to.sequence)
        else:
            self._report_unknown()

    @property
    def _is_abandoned(self) -> bool:
        return all(one.is_ended for one in self.subscribers)

    async def _fill(self, fills: Fills, to: Place) -> None:
        for _ in range(_epoch_max_count):
            if self._place.epoch == to.epoch:
                break
            following = await self._next_epoch(fills)
            # After an unclean stop a topic begins a new epoch. What the broker had accepted and not stored by then cannot be counted.
            self._report_unknown()
            self._is_start_unknown = following is None
            self._place = Place(to.epoch if following is None else following, 0)
        if self._place.epoch == to.epoch and self._place.sequence < to.sequence:
            await self._fill_epoch(fills, to.sequence)

    async def _next_epoch(self, fills: Fills) -> int | None:
        """Delivers the rest of an epoch. Returns the one that follows it, None when that is not known."""
        try:
            answer = await self._fill_epoch(fills, _sequence_max)
        except UnreachableError:
            # The broker of this epoch is away. What was missed of it is part of the gap.
            return None
        return None if answer is None else answer.next_epoch

    async def _fill_epoch(self, fills: Fills, to: int) -> HistoryAnswer | None:
        """Delivers what there is of one epoch. Returns the last answer, None when the fill was given up."""
        topic, epoch = self.topic, self._place.epoch
        while True:
            await fills.roomy()
            if self._given_up.is_set() or self._is_abandoned:
                return None
            first = self._place.sequence + 1
            since_us = fills.since_us if self._is_start_unknown else 0
            answer = await self._ask(fills, HistoryQuestion(topic.namespace, topic.name, epoch, first, to, since_us))
            if answer is None:
                return None
            for message in answer.messages:
                self._deliver(message)
            is_stuck = self._place.sequence < first
            if answer.has_ended or is_stuck or self._place.sequence >= to:
                return answer

    async def _ask(self, fills: Fills, question: HistoryQuestion) -> HistoryAnswer | None:
        """Returns the answer, or None when more is held by then than the limit: an answer that is late must not hold up more."""
        asking = asyncio.ensure_future(fills.ask(question, self._patience))
        giving_up = asyncio.ensure_future(self._given_up.wait())
        try:
            await asyncio.wait((asking, giving_up), return_when=asyncio.FIRST_COMPLETED)
            # It is cancelled when the client gives up.
            return asking.result() if asking.done() and not asking.cancelled() else None
        finally:
            giving_up.cancel()
            asking.cancel()

    def _deliver(self, message: PulseMessage) -> None:
        sequence = message.sequence
        if message.epoch != self._place.epoch or sequence <= self._place.sequence:
            return
        if not self._is_start_unknown:
            self._report(self._place.sequence + 1, sequence - 1)
        self._is_start_unknown = False
        self._place = Place(message.epoch, sequence)
        self.recovered[message.epoch] = sequence
        for one in self.subscribers:
            one.deliver(message)

    def _report(self, first: int, last: int) -> None:
        if first <= last and not self._is_abandoned:
            self._on_gap(Gap(self.topic.namespace, self.topic.name, False, first, last))

    def _report_unknown(self) -> None:
        if not self._is_abandoned:
            self._on_gap(Gap(self.topic.namespace, self.topic.name, True, None, None))
