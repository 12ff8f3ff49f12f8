"""The calls of a client for past messages, over the HTTP API of the broker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ._checks import check_seconds
from ._core_slot import CoreSlot
from ._history_query import history_query
from ._history_request import HistoryRequest
from ._loop_thread import running_loop
from ._names import check_pattern, namespace_or_default
from .errors import NotConnectedError
from .history import History
from .options import Options


class HistoryCalls:
    """A part of `PulseMQClient`."""

    _slot: CoreSlot
    _options: Options

    async def async_history(
        self,
        namespace: str,
        pattern: str,
        *,
        from_time: datetime | date | str | None = None,
        to_time: datetime | date | str | None = None,
        limit: int = 1_000,
        columns: Sequence[str] | None = None,
        every: str | None = None,
        price: str | None = None,
        size: str | None = None,
        zone: str | None = None,
        timeout: float = 130.0,
    ) -> History:
        """Returns past messages of a topic or pattern as rows, oldest first, or with `every` bars of their prices.

        Needs no connection: it asks the HTTP API at `api_url` with the user's token, and needs the extra `arrow`. The namespace must keep
        history, and the user may subscribe to it.

        * `from_time`, `to_time`: time of receipt, from and before: a datetime with a time zone, a date, or ISO 8601. A date stands for its
          first moment, and as `to_time` for its whole day.
        * `limit`: maximum rows or bars, up to 1,000,000. `has_more` of the result says whether there are more.
        * `columns`: columns of the payloads, in this order.
        * `every`: length of a bar: `1s`, `5m`, `1h`, `1d` or another that divides a day. `price` names the column of the price, `size` that
          whose sum is the volume, and `zone` the time zone whose midnight begins a day (default UTC).
        * `timeout`: time for the whole answer, in seconds.

        Raises a TopicFormatError, a BadOptionError, also for a question that cannot be answered, an AuthFailedError, a PermissionDeniedError,
        a LimitReachedError, a NotConnectedError, a RequestTimeoutError, a MissingPackageError or another PulseMQError.
        """
        call = self._history_request(
            namespace,
            pattern,
            timeout,
            from_time=from_time,
            to_time=to_time,
            limit=limit,
            columns=columns,
            every=every,
            price=price,
            size=size,
            zone=zone,
        )
        return await call.run_async(timeout)

    def history(
        self,
        namespace: str,
        pattern: str,
        *,
        from_time: datetime | date | str | None = None,
        to_time: datetime | date | str | None = None,
        limit: int = 1_000,
        columns: Sequence[str] | None = None,
        every: str | None = None,
        price: str | None = None,
        size: str | None = None,
        zone: str | None = None,
        timeout: float = 130.0,
    ) -> History:
        """As `async_history`. It blocks the calling thread, and raises a NotConnectedError on the event loop of the client."""
        call = self._history_request(
            namespace,
            pattern,
            timeout,
            from_time=from_time,
            to_time=to_time,
            limit=limit,
            columns=columns,
            every=every,
            price=price,
            size=size,
            zone=zone,
        )
        core = self._slot.core
        if core is not None and running_loop() is core.loop:
            raise NotConnectedError("history() would block the event loop of this client: use async_history()")
        return call.run(timeout)

    def _history_request(self, namespace: str, pattern: str, timeout: float, **asked: Any) -> HistoryRequest:
        check_seconds("timeout", timeout)
        query = history_query(namespace_or_default(namespace), check_pattern(pattern), **asked)
        core = self._slot.core
        server = self._options.servers[0] if core is None else core.keeper.server
        return HistoryRequest(self._options, server.host, query)
