"""The errors and warnings of this package."""

from __future__ import annotations


class PulseMQError(Exception):
    """The base class of all errors of this package."""


class AuthFailedError(PulseMQError):
    """The broker refused the credentials, or a request before the log-in."""


class ConnectionLimitError(AuthFailedError):
    """The user has reached its limit of connections. A reconnect tries again, since a connection may become free."""


class PermissionDeniedError(PulseMQError):
    """The user has no right to publish or subscribe in that namespace."""


class TopicFormatError(PulseMQError, ValueError):
    """A namespace, topic or pattern does not follow the grammar."""


class PayloadTooLargeError(PulseMQError):
    """A payload is larger than a limit of its format.

    `size` and `limit` are bytes, or rows, columns or values where the text says so. Both are 0 when the broker refused the payload.
    """

    def __init__(self, message: str, size: int = 0, limit: int = 0) -> None:
        super().__init__(message)
        self.size = size
        self.limit = limit


class BadPayloadError(PulseMQError, ValueError):
    """The format cannot hold the data, or a received payload does not follow its format."""


class MissingPackageError(PulseMQError, ImportError):
    """An optional package is not installed. The text says which one, and how to install it."""


class BadOptionError(PulseMQError, ValueError):
    """An option is outside its range. The text names the option, the value and the range."""


class NotConnectedError(PulseMQError, RuntimeError):
    """There is no connection, or it was lost. The broker may have received a publish that fails with this error, or not."""


class ForkedError(NotConnectedError):
    """The client was connected before `os.fork`, and this process is the child. Make a client in each process."""


class RequestTimeoutError(PulseMQError, TimeoutError):
    """The broker did not answer within the time limit."""


class LimitReachedError(PulseMQError):
    """A limit is reached.

    `max_pending` publishes wait already, the subscriptions of a client have more than 8 policies, or the broker has reached a limit, such
    as the subscriptions of a session.
    """


class UnreachableError(PulseMQError):
    """The broker that has what was asked for cannot be reached by the one that was asked. It may be back in a moment."""


class NotSupportedError(PulseMQError):
    """An option needs a feature that this broker does not have. The text names both."""


class ReplayEndedError(PulseMQError):
    """A replay ended before its past was over.

    `reason` is `closed`, `revoked`, `deleted` (the namespace), `failed` or another word of the broker.
    """

    def __init__(self, message: str, reason: str = "failed") -> None:
        super().__init__(message)
        self.reason = reason


class PulseMQWarning(UserWarning):
    """An error that no call can raise, while the client has no `on_error`.

    For example a callback raised an error, or a subscription could not be restored.
    """


class GapWarning(PulseMQWarning):
    """Messages of a topic are missing, while the client has no `on_gap`."""


class SlowWarning(PulseMQWarning):
    """The full queue of a subscription has dropped messages, while the client has no `on_slow`."""


def error_of_reply(code: int, text: str) -> PulseMQError:
    """Returns the error for the code and text of an ERROR reply. docs/protocol.md lists the codes."""
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
    if code == 13:
        return UnreachableError(text)
    return PulseMQError(f"[{code}] {text}")
