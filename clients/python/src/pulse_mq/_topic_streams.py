"""The streams of one topic: each broker numbers what its own publishers send, so a topic with publishers at two brokers has two streams."""

from __future__ import annotations

from typing import Final, NamedTuple

#: Streams of a topic that are remembered besides the present one. Of more, the one that has been silent the longest is forgotten.
_kept_max_count: Final = 8


class _Kept(NamedTuple):
    sequence: int
    image: int
    is_resumed: bool


class Stream:
    """The stream of a topic that has ticked last, and those that tick in turn with it."""

    __slots__ = ("_lost_ends", "_others", "epoch", "image", "is_resumed", "sequence", "unsure")

    def __init__(self) -> None:
        #: Those of the last message that was no image. The sequence is 0 before the first.
        self.epoch = 0
        self.sequence = 0
        #: The sequence of an image that has come since; 0 for none.
        self.image = 0
        #: The connection is a new one since the last message of this stream.
        self.is_resumed = False
        self._others: dict[int, _Kept] | None = None
        #: The streams that had ticked last when a connection was lost, until it is known whether they went on. None when all is known.
        self.unsure: set[int] | None = None
        #: Epoch and last sequence of the stream whose end was reported as unknown.
        #: Where the streams stood whose end was reported as unknown. None for none.
        self._lost_ends: dict[int, int] | None = None

    @property
    def is_new(self) -> bool:
        """True before the first delivery."""
        return self.sequence == 0 and self.image == 0

    @property
    def may_miss_messages(self) -> bool:
        """True when any stream may have gone on while the connection was lost, and that is not reported."""
        others = (epoch for epoch, one in (self._others or {}).items() if one.is_resumed)
        return any(not self.is_end_lost(one) for one in (*([self.epoch] if self.is_resumed else ()), *others))

    def last(self, epoch: int) -> int:
        """Returns the last sequence of a stream, images aside. 0 for one that is unknown."""
        if epoch == self.epoch:
            return self.sequence
        kept = (self._others or {}).get(epoch)
        return 0 if kept is None else kept.sequence

    def knows(self, epoch: int) -> bool:
        """True for a stream that has had a delivery."""
        return (epoch == self.epoch and not self.is_new) or epoch in (self._others or {})

    def is_duplicate(self, epoch: int, sequence: int) -> bool:
        """True for a live message that has arrived already, at the broker that the client was at before or from a journal."""
        if epoch == self.epoch:
            return self.is_resumed and sequence <= self.sequence
        kept = (self._others or {}).get(epoch)
        return kept is not None and sequence <= kept.sequence

    def recovered_to(self, epoch: int, sequence: int) -> None:
        """Messages of a stream have come from a journal, up to this sequence. A live one that is late may be among them."""
        if epoch == self.epoch:
            self.sequence = max(self.sequence, sequence)
        kept = (self._others or {}).get(epoch)
        if kept is not None and self._others is not None and kept.sequence < sequence:
            self._others[epoch] = kept._replace(sequence=sequence)

    def switch(self, epoch: int) -> None:
        """Makes another stream the present one. It begins anew when it is unknown."""
        others = self._others if self._others is not None else {}
        kept = others.pop(epoch, _Kept(0, 0, False))
        if not self.is_new:
            # Last in the order of the dictionary: it has ticked after the others.
            others.pop(self.epoch, None)
            others[self.epoch] = _Kept(self.sequence, self.image, self.is_resumed)
            if len(others) > _kept_max_count:
                del others[next(iter(others))]
            self._others = others
        self.epoch = epoch
        self.sequence, self.image, self.is_resumed = kept

    def resume(self) -> None:
        """The connection is a new one."""
        self._mark(True)
        if not self.is_new:
            self.unsure = {*(self.unsure or ()), self.epoch}

    def open_ends(self, listed: set[int]) -> list[int]:
        """Returns the streams that ticked last before a connection was lost and have not since, and that the broker does not list.

        Where it lists no stream of the topic, there is none: a later message begins a new stream, which shows the same.
        """
        if not listed or self.unsure is None:
            return []
        return [one for one in self.unsure - listed if self._is_open(one)]

    def _is_open(self, epoch: int) -> bool:
        kept = (self._others or {}).get(epoch)
        is_resumed = self.is_resumed if epoch == self.epoch else kept is not None and kept.is_resumed
        return is_resumed and not self.is_end_lost(epoch)

    def is_end_lost(self, epoch: int) -> bool:
        """True when the end of a stream was reported as unknown, and nothing of it has come since."""
        return (self._lost_ends or {}).get(epoch) == self.newest_of(epoch)

    def newest_of(self, epoch: int) -> int:
        """Returns the last sequence of a stream, with images. 0 for one that is unknown."""
        kept = (self._others or {}).get(epoch, _Kept(0, 0, False))
        return max(self.sequence, self.image) if epoch == self.epoch else max(kept.sequence, kept.image)

    def lose_end(self, epoch: int) -> None:
        """The end of a stream is reported as unknown. It is not reported again while the stream stands where it is."""
        ends = self._lost_ends = self._lost_ends or {}
        ends.pop(epoch, None)
        ends[epoch] = self.newest_of(epoch)
        if len(ends) > _kept_max_count:
            del ends[next(iter(ends))]
        self.settle()
        # What its broker sends late may have come from the journal.
        if epoch == self.epoch:
            self.is_resumed = True
        elif self._others is not None and epoch in self._others:
            self._others[epoch] = self._others[epoch]._replace(is_resumed=True)

    def end(self, epochs: set[int]) -> int:
        """Forgets the streams of these epochs, which have ended. Returns how many of them the topic had."""
        others = self._others or {}
        ended = [epoch for epoch in others if epoch in epochs]
        for epoch in ended:
            del others[epoch]
        if self.is_new or self.epoch not in epochs:
            return len(ended)
        # The one that has ticked last of the others is the present one now.
        self.epoch, kept = others.popitem() if others else (self.epoch, _Kept(0, 0, False))
        self.sequence, self.image, self.is_resumed = kept
        return len(ended) + 1

    def settle(self) -> None:
        """What was missed is reported."""
        self._mark(False)
        self.unsure = None

    def _mark(self, is_resumed: bool) -> None:
        self.is_resumed = is_resumed
        for epoch, kept in (self._others or {}).items():
            assert self._others is not None
            self._others[epoch] = kept._replace(is_resumed=is_resumed)
