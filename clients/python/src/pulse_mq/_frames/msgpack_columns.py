"""Takes a table apart: the names of its columns, and their cells as values that MessagePack holds.

Takes pandas and polars DataFrames, Arrow tables, lists of row dicts and dicts of columns.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from msgpack import Timestamp

from .._limits import check_size
from ..errors import BadPayloadError
from .arrow_source import is_arrow_source, table_of
from .msgpack_arrow import arrow_cells
from .msgpack_cells import INT_MIN, is_missing, plain_cell, timestamp
from .msgpack_times import check_times
from .pandas_attributes import refuse_attributes
from .pandas_labels import check_pandas_labels
from .refusal import ARROW_KEEPS_IT, SEND_AS_TEXT, Place, kind_of, name_of

#: Columns by name, in order.
Columns = dict[str, list[Any]]

_format = "df_msgpack"
_tables = "a DataFrame of pandas or polars, an Arrow table, a list of row dicts or a dict of columns"
_int64_max = 2**63 - 1


def columns_of(data: Any) -> Columns:
    """Returns the columns. Raises a BadPayloadError or a PayloadTooLargeError."""
    if isinstance(data, list):
        columns = _columns_of_rows(data)
    elif isinstance(data, dict):
        columns = _columns_of_dict(data)
    elif _is_pandas(data):
        columns = _columns_of_pandas(data)
    elif is_arrow_source(data):
        columns = _columns_of_arrow(table_of(data, _format))
    else:
        raise BadPayloadError(f"format {_format} takes {_tables}, not {type(data).__name__}")
    for name, cells in columns.items():
        kinds = set(map(type, cells))
        if int in kinds:
            _check_numbers(name, cells, kinds)
        if Timestamp in kinds:
            check_times(name, cells)
    return columns


def _is_pandas(data: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def _columns_of_rows(rows: list[Any]) -> Columns:
    """Returns a column for every name of any row. A row without that name has a missing cell there."""
    columns: Columns = {}
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise BadPayloadError(f"format {_format}: row {index} is {kind_of(row)}, expected a dict")
        for key, cell in row.items():
            cells = columns.get(key)
            if cells is None:
                if not isinstance(key, str):
                    raise _name_refused(key, f"row {index}")
                check_size(_format, len(rows), len(columns) + 1)
                cells = columns[key] = [None] * len(rows)
            cells[index] = plain_cell(cell, Place(_format, key, index))
    return columns


def _columns_of_dict(data: dict[Any, Any]) -> Columns:
    columns: Columns = {}
    count: int | None = None
    for name, cells in data.items():
        if not isinstance(name, str):
            raise _name_refused(name, "the dict")
        if not isinstance(cells, (list, tuple, np.ndarray)):
            raise BadPayloadError(
                f"format {_format}: column {name_of(name)} is {kind_of(cells)}, expected a list or a NumPy array"
            )
        if count is not None and len(cells) != count:
            text = f"column {name_of(name)} has {len(cells)} rows, the first column has {count}"
            raise BadPayloadError(f"format {_format}: {text}; give every column the same number of rows")
        count = len(cells)
        check_size(_format, count, len(columns) + 1)
        place = Place(_format, name)
        columns[name] = [plain_cell(cell, place.at(row)) for row, cell in enumerate(cells)]
    return columns


def _columns_of_arrow(table: Any) -> Columns:
    check_size(_format, table.num_rows, table.num_columns)
    return {
        name: arrow_cells(column.combine_chunks(), Place(_format, name))
        for name, column in zip(table.column_names, table.columns)
    }


def _columns_of_pandas(frame: Any) -> Columns:
    check_pandas_labels(frame, _format)
    refuse_attributes(frame, _format)
    check_size(_format, *frame.shape)
    return {name: _pandas_cells(frame.iloc[:, at], name) for at, name in enumerate(frame.columns)}


def _pandas_cells(series: Any, name: str) -> list[Any]:
    place = Place(_format, name)
    dtype = series.dtype
    pandas = sys.modules["pandas"]
    if isinstance(dtype, pandas.ArrowDtype) or getattr(dtype, "storage", None) == "pyarrow":
        return arrow_cells(series.array.__arrow_array__(), place)
    if isinstance(dtype, pandas.CategoricalDtype):
        return _category_cells(series, name)
    if isinstance(dtype, pandas.SparseDtype):
        return _pandas_cells(series.sparse.to_dense(), name)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return _refuse_first(series, place, f"is a time in the zone {dtype.tz}, which MessagePack does not keep")
    if isinstance(dtype, (pandas.PeriodDtype, pandas.IntervalDtype)):
        return _refuse_first(series, place, f"is of the dtype {dtype}, which MessagePack does not hold")
    if dtype.kind == "m":
        return _refuse_first(series, place, "is a timedelta, which MessagePack does not hold")
    if dtype.kind == "M":
        unit = np.datetime_data(dtype)[0]
        counts = series.to_numpy().astype("int64").tolist()
        return [None if count == INT_MIN else timestamp(count, unit) for count in counts]
    if dtype.kind in "iufb" and dtype.itemsize <= 8 and not pandas.api.types.is_extension_array_dtype(dtype):
        cells: list[Any] = series.tolist()
        return cells
    return [None if is_missing(cell) else plain_cell(cell, place.at(row)) for row, cell in enumerate(series.tolist())]


def _category_cells(series: Any, name: str) -> list[Any]:
    pandas = sys.modules["pandas"]
    kind = series.cat.categories.dtype
    if isinstance(kind, (pandas.PeriodDtype, pandas.IntervalDtype)):
        why = f"is of a category of {kind}, which no DataFrame format holds"
        return _refuse_first(series, Place(_format, name), why, SEND_AS_TEXT)
    values = _pandas_cells(series.cat.categories.to_series(), name)
    return [None if code < 0 else values[code] for code in series.cat.codes.tolist()]


def _refuse_first(series: Any, place: Place, why: str, what_to_do: str = ARROW_KEEPS_IT) -> list[Any]:
    """Refuses a column for its first value. A column without a value has nothing to refuse."""
    for row, is_na in enumerate(series.isna().tolist()):
        if not is_na:
            raise place.at(row).refuse(str(series.iloc[row]), why, what_to_do)
    return [None] * len(series)


def _name_refused(name: Any, where: str) -> BadPayloadError:
    text = f"{where} has the column name {name!r}, {kind_of(name)}; a column name is text"
    return BadPayloadError(f"format {_format}: {text}; make every name a str")


def _check_numbers(name: str, cells: list[Any], kinds: set[type]) -> None:
    """Refuses a column of integers and other numbers that no single type holds exactly."""
    numbers = [(cell, row) for row, cell in enumerate(cells) if type(cell) is int]
    largest, row = max(numbers)
    place = Place(_format, name, row)
    if largest > _int64_max and min(numbers)[0] < 0:
        why = "needs an unsigned column, and the column has negative numbers too"
        raise place.refuse(largest, why, SEND_AS_TEXT)
    if float not in kinds:
        return
    for number, row in numbers:
        if int(float(number)) != number:
            why = "is not exact as a float, and the column has floats too"
            raise Place(_format, name, row).refuse(number, why, SEND_AS_TEXT)
