"""How far a replay has come, over all connections."""

from __future__ import annotations

import asyncio
from typing import Any

from .errors import PulseMQError, ReplayEndedError
from .events import Gap, ReplayEnd, ReplayMissing


class ReplayProgress:
    """All calls on the loop's thread."""

    def __init__(self, subject: str, options: dict[str, Any]) -> None:
        """`subject` is the replay in error texts. `options` are those of its SUB."""
        self._subject = subject
        self.options = options
        #: The past is over, and new messages arrive.
        self.is_live = False
        #: The broker has begun with what was asked for last: what came before that on the lane is of an earlier replay.
        self.has_begun = False
        #: Where the broker has said that it can go on, and messages that have arrived since.
        self._place: str | None = None
        self._skip_count = 0
        #: Number of the last SUB; 0 while the present options have not been asked for.
        self._request = 0
        self._count = 0
        self._missed_count = 0
        self._removed_until_us: int | None = None
        #: By their beginning: a page that is sent again tells its gap again.
        self._gaps: dict[int, int | None] = {}
        self._end: ReplayEnd | PulseMQError | None = None
        self._waiters: list[asyncio.Future[None]] = []

    @property
    def is_asked(self) -> bool:
        """True when the broker has been asked for what is wanted now."""
        return self._request != 0

    def seek(self, options: dict[str, Any]) -> None:
        """Goes to another place. Nothing that arrives before the broker has begun there belongs to it. Counts begin again."""
        self.options = options
        self.is_live = self.has_begun = False
        self._place = self._removed_until_us = self._end = None
        self._skip_count = self._request = self._count = self._missed_count = 0
        self._gaps.clear()

    def begin(self, request: int) -> dict[str, Any]:
        """Returns the options of the SUB that begins it, or goes on behind what has arrived. `request`: a number that is new on the lane."""
        self._request = request
        self.has_begun = False
        options = dict(self.options)
        if self._place is not None:
            options["place"] = self._place
        if self._skip_count > 0:
            options["skip"] = self._skip_count
        return options

    def on_message(self, gap: Gap | None) -> None:
        """A message of the past has arrived, with this gap before it."""
        self._skip_count += 1
        self._count += 1
        self._missed_count += 0 if gap is None else gap.missed_count or 0

    def on_place(self, body: dict[str, Any]) -> None:
        """The broker says where it can go on."""
        if body["request"] != self._request:
            return
        self.has_begun = True
        place = body["place"]
        if place is not None:
            self._place = str(place)
            self._skip_count = 0
            self._note(body)

    def on_end(self, body: dict[str, Any]) -> ReplayEndedError | None:
        """The past has ended. Returns the error of an early end."""
        if body["request"] != self._request:
            return None
        self._note(body)
        reason = str(body["reason"])
        if reason not in ("complete", "live"):
            return self._error(reason, body.get("problem"))
        self.is_live = reason == "live"
        self._settle(ReplayEnd(self._count, self.is_live, self._missing()))
        return None

    @property
    def has_ended(self) -> bool:
        """True when the past is over, or the replay has ended before."""
        return self._end is not None

    def fail(self, error: PulseMQError | None) -> None:
        """Ends it early, if its past has not ended: with the error, or because it was closed."""
        if self._end is None:
            is_own = isinstance(error, ReplayEndedError)
            self._settle(error if is_own and error is not None else self._error("closed", error))

    async def end(self) -> ReplayEnd:
        """Returns the end of the past, and waits for it. Raises a ReplayEndedError when the replay ends before."""
        while self._end is None:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        if isinstance(self._end, PulseMQError):
            raise self._end
        return self._end

    def _settle(self, end: ReplayEnd | PulseMQError) -> None:
        self._end = end
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _note(self, body: dict[str, Any]) -> None:
        removed = body["removed_until_us"]
        if removed is not None:
            self._removed_until_us = max(self._removed_until_us or 0, int(removed))
        for gap in body["gaps"]:
            to_us = gap["to_us"]
            self._gaps[int(gap["from_us"])] = None if to_us is None else int(to_us)

    def _missing(self) -> ReplayMissing:
        removed = self._removed_until_us
        return ReplayMissing(
            None if removed is None else removed / 1_000_000,
            tuple(
                (start / 1_000_000, None if stop is None else stop / 1_000_000) for start, stop in self._gaps.items()
            ),
            self._missed_count,
        )

    def _error(self, reason: str, problem: object) -> ReplayEndedError:
        why = "" if problem is None else f": {problem}"
        return ReplayEndedError(f"the replay of {self._subject} ended early ({reason}){why}", reason)
