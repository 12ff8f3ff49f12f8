"""Encodes a table as an Arrow IPC stream."""

from __future__ import annotations

import sys
from typing import Any

from .._extras import need
from .._limits import check_size
from ..errors import BadPayloadError
from .arrow_plain import plain_types
from .arrow_source import is_arrow_source, table_of
from .arrow_text import check_text
from .refusal import Place

_tables = "a DataFrame of pandas or polars, or an Arrow table"


def encode_arrow(data: Any) -> bytes:
    """Returns an Arrow IPC stream. A pandas DataFrame keeps its index and dtypes.

    Takes a DataFrame of pandas or polars, a pyarrow Table or RecordBatch, or an object that exports Arrow data. Raises a
    BadPayloadError, a PayloadTooLargeError or a MissingPackageError.
    """
    pa = need("pyarrow", "format df_pyarrow")
    table = arrow_table(data)
    for name, column in zip(table.column_names, table.columns):
        check_text(pa, column, Place("df_pyarrow", name))
    try:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise BadPayloadError(f"format df_pyarrow: {error}") from error
    payload: bytes = sink.getvalue().to_pybytes()
    return payload


def arrow_table(data: Any) -> Any:
    """Returns the pyarrow Table of what `encode_arrow` takes. Raises as it does."""
    pa = need("pyarrow", "an Arrow table")
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, pandas.DataFrame):
        from .arrow_pandas import table_of_pandas

        return table_of_pandas(pa, data)
    if is_arrow_source(data):
        table = table_of(data, "df_pyarrow")
        check_size("df_pyarrow", table.num_rows, table.num_columns)
        return plain_types(pa, table)
    raise BadPayloadError(f"format df_pyarrow takes {_tables}, not {type(data).__name__}; make a DataFrame of it")
