"""Reports what no call can raise: to the user's callbacks, or as warnings where there are none."""

from __future__ import annotations

import logging
import traceback
import warnings
from collections.abc import Callable
from typing import TypeVar

from .errors import GapWarning, PulseMQWarning, SlowWarning
from .events import ConnectionEvent, Gap, SlowNotice
from .options import Options

_log = logging.getLogger("pulse_mq")
_Event = TypeVar("_Event")


class Notifier:
    """Calls `on_gap`, `on_slow`, `on_error` and `on_connection`. An error that one of them raises is reported too."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def gap(self, gap: Gap) -> None:
        """Reports missing messages."""
        if self._options.on_gap is None:
            _warn(GapWarning(str(gap)))
        else:
            self._call(self._options.on_gap, gap, "on_gap")

    def slow(self, notice: SlowNotice) -> None:
        """Reports a queue that has lost messages."""
        if self._options.on_slow is None:
            _warn(SlowWarning(str(notice)))
        else:
            self._call(self._options.on_slow, notice, "on_slow")

    def connection(self, event: ConnectionEvent) -> None:
        """Logs a change of the connection, and reports it."""
        level = logging.WARNING if event.kind == "disconnected" and not event.will_reconnect else logging.INFO
        _log.log(level, "%s", _shown(event))
        if self._options.on_connection is not None:
            self._call(self._options.on_connection, event, "on_connection")

    def error(self, error: Exception, where: str) -> None:
        """Reports an error that no caller waits for. `where` says what failed, such as `the callback of market:a.>`."""
        if self._options.on_error is None:
            _warn(PulseMQWarning(f"{where}: {_origin(error)}"))
            return
        try:
            self._options.on_error(error)
        except Exception as second:
            _warn(PulseMQWarning(f"on_error raised {_origin(second)} while it handled {where}: {_origin(error)}"))

    def _call(self, callback: Callable[[_Event], object], event: _Event, name: str) -> None:
        try:
            callback(event)
        except Exception as error:
            self.error(error, name)


def _warn(warning: PulseMQWarning) -> None:
    """Warns without a registry, which would keep the text of every gap as long as the process lives."""
    try:
        warnings.warn_explicit(warning, type(warning), "pulse_mq", 0, module="pulse_mq", registry=None)
    except PulseMQWarning:
        # A filter of this process turns warnings into errors. No call of the user's code stands above, so it is logged.
        _log.error("%s", warning)


def _origin(error: Exception) -> str:
    """The error, with the file and line that raised it: enough to find the line of a callback."""
    text = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return text
    return f"{text} ({frames[-1].filename}:{frames[-1].lineno})"


def _shown(event: ConnectionEvent) -> str:
    if event.kind == "disconnected":
        return f"disconnected: {event.error}"
    if event.kind == "reconnecting":
        return f"reconnecting in {event.delay:.2f} s, try {event.try_count}"
    if event.kind == "closed" and event.error is not None:
        return f"closed: {event.error}"
    return event.kind
