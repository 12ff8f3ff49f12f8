"""The errors of PulseMQServer."""

from __future__ import annotations

from pulse_mq.errors import PulseMQError


class StartupError(PulseMQError, RuntimeError):
    """The broker did not start: a port is taken, a setting is wrong, a file cannot be written. The text says which."""


class BrokerEndedError(PulseMQError, RuntimeError):
    """The broker has ended by itself while it should run. The text has the reason, or the last lines of its log."""
