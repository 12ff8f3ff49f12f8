"""The broker's own messages on a delivery link: the end of a snapshot, the status of topics, and the end of other brokers' streams."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from .errors import NotConnectedError
from .events import SnapshotEnd, TopicStatus

_Taken = TypeVar("_Taken")


def read_snapshot_end(namespace: str, pattern: str, payload: bytes) -> tuple[int, SnapshotEnd]:
    """Returns the number of the request, and the end. Raises a NotConnectedError for something else."""
    body = _object(payload)
    try:
        end = SnapshotEnd(namespace, pattern, int(body["count"]), int(body["left_out"]), str(body["reason"]))
        return int(body["request"]), end
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("SNAPSHOT_END", error) from error


def read_statuses(namespace: str, topic: str, payload: bytes) -> list[TopicStatus]:
    """Returns the status of one topic, or of many where `topic` is empty. Raises a NotConnectedError for something else."""
    body = _object(payload)
    try:
        rows = body["topics"] if topic == "" else [{"topic": topic, **body}]
        return [_status(namespace, row) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("TOPIC_STATUS", error) from error


def read_streams_ended(payload: bytes) -> set[int]:
    """Returns the epochs of the streams that have ended. Raises a NotConnectedError for something else."""
    body = _object(payload)
    try:
        return {int(epoch) for epoch in body["epochs"]}
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("STREAMS_ENDED", error) from error


def read_replay_notice(what: str, payload: bytes, take: Callable[[dict[str, Any]], _Taken]) -> _Taken:
    """Returns what `take` makes of REPLAY_PLACE or REPLAY_END. Raises a NotConnectedError for something else."""
    body = _object(payload)
    try:
        return take(body)
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(what, error) from error


def _status(namespace: str, row: dict[str, Any]) -> TopicStatus:
    reason, max_age_ms = row["reason"], row["max_age_ms"]
    return TopicStatus(
        namespace,
        str(row["topic"]),
        str(row["state"]),
        str(row["publisher"]),
        int(row["since_us"]) / 1_000_000,
        None if reason is None else str(reason),
        None if max_age_ms is None else int(max_age_ms),
    )


def _object(payload: bytes) -> dict[str, Any]:
    try:
        body = json.loads(payload)
    except ValueError as error:
        raise _unreadable("message of its own", error) from error
    if not isinstance(body, dict):
        raise _unreadable("message of its own", f"a {type(body).__name__}, expected an object")
    return body


def _unreadable(what: str, error: object) -> NotConnectedError:
    return NotConnectedError(f"the broker sent a {what} that cannot be read: {error!r}")
