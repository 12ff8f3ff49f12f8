"""Encodes DataFrames as Arrow streams or MessagePack. docs/dataframes.md says what each dtype becomes."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import msgpack
import pandas as pd
import pyarrow as pa

from .errors import BadPayloadError, PayloadTooLargeError

#: Rows of an Arrow stream. A column of nulls takes no bytes, so the limit in bytes is not enough.
_row_max_count = 1 << 26
_arrow_hint = 'use format="df_pyarrow", which keeps it'


def encode_arrow(data: Any) -> bytes:
    """Returns an Arrow IPC stream. A DataFrame keeps its index and dtypes.

    Takes a DataFrame, a pyarrow Table, or an object that exports an Arrow stream. Raises a BadPayloadError.
    """
    try:
        table = _table_of(data)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise BadPayloadError(f"format df_pyarrow: {error}") from error
    return sink.getvalue().to_pybytes()


def decode_arrow(data: bytes, limit_bytes: int) -> pd.DataFrame:
    """Returns the DataFrame in an Arrow IPC stream. Compressed buffers inside it may decompress to `limit_bytes` in all.

    Raises a BadPayloadError or a PayloadTooLargeError.
    """
    if data[:6] == b"ARROW1":
        raise BadPayloadError("df_pyarrow payload is an Arrow file, expected an Arrow IPC stream")
    try:
        with pa.ipc.open_stream(data) as reader:
            batches = list(_limited(reader, limit_bytes))
            table = pa.Table.from_batches(batches, reader.schema)
        table.validate()
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, BadPayloadError):
            raise
        raise BadPayloadError(f"df_pyarrow payload cannot be read: {error}") from error
    return frame


def encode_msgpack(data: Any) -> bytes:
    """Returns one array of row maps. Times become timestamps (extension -1), missing values nil. The index is not sent.

    Takes a DataFrame, a list of row dicts or a dict of lists. Raises a BadPayloadError.
    """
    if not isinstance(data, pd.DataFrame):
        if not _is_table(data):
            kind = type(data).__name__
            raise BadPayloadError(
                f"format df_msgpack takes a DataFrame, a list of row dicts or a dict of lists, not {kind}"
            )
        try:
            return bytes(msgpack.packb(data, datetime=True))
        except (TypeError, ValueError, OverflowError) as error:
            raise BadPayloadError(f"format df_msgpack: {error}") from error
    columns = {name: _plain(name, series) for name, series in _named_columns(data)}
    rows = [dict(zip(columns, cells)) for cells in zip(*columns.values())]
    try:
        return bytes(msgpack.packb(rows))
    except (TypeError, ValueError, OverflowError) as error:
        raise BadPayloadError(f"format df_msgpack cannot hold a cell: {error}; {_arrow_hint}") from error


def decode_msgpack(data: bytes) -> pd.DataFrame:
    """Returns the DataFrame in an array of row maps or a map of columns. Timestamps become `datetime64[ns]`.

    Raises a BadPayloadError.
    """
    try:
        value = msgpack.unpackb(data)
    except (ValueError, msgpack.UnpackException) as error:
        raise BadPayloadError(f"df_msgpack payload cannot be read: {error}") from error
    if not _is_table(value):
        raise BadPayloadError("df_msgpack payload is not a table: expected an array of maps or a map of arrays")
    try:
        frame = pd.DataFrame(value)
    except ValueError as error:
        raise BadPayloadError(f"df_msgpack payload is not a table: {error}") from error
    return _with_times(frame)


def _with_times(frame: pd.DataFrame) -> pd.DataFrame:
    for name in [name for name, dtype in frame.dtypes.items() if dtype.kind == "O"]:
        cells = frame[name]
        kinds = {type(cell) for cell in cells if not _is_missing(cell)}
        if kinds == {msgpack.Timestamp}:
            frame[name] = _times(cells)
    return frame


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(row, dict) for row in value)
    return isinstance(value, dict) and all(isinstance(column, list) for column in value.values())


def _table_of(data: Any) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pd.DataFrame):
        return pa.Table.from_pandas(data)
    if hasattr(data, "__arrow_c_stream__"):
        return pa.table(data)
    raise TypeError(f"expected a pandas DataFrame or an Arrow table, not {type(data).__name__}")


def _limited(reader: pa.RecordBatchReader, limit_bytes: int) -> Any:
    """Yields the batches. Raises a PayloadTooLargeError when they exceed the limit in bytes or rows together."""
    size = rows = 0
    for batch in reader:
        size += batch.nbytes
        rows += batch.num_rows
        if size > limit_bytes:
            raise PayloadTooLargeError(
                f"df_pyarrow payload has {size} bytes, the limit is {limit_bytes}", size, limit_bytes
            )
        if rows > _row_max_count:
            raise PayloadTooLargeError(
                f"df_pyarrow payload has {rows} rows, the limit is {_row_max_count}", rows, _row_max_count
            )
        yield batch


def _named_columns(frame: pd.DataFrame) -> Any:
    names: set[str] = set()
    for position, name in enumerate(frame.columns):
        text = str(name)
        if text in names:
            raise BadPayloadError(f'format df_msgpack: two columns have the name "{text}"')
        names.add(text)
        yield text, frame.iloc[:, position]


def _plain(name: str, series: pd.Series[Any]) -> list[Any]:
    """Returns the cells of a column as values that MessagePack can hold."""
    dtype = series.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        zone = f"has times in the zone {dtype.tz}, which MessagePack does not keep"
        raise BadPayloadError(f'format df_msgpack: column "{name}" {zone}; {_arrow_hint}')
    if dtype.kind == "m":
        raise BadPayloadError(f'format df_msgpack: column "{name}" holds timedelta values; {_arrow_hint}')
    if dtype.kind == "M":
        nanoseconds = series.astype("datetime64[ns]").astype("int64")
        return [
            None if missing else _timestamp(value)
            for missing, value in zip(series.isna().tolist(), nanoseconds.tolist())
        ]
    if dtype.kind in "iufb" and not pd.api.types.is_extension_array_dtype(dtype):
        return series.tolist()
    return [_plain_cell(name, cell) for cell in series.tolist()]


def _plain_cell(name: str, cell: Any) -> Any:
    if _is_missing(cell):
        return None
    if isinstance(cell, (str, bytes, bool, int, float)):
        return cell
    if isinstance(cell, (datetime.datetime, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal)):
        raise BadPayloadError(f'format df_msgpack: column "{name}" holds {type(cell).__name__} values; {_arrow_hint}')
    # An object column may hold numpy scalars.
    return cell.item() if hasattr(cell, "item") else cell


def _is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def _timestamp(nanoseconds: int) -> msgpack.Timestamp:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return msgpack.Timestamp(seconds, rest)


def _times(cells: pd.Series[Any]) -> Any:
    values = [None if _is_missing(cell) else cell.seconds * 1_000_000_000 + cell.nanoseconds for cell in cells]
    try:
        return pd.Series(pd.array(values, dtype="Int64"), index=cells.index).astype("datetime64[ns]")
    except (OverflowError, ValueError, TypeError):
        # Nanoseconds reach from the year 1677 to 2262.
        micros = [None if value is None else value // 1_000 for value in values]
        return pd.Series(pd.array(micros, dtype="Int64"), index=cells.index).astype("datetime64[us]")
