"""The Python client of PulseMQ, a broker for market data.

async with PulseMQClient("localhost", 5555, username="trader", token="...") as client:
    async for message in client.async_subscribe("market_data", "sz000651.>"):
        print(message.topic, message.data)
"""

from typing import TYPE_CHECKING, Any

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
    ReplayEndedError,
    RequestTimeoutError,
    SlowWarning,
    TopicFormatError,
    UnreachableError,
)
from .events import ConnectionEvent, Gap, ReplayEnd, ReplayMissing, SlowNotice, SnapshotEnd, TopicStatus
from .history import History
from .live_table import LiveRow, LiveTable
from .message import PulseMessage
from .options import ReconnectOptions
from .replay import BlockingReplay, Replay
from .subscription import CallbackSubscription, Subscription
from .version import __version__

if TYPE_CHECKING:
    from pulsemq_broker.errors import BrokerEndedError as BrokerEndedError
    from pulsemq_broker.errors import StartupError as StartupError
    from pulsemq_broker.server import PulseMQServer as PulseMQServer

__all__ = [
    "AuthFailedError",
    "BadOptionError",
    "BadPayloadError",
    "BlockingReplay",
    "CallbackSubscription",
    "ConnectionEvent",
    "ConnectionLimitError",
    "ForkedError",
    "Gap",
    "GapWarning",
    "History",
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
    "Replay",
    "ReplayEnd",
    "ReplayEndedError",
    "ReplayMissing",
    "RequestTimeoutError",
    "SlowNotice",
    "SlowWarning",
    "SnapshotEnd",
    "Subscription",
    "TopicFormatError",
    "TopicStatus",
    "UnreachableError",
    "__version__",
]

#: What the package `pulsemq-broker` brings, and its module there.
_of_the_broker = {"PulseMQServer": "server", "BrokerEndedError": "errors", "StartupError": "errors"}


def __getattr__(name: str) -> Any:
    if name not in _of_the_broker:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ._bundled import bundled

    return getattr(bundled(_of_the_broker[name], name), name)
