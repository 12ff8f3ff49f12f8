"""`LiveTable`: the newest row of each topic of a pattern, kept up to date."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._core import Core
from ._extras import need
from ._live_rows import LiveRows, RowState
from ._table_stream import TableStream
from .errors import BadOptionError
from .message import PulseMessage

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LiveRow:
    """One row of a live table."""

    topic: str
    values: dict[Any, Any]
    """The values by column: of the last row of a DataFrame, or of a JSON object. Anything else is the column `value`."""
    age: float | None
    """Seconds since the broker received the message, by the clocks of the broker and of this computer."""
    status: str
    """`live`, `stale`, `deleted` or `unreachable`, as the broker says; `unconfirmed` when the snapshot after a reconnect did not bring it."""
    sequence: int
    message: PulseMessage
    key: Any = None
    """Value of the key column; None in a table without `key`, and where a message does not have the column."""

    @property
    def is_confirmed(self) -> bool:
        """False when the snapshot after a reconnect did not bring the topic. Its next message confirms it."""
        return self.status != "unconfirmed"


class LiveTable:
    """The newest row of each topic of a pattern, with `key` of each topic and value of a column. `PulseMQClient.live_table` makes it. May be used from any thread.

    It stays up to date through reconnects, until `close()`, or until it is no longer referenced. After that, and while there is no connection, reading gives what came last.
    When the client gives up or the broker refuses the subscription, reading raises the cause.
    """

    def __init__(
        self,
        core: Core,
        stream: TableStream,
        rows: LiveRows,
        columns: Sequence[Any] | None,
        key: str | None,
        close: Callable[[], None],
    ) -> None:
        self._core = core
        self._stream = stream
        self._rows = rows
        self._columns = columns
        self._key = key
        self._close = close
        self._index: Any = None
        self._statuses: tuple[int, Any] | None = None

    @property
    def namespace(self) -> str:
        """The namespace, `default` for an empty one."""
        return self._stream.namespace

    @property
    def pattern(self) -> str:
        """The pattern."""
        return self._stream.pattern

    def __len__(self) -> int:
        if self._key is not None and self._rows.has_undecoded:
            self._rows.decode()
        return len(self._rows.by_name)

    def get(self, topic: str, key: Any = None) -> LiveRow | None:
        """Returns the row of a topic, in a table with `key` the one with this value. None when there is no message of it."""
        with self._reading():
            row = self._rows.by_name.get(self._rows.name_of(topic, key))
            return None if row is None else self._row(row, time.time())

    def rows(self) -> list[LiveRow]:
        """Returns all rows, in the order in which they came."""
        with self._reading():
            now = time.time()
            return [self._row(row, now) for row in self._rows.by_name.values()]

    def to_pandas(self) -> pd.DataFrame:
        """Returns the rows as a DataFrame of its own. The index is the topic, in a table with `key` the topic and `_key`, its value.

        The columns are those of the rows, or those that were asked for, then `_age` in seconds, `_status` and `_sequence`, as in
        `LiveRow`. Integers with missing values are `Int64`.
        """
        import pandas as pd

        with self._reading():
            columns = self._all_columns()
            if self._index is None or len(self._index) != len(self):
                topics = pd.Index(self._topics(), name="topic", dtype=object)
                keys = pd.Index(self._keys(), name="_key", dtype=object)
                self._index = topics if self._key is None else pd.MultiIndex.from_arrays([topics, keys])
            frame: pd.DataFrame = pd.DataFrame(columns, index=self._index, copy=True)
            return frame

    def to_polars(self) -> Any:
        """Returns the rows as a polars DataFrame, with the column `topic` first, then `_key` in a table with one. Raises a MissingPackageError without polars.

        A column whose values no other dtype of polars holds exactly, such as numbers beside texts, has the dtype `Object`.
        """
        polars = need("polars", "to_polars()")
        with self._reading():
            from ._live_columns import series_of
            from ._live_polars import polars_series

            columns = self._all_columns()
            if self._key is not None:
                columns = {"_key": series_of(self._keys()), **columns}
            made = {str(name): polars_series(polars, str(name), column) for name, column in columns.items()}
            return polars.DataFrame({"topic": self._topics(), **made})

    def close(self) -> None:
        """Ends the subscription. The rows stay as they are.

        May be called from any thread. On the event loop of the client it does not wait for the broker.
        """
        self._close()

    def __enter__(self) -> LiveTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> LiveTable:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # Nothing can read it any more.
        if self._stream.is_ended or not self._core.process.is_here:
            return
        with contextlib.suppress(RuntimeError):
            self._core.loop.call_soon_threadsafe(self._core.streams.stop_soon, self._stream)

    def _reading(self) -> Any:
        """Decodes what is not decoded, and returns the lock to read under. Raises the error that ended the subscription."""
        if self._stream.error is not None:
            raise self._stream.error
        if self._rows.has_undecoded:
            self._rows.decode()
        return self._rows.lock

    def _topics(self) -> list[str]:
        return [row.message.topic for row in self._rows.by_name.values()]

    def _keys(self) -> list[Any]:
        return [row.key for row in self._rows.by_name.values()]

    def _row(self, row: RowState, now: float) -> LiveRow:
        message = row.message
        age = None if message.received_at is None else max(0.0, now - message.received_at)
        return LiveRow(message.topic, dict(row.values), age, self._status(row), message.sequence, message, row.key)

    def _status(self, row: RowState) -> str:
        if not row.is_confirmed:
            return "unconfirmed"
        status = self._stream.statuses.get(row.message.topic)
        return "live" if status is None else status.state

    def _all_columns(self) -> dict[Any, Any]:
        import numpy as np

        arrays = self._rows.arrays()
        if self._columns is not None:
            missing = np.full(len(self), None, dtype=object)
            arrays = {name: arrays.get(name, missing) for name in self._columns}
        facts = self._rows.facts()
        arrays["_age"] = np.maximum(time.time() - facts["received"], 0.0)
        arrays["_status"] = self._status_column()
        arrays["_sequence"] = facts["sequence"]
        return arrays

    def _status_column(self) -> Any:
        """It changes seldom, so it is kept."""
        version = self._rows.version
        if self._statuses is None or self._statuses[0] != version:
            from ._live_columns import series_of

            column = series_of([self._status(row) for row in self._rows.by_name.values()])
            self._statuses = (version, column)
        return self._statuses[1]


def check_key(key: str | None) -> str | None:
    """Returns the name of the key column. Raises a BadOptionError."""
    if key is not None and (not isinstance(key, str) or key == ""):
        raise BadOptionError(f"key is {key!r}, expected the name of a column, or None for one row of each topic")
    return key


def check_columns(columns: Sequence[Any] | None) -> list[Any] | None:
    """Returns the names of columns as a list. Raises a BadOptionError."""
    if columns is None:
        return None
    if isinstance(columns, (str, bytes)) or not isinstance(columns, Sequence):
        raise BadOptionError(f"columns is {columns!r}, expected a list of names, or None for all")
    return list(dict.fromkeys(columns))
