"""The calls of a client for newest values: the last message of a topic, and live tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ._core import Core
from ._core_slot import CoreSlot
from ._keyed_rows import KeyedRows
from ._live_rows import LiveRows
from ._names import check_pattern, check_topic, namespace_or_default
from ._notifier import Notifier
from ._subscribe_options import SlowPolicy, subscribe_options
from ._table_stream import TableStream
from .live_table import LiveTable, check_columns, check_key
from .message import PulseMessage


class TableCalls:
    """A part of `PulseMQClient`."""

    _notifier: Notifier
    _slot: CoreSlot

    async def async_last(self, namespace: str, topic: str) -> PulseMessage | None:
        """Returns the newest message of a topic, None when the topic has none.

        The namespace must keep last values (`keep_last_value`): else there is none. Raises a TopicFormatError, a PermissionDeniedError,
        a NotSupportedError or another PulseMQError, also when the broker has no room to keep the value.
        """
        names = (namespace_or_default(namespace), check_topic(topic))
        return await self._slot.core_here().last(*names)

    def last(self, namespace: str, topic: str) -> PulseMessage | None:
        """As `async_last`."""
        names = (namespace_or_default(namespace), check_topic(topic))
        return self._slot.wait_for(lambda core: core.last(*names))

    async def async_live_table(
        self,
        namespace: str,
        pattern: str,
        *,
        columns: Sequence[Any] | None = None,
        key: str | None = None,
        on_slow: SlowPolicy = "conflate",
        max_rate: float | None = None,
    ) -> LiveTable:
        """Returns the newest row of each topic that matches, kept up to date until `LiveTable.close`. The rows are complete.

        A row is the last row of a DataFrame, or a JSON object. `columns` names those to keep, None keeps all. With `key`, a column, a
        message may have many rows: the table keeps the newest row of each topic and value of that column. `on_slow` and `max_rate`
        are those of `async_subscribe`; with `conflate` the namespace must keep last values. Raises as `async_last`, and a
        BadOptionError.
        """
        core = self._slot.core_here()
        table, stream = self._new_table(core, namespace, pattern, columns, key, on_slow, max_rate)
        await core.start_table(stream)
        return table

    def live_table(
        self,
        namespace: str,
        pattern: str,
        *,
        columns: Sequence[Any] | None = None,
        key: str | None = None,
        on_slow: SlowPolicy = "conflate",
        max_rate: float | None = None,
    ) -> LiveTable:
        """As `async_live_table`."""

        async def start(core: Core) -> LiveTable:
            table, stream = self._new_table(core, namespace, pattern, columns, key, on_slow, max_rate)
            await core.start_table(stream)
            return table

        return self._slot.wait_for(start)

    def _new_table(
        self,
        core: Core,
        namespace: str,
        pattern: str,
        columns: Sequence[Any] | None,
        key: str | None,
        on_slow: SlowPolicy,
        max_rate: float | None,
    ) -> tuple[LiveTable, TableStream]:
        names = (namespace_or_default(namespace), check_pattern(pattern))
        wanted = check_columns(columns)
        check_key(key)
        options = subscribe_options(True, on_slow, max_rate, True, None, None)

        def on_error(error: Exception, topic: str) -> None:
            self._notifier.error(error, f"the payload of {names[0]}:{topic}")

        kept = None if wanted is None else frozenset(wanted)
        rows = LiveRows(kept, on_error) if key is None else KeyedRows(key, kept, on_error)
        stream = TableStream(*names, rows, core.streams, options)
        return LiveTable(core, stream, rows, wanted, key, partial(self._slot.stop, core, stream)), stream
