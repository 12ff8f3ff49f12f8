"""The options of a subscription that the broker acts on: its delivery policy, its snapshot and its statuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from . import _wire
from ._checks import check_callback, check_flag, check_rate, check_word
from .errors import BadOptionError
from .events import OnSnapshotEnd, OnStatus

SlowPolicy = Literal["drop_oldest", "drop_newest", "conflate", "disconnect"]

#: What each policy is called on the wire.
_wire_words: Final = {
    "drop_oldest": "dropOldest",
    "drop_newest": "dropNewest",
    "conflate": "conflate",
    "disconnect": "disconnect",
}


class Policy(NamedTuple):
    """How the broker delivers. Subscriptions with the same policy share a lane."""

    on_slow: SlowPolicy = "drop_oldest"
    max_rate: float | None = None

    def __str__(self) -> str:
        rate = "" if self.max_rate is None else f" max_rate={self.max_rate:g}"
        return f"on_slow={self.on_slow!r}{rate}"


DEFAULT_POLICY: Final = Policy()


class SubscriptionKey(NamedTuple):
    """What makes a subscription one at the broker."""

    lane: int
    namespace: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.namespace}:{self.pattern}"


@dataclass(frozen=True)
class SubscribeOptions:
    """The checked options of one subscription. `PulseMQClient.async_subscribe` describes them."""

    policy: Policy = DEFAULT_POLICY
    snapshot: bool = False
    status: bool = False
    on_snapshot_end: OnSnapshotEnd | None = None
    on_status: OnStatus | None = None


DEFAULT_OPTIONS: Final = SubscribeOptions()


def subscribe_options(
    snapshot: bool,
    on_slow: SlowPolicy | None,
    max_rate: float | None,
    status: bool,
    on_snapshot_end: OnSnapshotEnd | None,
    on_status: OnStatus | None,
) -> SubscribeOptions:
    """Checks options. Raises a BadOptionError that names the option, the value and what is allowed."""
    check_flag("snapshot", snapshot)
    check_flag("status", status)
    if on_slow is not None:
        check_word("on_slow", on_slow, tuple(_wire_words))
    if max_rate is not None:
        check_rate("max_rate", max_rate)
    check_callback("on_snapshot_end", on_snapshot_end)
    check_callback("on_status", on_status)
    if on_snapshot_end is not None and not snapshot:
        raise BadOptionError("on_snapshot_end is given without snapshot=True, so it would never be called")
    if on_status is not None and not status:
        raise BadOptionError("on_status is given without status=True, so it would never be called")
    policy = Policy(on_slow or "drop_oldest", None if max_rate is None else float(max_rate))
    return SubscribeOptions(policy, snapshot, status, on_snapshot_end, on_status)


class SubRequest(NamedTuple):
    """The options of one SUB."""

    policy: Policy
    #: The number that the end of the snapshot echoes. None for no snapshot.
    snapshot: int | None = None
    status: bool = False
    #: The options of a replay, and the number that its notices echo. None for no replay.
    replay: dict[str, Any] | None = None
    replay_number: int = 0

    def wire_options(self, lane: int) -> dict[str, Any]:
        """The JSON object for the payload of SUB. It is empty where everything is the default, as 0.3.0 sends it."""
        options: dict[str, Any] = {}
        if lane != 0 or self.policy != DEFAULT_POLICY:
            options["lane"] = lane
            options["onSlow"] = _wire_words[self.policy.on_slow]
            if self.policy.max_rate is not None:
                options["maxRate"] = self.policy.max_rate
        if self.snapshot is not None:
            options["snapshot"] = True
            options["request"] = self.snapshot
        if self.status:
            options["status"] = True
        if self.replay is not None:
            options["replay"] = self.replay
            options["request"] = self.replay_number
        return options

    def needed_features(self, lane: int) -> list[tuple[str, str]]:
        """The options that need a feature of the broker, each with the word for the feature."""
        on_slow, max_rate = self.policy
        needed = []
        if on_slow == "conflate":
            needed.append(("on_slow='conflate'", _wire.FEATURE_CONFLATE))
        if max_rate is not None:
            needed.append((f"max_rate={max_rate:g}", _wire.FEATURE_CONFLATE))
        if lane != 0 or self.policy != DEFAULT_POLICY:
            needed.append((str(self.policy), _wire.FEATURE_LANES))
        if self.snapshot is not None:
            needed.append(("snapshot=True", _wire.FEATURE_SNAPSHOT))
        if self.status:
            needed.append(("status=True", _wire.FEATURE_STATUS))
        if self.replay is not None:
            return [("a replay", _wire.FEATURE_REPLAY)]
        return needed
