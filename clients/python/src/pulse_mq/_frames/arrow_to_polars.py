"""Makes a polars DataFrame of an Arrow table."""

from __future__ import annotations

from typing import Any

from .._extras import need


def polars_of_arrow(table: Any) -> Any:
    """Returns the DataFrame, which shares the memory of the table where polars can. Raises a MissingPackageError."""
    polars = need("polars", "to_polars()")
    frame = polars.from_arrow(table)
    # polars gives a column without a name one of its own.
    frame.columns = table.column_names
    return frame
