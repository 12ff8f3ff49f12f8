"""Makes a pandas DataFrame of an Arrow table without changing a value.

`Table.to_pandas` alone makes integers with nulls floats, which are not exact past 2**53, times inside of structs integers, and missing
items of a list of floats NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..errors import BadPayloadError
from .arrow_lists import cells_with_missing_floats, has_missing_floats
from .arrow_plain import plain_types_of_message
from .early_zoned_times import refuse_early_zoned_times
from .refusal import Place, text_of

_nullable = {
    "int8": pd.Int8Dtype(),
    "int16": pd.Int16Dtype(),
    "int32": pd.Int32Dtype(),
    "int64": pd.Int64Dtype(),
    "uint8": pd.UInt8Dtype(),
    "uint16": pd.UInt16Dtype(),
    "uint32": pd.UInt32Dtype(),
    "uint64": pd.UInt64Dtype(),
}


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Returns the DataFrame. Raises a BadPayloadError that names the column, or an error of pyarrow or pandas."""
    table = plain_types_of_message(pa, table)
    metadata = table.schema.pandas_metadata or {}
    positions = _data_positions(table, metadata)
    nested = [at for at in positions if _is_read_by_cell(table.schema.field(at).type)]
    lists = [at for at in positions if at not in nested and has_missing_floats(pa, table.column(at))]
    plain = table
    for at in (*nested, *lists):
        # Its cells are put in below.
        plain = plain.set_column(at, table.schema.field(at).name, pa.nulls(table.num_rows))
    frame = _converted(plain)
    if frame.shape[1] != len(positions):
        raise BadPayloadError("df_pyarrow payload: the metadata for pandas names columns that are not there")
    dtypes = frame.dtypes.tolist()
    for column, at in enumerate(positions):
        if at in nested:
            frame.isetitem(column, _objects(table.column(at), table.column_names[at]))
        elif at in lists:
            frame.isetitem(column, cells_with_missing_floats(pa, table.column(at)))
        elif _is_integer_object(table, at, dtypes[column], metadata):
            nullable: Any = _nullable[str(table.schema.field(at).type)]
            values = nullable.__from_arrow__(table.column(at))
            frame.isetitem(column, values)
        elif _is_zoned_category(table.schema.field(at).type):
            frame.isetitem(column, _zoned(frame.iloc[:, column], table.schema.field(at).type))
    refuse_early_zoned_times(frame)
    return frame


def _converted(table: pa.Table) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True)
        return frame
    except Exception as error:
        refusal = _first_refusal(table)
        if refusal is None:
            raise
        raise refusal from error


def _first_refusal(table: pa.Table) -> BadPayloadError | None:
    """Returns the error for the first cell that has no value in pandas. None when each column by itself can be read."""
    for name, column in zip(table.column_names, table.columns):
        if _error_of(column) is None:
            continue
        row = next((row for row in range(len(column)) if _error_of(column.slice(row, 1)) is not None), 0)
        why = f"of the Arrow type {column.type} has no value in pandas ({_error_of(column)})"
        return Place("df_pyarrow", name, row).refuse(_shown(column, row), why, "read message.to_arrow()")
    return None


def _error_of(column: pa.ChunkedArray[Any]) -> Exception | None:
    try:
        column.to_pandas(integer_object_nulls=True)
    except Exception as error:
        return error
    return None


def _shown(column: pa.ChunkedArray[Any], row: int) -> str:
    if pa.types.is_time(column.type):
        kind: Any = column.type
        count = column.cast(pa.int32() if kind.bit_width == 32 else pa.int64())[row]
        return f"{count} {kind.unit} after midnight"
    return text_of(column[row])


def _data_positions(table: pa.Table, metadata: dict[str, Any]) -> list[int]:
    """Returns the positions of the columns that do not become the index."""
    index = {name for name in metadata.get("index_columns", ()) if isinstance(name, str)}
    return [at for at, name in enumerate(table.column_names) if name not in index]


def _is_integer_object(table: pa.Table, at: int, dtype: Any, metadata: dict[str, Any]) -> bool:
    """Returns True for integers with nulls that pandas made objects, unless they were objects at the sender too."""
    field = table.schema.field(at)
    if dtype.kind != "O" or not pa.types.is_integer(field.type) or len(table) == 0:
        return False
    known = [one for one in metadata.get("columns", ()) if one.get("field_name") == field.name]
    return not any(one.get("numpy_type") == "object" for one in known)


def _is_read_by_cell(kind: pa.DataType) -> bool:
    """Returns True for a type of which `to_pandas` loses something. pyarrow before 26 makes bytes of a UUID."""
    return getattr(kind, "extension_name", None) == "arrow.uuid" or _has_lost_times(kind)


def _has_lost_times(kind: pa.DataType, is_in_list: bool = False, is_in_struct: bool = False) -> bool:
    """Returns True for a type in which pyarrow loses the unit of a time inside of a struct, or the zone of one inside of a list."""
    has_zone = pa.types.is_timestamp(kind) and getattr(kind, "tz", None) is not None
    if (is_in_struct and pa.types.is_temporal(kind)) or (is_in_list and has_zone):
        return True
    is_in_struct = is_in_struct or pa.types.is_struct(kind) or pa.types.is_map(kind)
    return any(_has_lost_times(kind.field(at).type, True, is_in_struct) for at in range(kind.num_fields))


def _is_zoned_category(kind: Any) -> bool:
    return pa.types.is_dictionary(kind) and getattr(kind.value_type, "tz", None) is not None


def _zoned(column: pd.Series[Any], kind: Any) -> Any:
    """Returns a category of times with the zone of its Arrow type, which pyarrow leaves out."""
    zone: Any = pa.array([], kind.value_type).to_pandas().dtype
    categories: Any = column.cat.categories
    if isinstance(categories.dtype, pd.DatetimeTZDtype):
        return column
    return column.cat.rename_categories(categories.tz_localize("UTC").tz_convert(zone.tz))


def _objects(column: pa.ChunkedArray[Any], name: str) -> Any:
    cells = np.empty(len(column), dtype=object)
    for row, scalar in enumerate(column):
        cells[row] = _python_value(scalar, Place("df_pyarrow", name, row))
    return cells


def _python_value(scalar: Any, place: Place) -> Any:
    try:
        return scalar.as_py()
    except Exception as error:
        why = f"of the Arrow type {scalar.type} has no value in Python ({error})"
        raise place.refuse(text_of(scalar), why, "read message.to_arrow()") from error
