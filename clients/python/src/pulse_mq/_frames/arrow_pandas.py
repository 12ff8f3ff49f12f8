"""Makes an Arrow table of a pandas DataFrame, which pandas restores with its dtypes, its index and its names."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd

from .._limits import check_size
from ..errors import BadPayloadError, PulseMQError
from .arrow_cells import array_of_cells, first_failure_named
from .arrow_labels import check_arrow_labels, check_labels_of_table
from .arrow_plain import plain_type, plain_types
from .pandas_attributes import check_attributes
from .refusal import SEND_AS_TEXT, Place, kind_of

_format = "df_pyarrow"
_text_or_missing = {str, type(None), float}
_kinds_of_categories = (str, bytes, int, float, decimal.Decimal, datetime.date, datetime.time, datetime.timedelta)


def table_of_pandas(pa: Any, frame: pd.DataFrame) -> Any:
    """Returns the table. Raises a BadPayloadError for what Arrow cannot hold or pandas would not get back, by column and row."""
    check_arrow_labels(frame)
    check_attributes(frame, _format)
    check_size(_format, *frame.shape)
    # Once: pandas makes them anew at every reading, which takes seconds with thousands of columns.
    dtypes = frame.dtypes.tolist()
    arrays: dict[int, Any] = {}
    for at, dtype in enumerate(dtypes):
        array = _array_of(pa, frame, at, dtype)
        if array is not None:
            arrays[at] = array
    rest = frame
    if arrays:
        rest = frame.copy(deep=False)
        for at in arrays:
            # pandas gives the schema and its metadata. The arrays of these columns are made here.
            rest.isetitem(at, pd.Series([None] * len(frame), dtype=object, index=frame.index))
    table = _converted(pa, rest)
    for at, array in arrays.items():
        table = table.set_column(at, table.schema.field(at).with_type(array.type), array)
    check_labels_of_table(table, frame)
    return table


def _array_of(pa: Any, frame: pd.DataFrame, at: int, dtype: Any) -> Any:
    """Returns the Array of a column that pyarrow or pandas alone would change or could not read back. None for any other column."""
    if isinstance(dtype, pd.ArrowDtype):
        return _array_of_arrow(pa, frame, at, dtype)
    if isinstance(dtype, pd.CategoricalDtype):
        _check_categories(pa, frame, at, dtype)
    if not isinstance(dtype, np.dtype) or dtype.kind != "O":
        return None
    column = frame.iloc[:, at]
    kinds = set(map(type, column.array))
    if str in kinds and kinds <= _text_or_missing:
        return None
    return array_of_cells(pa, column.tolist(), Place(_format, frame.columns[at]))


def _array_of_arrow(pa: Any, frame: pd.DataFrame, at: int, dtype: pd.ArrowDtype) -> Any:
    """Returns the Array of a column whose dtype pandas could not read back from its name, such as `list<item: int64>[pyarrow]`."""
    plain = plain_type(pa, dtype.pyarrow_dtype)
    if plain == dtype.pyarrow_dtype and _has_a_name_in_pandas(dtype):
        return None
    values: Any = frame.iloc[:, at].array
    column = values.__arrow_array__()
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column], column.type)
    return plain_types(pa, pa.table([column], names=["v"]), column_name=frame.columns[at]).column(0)


def _has_a_name_in_pandas(dtype: pd.ArrowDtype) -> bool:
    try:
        return bool(pd.api.types.pandas_dtype(str(dtype)) == dtype)
    except (TypeError, NotImplementedError, ValueError):
        return False


def _check_categories(pa: Any, frame: pd.DataFrame, at: int, dtype: pd.CategoricalDtype) -> None:
    """Refuses categories of which pyarrow makes a column that no reader can read."""
    kind: Any = dtype.categories.dtype
    if isinstance(kind, (pd.IntervalDtype, pd.PeriodDtype)):
        why = f"is a dtype of categories that are {kind}, which Arrow does not hold"
        what_to_do = 'make them text with df[name].astype(str).astype("category")'
        raise Place(_format, frame.columns[at]).refuse(str(dtype), why, what_to_do)
    if getattr(kind, "kind", None) != "O" or not isinstance(kind, np.dtype):
        return
    place = Place(_format, f"{frame.columns[at]} (categories)")
    for row, category in enumerate(dtype.categories):
        if not isinstance(category, _kinds_of_categories):
            why = f"is a category that is {kind_of(category)}, which Arrow does not hold"
            raise place.at(row).refuse(category, why, SEND_AS_TEXT)
    array_of_cells(pa, list(dtype.categories), place)


def _converted(pa: Any, frame: pd.DataFrame) -> Any:
    try:
        return pa.Table.from_pandas(frame)
    except Exception as error:
        _name_the_column(pa, frame, error)
        raise BadPayloadError(f"format {_format}: {error}") from error


def _name_the_column(pa: Any, frame: pd.DataFrame, error: Exception) -> None:
    """Raises a BadPayloadError for the first column or index level that Arrow refuses."""
    levels = [(frame.index.get_level_values(at), name) for at, name in enumerate(frame.index.names)]
    columns = [(frame.iloc[:, at], name) for at, name in enumerate(frame.columns)]
    parts: list[tuple[Any, Any]] = [*columns, *levels]
    for values, name in parts:
        place = Place(_format, name)
        if isinstance(values.dtype, pd.SparseDtype):
            what_to_do = "make it dense with .sparse.to_dense()"
            raise place.refuse(str(values.dtype), "is a dtype that Arrow does not have", what_to_do) from error
        try:
            first_failure_named(pa, values, place, list(values), from_pandas=True)
        except PulseMQError:
            raise
        except Exception:
            why = f"is a dtype that Arrow does not have ({error})"
            raise place.refuse(str(values.dtype), why, SEND_AS_TEXT) from error
