"""The rows of a live table with a key: a message may have many, and a column names them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ._live_rows import LiveRows, RowState
from ._row_values import all_row_values
from .errors import BadPayloadError
from .message import PulseMessage

_nan = math.nan
#: Messages that may wait until somebody looks at the table. More are decoded as they come, so that memory stays bounded.
_waiting_max = 1_000


class KeyedRows(LiveRows):
    """As `LiveRows`, with the newest row of each topic and value of the key column. Every message is decoded: each may have rows of its own."""

    def __init__(self, key: str, columns: frozenset[Any] | None, on_error: Callable[[Exception, str], None]) -> None:
        super().__init__(columns, on_error)
        self._key = key
        self._waiting: list[PulseMessage] = []
        self._of_topic: dict[str, list[RowState]] = {}
        self._newest: dict[str, PulseMessage] = {}

    @property
    def has_undecoded(self) -> bool:
        """True when a message has not been decoded."""
        return bool(self._waiting)

    @staticmethod
    def name_of(topic: str, key: Any) -> Any:
        """The name of a row in `by_name`. All NaN are one value, and True is not 1."""
        return (topic, isinstance(key, bool), _nan if isinstance(key, float) and key != key else key)

    def put(self, message: PulseMessage) -> None:
        """Takes a message. An image of what is there already only confirms the rows that it brought, and newer ones."""
        newest = self._newest.get(message.topic)
        is_known = newest is not None and message.epoch == newest.epoch and message.sequence <= newest.sequence
        if message.is_snapshot and is_known:
            return self._confirm_since(message)
        with self.lock:
            self._newest[message.topic] = message
            self._waiting.append(message)
            is_full = len(self._waiting) >= _waiting_max
        if is_full:
            self.decode()

    def decode(self) -> None:
        """Decodes what has come since. A payload that cannot be decoded is reported, and changes no row."""
        failed: list[tuple[Exception, str]] = []
        with self.lock:
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                try:
                    rows = [(self._key_in(values), values) for values in all_row_values(message)]
                except Exception as error:
                    failed.append((error, message.topic))
                    continue
                for key, values in rows:
                    self._set(message, key, self._wanted(values))
        for cause, topic in failed:
            self._on_error(cause, topic)

    def end_confirming(self) -> None:
        """The snapshot has ended."""
        self.decode()
        super().end_confirming()

    def _set(self, message: PulseMessage, key: Any, values: dict[Any, Any]) -> None:
        name = self.name_of(message.topic, key)
        row = self.by_name.get(name)
        if row is None:
            row = self.by_name[name] = RowState(len(self.by_name), message, key)
            self._of_topic.setdefault(message.topic, []).append(row)
            self.version += 1
        row.message = message
        self._store.set_row(row.index, row.values, values)
        row.values = values
        self._set_facts(row)
        self._confirm(name, row)

    def _confirm_since(self, image: PulseMessage) -> None:
        # What waits has the rows that the image confirms.
        self.decode()
        with self.lock:
            for row in self._of_topic.get(image.topic, ()):
                if row.message.epoch == image.epoch and row.message.sequence >= image.sequence:
                    self._confirm(self.name_of(image.topic, row.key), row)

    def _key_in(self, values: dict[Any, Any]) -> Any:
        """The value of the key column, None without it. Raises a BadPayloadError for one that cannot name a row."""
        key = values.get(self._key)
        try:
            hash(key)
        except TypeError:
            text = f"the key column {self._key} has a {type(key).__name__}, expected a text, a number or another single value"
            raise BadPayloadError(text) from None
        return key
