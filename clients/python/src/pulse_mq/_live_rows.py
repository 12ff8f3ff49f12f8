"""The rows of a live table: the newest message of each topic, and its values once they are decoded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ._row_values import row_values
from .message import PulseMessage

#: The columns of `facts`, which every row has.
_facts: dict[str, Any] = {"received": None, "sequence": None}


class RowState:
    """One row. `key` is the value of the key column; None in a table without one."""

    __slots__ = ("index", "is_confirmed", "key", "message", "values")

    def __init__(self, index: int, message: PulseMessage, key: Any = None) -> None:
        self.index = index
        self.message = message
        self.key = key
        self.values: dict[Any, Any] = {}
        self.is_confirmed = True


class LiveRows:
    """May be used from any thread. `lock` is held by what reads several things that belong together."""

    def __init__(self, columns: frozenset[Any] | None, on_error: Callable[[Exception, str], None]) -> None:
        """Keeps all columns, or those named. `on_error` gets the errors of payloads that cannot be decoded, and the topic."""
        self.lock = threading.RLock()
        #: By topic; in a table with a key by topic and the value of the key column.
        self.by_name: dict[Any, RowState] = {}
        self._columns = columns
        self._on_error = on_error
        # Only here: it needs NumPy and pandas, which `import pulse_mq` does not load.
        from ._live_columns import ColumnStore

        self._store = ColumnStore()
        self._facts = ColumnStore()
        #: Changes when a row comes, or is or is not confirmed any more.
        self.version = 0
        self._undecoded: dict[str, RowState] = {}
        self._confirmed: set[Any] | None = None

    @property
    def has_undecoded(self) -> bool:
        """True when a message has not been decoded."""
        return bool(self._undecoded)

    @staticmethod
    def name_of(topic: str, key: Any) -> Any:
        """The name of a row in `by_name`."""
        return topic

    def put(self, message: PulseMessage) -> None:
        """Takes a message. An image of the row that is there already only confirms it."""
        topic = message.topic
        with self.lock:
            row = self.by_name.get(topic)
            if row is None:
                row = self.by_name[topic] = RowState(len(self.by_name), message)
                self.version += 1
            elif (
                message.is_snapshot and message.epoch == row.message.epoch and message.sequence <= row.message.sequence
            ):
                return self._confirm(topic, row)
            row.message = message
            self._undecoded[topic] = row
            self._confirm(topic, row)

    def begin_confirming(self) -> None:
        """A snapshot is asked for: rows with neither an image nor a message until its end are not confirmed."""
        with self.lock:
            self._confirmed = set()

    def end_confirming(self) -> None:
        """The snapshot has ended."""
        with self.lock:
            confirmed, self._confirmed = self._confirmed, None
            if confirmed is None:
                return
            for name, row in self.by_name.items():
                row.is_confirmed = name in confirmed
            self.version += 1

    def decode(self) -> None:
        """Decodes what has come since. A payload that cannot be decoded is reported, and its row has no values."""
        failed: list[tuple[Exception, str]] = []
        with self.lock:
            undecoded, self._undecoded = self._undecoded, {}
            for topic, row in undecoded.items():
                try:
                    values = self._wanted(row_values(row.message))
                except Exception as error:
                    failed.append((error, topic))
                    values = {}
                self._store.set_row(row.index, row.values, values)
                row.values = values
                self._set_facts(row)
        for cause, topic in failed:
            self._on_error(cause, topic)

    def arrays(self) -> dict[Any, Any]:
        """Returns the columns, in the order of the rows. They must not be changed."""
        return self._store.arrays(len(self.by_name))

    def facts(self) -> dict[str, Any]:
        """Returns the columns `received`, in Unix seconds, and `sequence`. They must not be changed."""
        import numpy as np

        if not self.by_name:
            return {"received": np.empty(0), "sequence": np.empty(0, dtype="int64")}
        return self._facts.arrays(len(self.by_name))

    def _set_facts(self, row: RowState) -> None:
        message = row.message
        self._facts.set_row(row.index, _facts, {"received": message.received_at, "sequence": message.sequence})

    def _wanted(self, values: dict[Any, Any]) -> dict[Any, Any]:
        if self._columns is None:
            return values
        return {name: value for name, value in values.items() if name in self._columns}

    def _confirm(self, name: Any, row: RowState) -> None:
        if not row.is_confirmed:
            row.is_confirmed = True
            self.version += 1
        if self._confirmed is not None:
            self._confirmed.add(name)
