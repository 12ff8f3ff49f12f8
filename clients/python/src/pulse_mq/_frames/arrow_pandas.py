"""Makes an Arrow table of a pandas DataFrame, which pandas restores with its dtypes, its index and its names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .._limits import check_size
from ..errors import BadPayloadError, PulseMQError
from .arrow_cells import array_of_cells, first_failure_named
from .pandas_labels import check_names
from .refusal import SEND_AS_TEXT, Place, kind_of, name_of, show

_format = "df_pyarrow"
_text_or_missing = {str, type(None), float}


def table_of_pandas(pa: Any, frame: pd.DataFrame) -> Any:
    """Returns the table. Raises a BadPayloadError for what Arrow cannot hold or pandas would not get back, by column and row."""
    check_names(frame.columns, _format)
    _check_kinds_of_names(frame.columns)
    check_size(_format, *frame.shape)
    arrays = {at: _object_array(pa, frame, at) for at in range(frame.shape[1]) if _needs_care(frame, at)}
    rest = frame
    if arrays:
        rest = frame.copy(deep=False)
        for at in arrays:
            # pandas gives the schema and its metadata. The arrays of these columns are made here.
            rest.isetitem(at, pd.Series([None] * len(frame), dtype=object, index=frame.index))
    table = _converted(pa, rest)
    for at, array in arrays.items():
        table = table.set_column(at, table.schema.field(at).with_type(array.type), array)
    _check_labels(table, frame)
    return table


def _needs_care(frame: pd.DataFrame, at: int) -> bool:
    """Returns True for a column of objects that are not all text."""
    if not isinstance(frame.dtypes.iloc[at], np.dtype) or frame.dtypes.iloc[at].kind != "O":
        return False
    kinds = set(map(type, frame.iloc[:, at].array))
    return str not in kinds or not kinds <= _text_or_missing


def _object_array(pa: Any, frame: pd.DataFrame, at: int) -> Any:
    return array_of_cells(pa, frame.iloc[:, at].tolist(), Place(_format, frame.columns[at]))


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


def _check_kinds_of_names(columns: pd.Index[Any]) -> None:
    if isinstance(columns, pd.MultiIndex):
        return
    kinds = {type(name) for name in columns}
    if columns.dtype == object and len(kinds) > 1:
        odd = next(name for name in columns if not isinstance(name, str))
        text = f"the column names mix text and {show(odd)}, {kind_of(odd)}, which pandas would read back as text"
        raise BadPayloadError(f"format {_format}: {text}; name the columns with df.columns.astype(str)")


def _check_labels(table: Any, frame: pd.DataFrame) -> None:
    """Compares the names and the index with those that pandas will restore."""
    empty = table.schema.empty_table().to_pandas()
    if not empty.columns.equals(frame.columns) or empty.columns.names != frame.columns.names:
        text = f"the column names {show(list(frame.columns))} would be read back as {show(list(empty.columns))}"
        raise BadPayloadError(f"format {_format}: {text}; name the columns with df.columns.astype(str)")
    if empty.index.names != frame.index.names:
        text = f"the index names {show(list(frame.index.names))} would be read back as {show(list(empty.index.names))}"
        raise BadPayloadError(f"format {_format}: {text}; rename them")
    if isinstance(frame.index.dtype, np.dtype) and frame.index.dtype.kind in "iufM":
        return
    levels = [name for name in table.schema.pandas_metadata["index_columns"] if isinstance(name, str)]
    back = table.select(levels).to_pandas().index
    if not back.equals(frame.index):
        text = (
            f"the index {name_of(frame.index.name)} of the dtype {frame.index.dtype} would be read back as {back.dtype}"
        )
        raise BadPayloadError(f"format {_format}: {text}; make it a column with df.reset_index()")
