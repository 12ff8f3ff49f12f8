"""Everything this package raises on purpose, and what it warns of."""

from __future__ import annotations


class PulseMQError(Exception):
    """Base of all errors of this package."""


class AuthFailedError(PulseMQError):
    """Wrong or missing credentials, or a request before they were given."""


class ConnectionLimitError(AuthFailedError):
    """The user has as many connections as it may have. Tried again on reconnect: a slot may become free."""


class PermissionDeniedError(PulseMQError):
    """The user has no right to do this in that namespace."""


class TopicFormatError(PulseMQError, ValueError):
    """A namespace, topic or pattern that breaks the grammar."""


class PayloadTooLargeError(PulseMQError):
    """A payload above the limit of its format.

    `size` and `limit` are bytes; both are 0 when only the broker knew.
    """

    def __init__(self, message: str, size: int = 0, limit: int = 0) -> None:
        super().__init__(message)
        self.size = size
        self.limit = limit


class BadPayloadError(PulseMQError, ValueError):
    """Data that its format cannot hold, or a received payload that is not what it claims to be."""


class BadOptionError(PulseMQError, ValueError):
    """An option outside its range. The text names the option, the value and the range."""


class NotConnectedError(PulseMQError, RuntimeError):
    """Not connected, or no longer. A publish that fails with it may or may not have arrived."""


class RequestTimeoutError(PulseMQError, TimeoutError):
    """No answer within the time allowed."""


class LimitReachedError(PulseMQError):
    """More publishes wait than `max_pending`, or the broker has reached a limit of its own."""


class PulseMQWarning(UserWarning):
    """Something that no call could be told: a callback that raised, a subscription that could not be restored."""


class GapWarning(PulseMQWarning):
    """Messages of a topic did not arrive. Given where no `on_gap` is."""


class SlowWarning(PulseMQWarning):
    """A subscription's queue was full and lost messages. Given where no `on_slow` is."""


def error_of_reply(code: int, text: str) -> PulseMQError:
    """The error that an ERROR reply of the broker stands for."""
    if code in (1, 2):
        return AuthFailedError(text)
    if code in (3, 4):
        return PermissionDeniedError(text)
    if code == 5:
        return TopicFormatError(text)
    if code == 7:
        return ConnectionLimitError(text)
    if code == 8:
        return PayloadTooLargeError(text)
    if code == 11:
        return LimitReachedError(text)
    return PulseMQError(f"[{code}] {text}")
