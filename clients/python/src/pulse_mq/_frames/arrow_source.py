"""Makes an Arrow table of what a user publishes: a pyarrow table or batch, a polars DataFrame, or another source of Arrow data."""

from __future__ import annotations

import sys
from typing import Any

from .._extras import need
from ..errors import BadPayloadError
from .refusal import name_of

_polars_only = ("Object", "Int128", "UInt128", "Unknown")


def is_arrow_source(data: Any) -> bool:
    """Returns True for what exports Arrow data (the Arrow PyCapsule interface). Classes export nothing."""
    exports = hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__")
    return exports and not isinstance(data, type)


def table_of(data: Any, format: str) -> Any:
    """Returns a pyarrow Table without two columns of one name. Raises a BadPayloadError."""
    pa = need("pyarrow", f"publishing a {type(data).__name__}")
    _check_polars(data, format)
    try:
        table = _imported(pa, data)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        text = f"this {type(data).__name__} is not a table of columns: {error}"
        raise BadPayloadError(f"format {format}: {text}; publish a DataFrame or an Arrow table") from error
    seen: set[str] = set()
    for name in table.column_names:
        if name in seen:
            raise two_columns(name, format)
        seen.add(name)
    return table


def _check_polars(data: Any, format: str) -> None:
    """Refuses the dtypes of polars that Arrow does not have. polars would export an object as its address in memory."""
    for name, dtype in getattr(data, "schema", {}).items() if _is_polars(data) else ():
        if str(dtype) in _polars_only:
            text = f"column {name_of(name)} has the polars dtype {dtype}, which Arrow does not have"
            raise BadPayloadError(f"format {format}: {text}; cast it to pl.String, or an integer to pl.Decimal")


def _is_polars(data: Any) -> bool:
    return type(data).__module__.partition(".")[0] == "polars"


def two_columns(name: Any, format: str) -> BadPayloadError:
    """Returns the error for two columns of one name, of which a reader by name would lose one."""
    return BadPayloadError(f"format {format}: two columns have the name {name_of(name)}; rename one of them")


def _imported(pa: Any, data: Any) -> Any:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if isinstance(data, pa.RecordBatchReader):
        return data.read_all()
    if _is_polars(data) and hasattr(data, "to_arrow") and hasattr(data, "columns"):
        # Text without views, which not every reader has.
        return data.to_arrow(compat_level=sys.modules["polars"].CompatLevel.oldest())
    if hasattr(data, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(data).read_all()
    return pa.Table.from_batches([pa.record_batch(data)])
