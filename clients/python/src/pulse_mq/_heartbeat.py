"""Finds a dead link: TCP itself sends nothing, so that a half-open link would stay unnoticed for hours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from . import _zmtp

#: Seconds between signs of life while paused: the smallest `auth.ping_interval_sec` a broker can have.
_sign_of_life_interval = 1.0


class Heartbeat:
    """Sends a PING after `interval` seconds of silence. The link is dead when nothing arrives within `timeout` seconds after it."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        interval: float,
        timeout: float,
        write: Callable[[bytes], None],
        on_silence: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._interval = interval
        self._timeout = timeout
        self._write = write
        self._on_silence = on_silence
        self._heard_at = loop.time()
        self._is_asking = False
        self._is_paused = False
        self._timer = loop.call_later(interval, self._beat)

    def heard(self) -> None:
        """Bytes have arrived."""
        self._heard_at = self._loop.time()
        self._is_asking = False

    def pause(self) -> None:
        """Reading stops. Silence proves nothing now, and a PING of the peer is not answered: so it gets signs of life."""
        self._is_paused = True
        self._is_asking = False
        self._beat()

    def resume(self) -> None:
        """Reading goes on."""
        self._is_paused = False
        self.heard()
        self._beat()

    def stop(self) -> None:
        """Ends it."""
        self._timer.cancel()

    def _beat(self) -> None:
        """Runs after the reads of the same turn of the loop: in a loop that was blocked, the answer may have arrived meanwhile."""
        self.stop()
        if self._is_paused:
            self._write(_zmtp.PONG)
            self._timer = self._loop.call_later(_sign_of_life_interval, self._beat)
            return
        if self._is_asking:
            self._on_silence()
            return
        due = self._heard_at + self._interval
        if due > self._loop.time():
            self._timer = self._loop.call_at(due, self._beat)
            return
        self._is_asking = True
        self._write(_zmtp.PING)
        self._timer = self._loop.call_later(self._timeout, self._beat)
