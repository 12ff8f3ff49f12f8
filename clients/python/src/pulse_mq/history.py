"""Past messages as rows, as `PulseMQClient.history` returns them."""

from __future__ import annotations

from typing import Any

from ._extras import need


class History:
    """Rows of past messages, oldest first, or bars of their prices.

    The columns are `_topic`, `_sequence` and `_received_at`, and those of the payloads. Bars have `_topic`, `_start`, `open`, `high`, `low`,
    `close`, `volume` when a size was asked for, and `count`.
    """

    def __init__(self, table: Any, has_more: bool) -> None:
        self._table = table
        self._has_more = has_more

    @property
    def has_more(self) -> bool:
        """True when there are more rows than the limit."""
        return self._has_more

    def __len__(self) -> int:
        """Rows."""
        return int(self._table.num_rows)

    def to_arrow(self) -> Any:
        """Returns the rows as a pyarrow Table."""
        return self._table

    def to_pandas(self) -> Any:
        """Returns the rows as a pandas DataFrame. Integers with missing values are `Int64`."""
        from ._frames.arrow_decode import pandas_of_arrow

        return pandas_of_arrow(self._table)

    def to_polars(self) -> Any:
        """Returns the rows as a DataFrame of polars. Raises a MissingPackageError without polars."""
        from ._frames.arrow_to_polars import polars_of_arrow

        need("polars", "to_polars()")
        return polars_of_arrow(self._table)

    def __repr__(self) -> str:
        return f"History({len(self)} rows; {', '.join(self._table.column_names)})"
