"""The Python client of PulseMQ, a broker for market data.

async with PulseMQClient("localhost", 5555, username="trader", token="...") as client:
    async for message in client.async_subscribe("market_data", "sz000651.>"):
        print(message.topic, message.data)
"""

from .client import PulseMQClient
from .errors import (
    AuthFailedError,
    BadOptionError,
    BadPayloadError,
    ConnectionLimitError,
    ForkedError,
    GapWarning,
    LimitReachedError,
    MissingPackageError,
    NotConnectedError,
    NotSupportedError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PulseMQError,
    PulseMQWarning,
    RequestTimeoutError,
    SlowWarning,
    TopicFormatError,
)
from .events import ConnectionEvent, Gap, SlowNotice, SnapshotEnd, TopicStatus
from .live_table import LiveRow, LiveTable
from .message import PulseMessage
from .options import ReconnectOptions
from .subscription import CallbackSubscription, Subscription
from .version import __version__

__all__ = [
    "AuthFailedError",
    "BadOptionError",
    "BadPayloadError",
    "CallbackSubscription",
    "ConnectionEvent",
    "ConnectionLimitError",
    "ForkedError",
    "Gap",
    "GapWarning",
    "LimitReachedError",
    "LiveRow",
    "LiveTable",
    "MissingPackageError",
    "NotConnectedError",
    "NotSupportedError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PulseMQClient",
    "PulseMQError",
    "PulseMQWarning",
    "PulseMessage",
    "ReconnectOptions",
    "RequestTimeoutError",
    "SlowNotice",
    "SlowWarning",
    "SnapshotEnd",
    "Subscription",
    "TopicFormatError",
    "TopicStatus",
    "__version__",
]
