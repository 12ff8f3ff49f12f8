"""Checks the labels of a pandas DataFrame before and after Arrow: pandas must be able to restore its column names and its index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import BadPayloadError
from .pandas_labels import check_names
from .refusal import kind_of, name_of, show

_format = "df_pyarrow"
_rename = "name the columns with df.columns.astype(str)"
_join = "join the levels of each name to one text"


def check_arrow_labels(frame: pd.DataFrame) -> None:
    """Raises a BadPayloadError for labels that pyarrow fails at, or makes text of."""
    columns = frame.columns
    check_names(columns, _format)
    _check_index_of_extension(frame.index)
    if isinstance(columns, pd.MultiIndex):
        _check_levels(columns)
        return
    if isinstance(columns, (pd.CategoricalIndex, pd.PeriodIndex, pd.IntervalIndex)):
        text = f"the column names are {kind_of(columns)}, which pandas would not read back"
        raise _refused(text, _rename)
    kinds = {type(name) for name in columns}
    if columns.dtype == object and len(kinds) > 1:
        odd = next(name for name in columns if not isinstance(name, str))
        text = f"the column names mix text and {show(odd)}, {kind_of(odd)}, which pandas would read back as text"
        raise _refused(text, _rename)


def check_labels_of_table(table: Any, frame: pd.DataFrame) -> None:
    """Compares the names and the index with those that pandas will restore."""
    rename = _join if isinstance(frame.columns, pd.MultiIndex) else _rename
    try:
        empty = table.schema.empty_table().to_pandas()
    except Exception as error:
        text = f"the column names {show(list(frame.columns))} cannot be read back ({error})"
        raise _refused(text, rename) from error
    if not empty.columns.equals(frame.columns) or empty.columns.names != frame.columns.names:
        text = f"the column names {show(list(frame.columns))} would be read back as {show(list(empty.columns))}"
        raise _refused(text, rename)
    if empty.index.names != frame.index.names:
        text = f"the index names {show(list(frame.index.names))} would be read back as {show(list(empty.index.names))}"
        raise _refused(text, "rename them")
    if isinstance(frame.index.dtype, np.dtype) and frame.index.dtype.kind in "iufM":
        return
    levels = [name for name in table.schema.pandas_metadata["index_columns"] if isinstance(name, str)]
    try:
        back = table.select(levels).to_pandas().index
    except Exception as error:
        raise _index_refused(frame.index, f"cannot be read back ({error})") from error
    if not back.equals(frame.index):
        raise _index_refused(frame.index, f"of the dtype {frame.index.dtype} would be read back as {back.dtype}")


def _check_levels(columns: pd.MultiIndex) -> None:
    """Refuses a missing label: pandas writes the labels as a text that it could not read again."""
    for name in columns:
        if any(pd.isna(label) for label in name):
            text = f"the column name {show(name)} has a missing label, which pandas would not read back"
            raise _refused(text, "give every level a label")


def _check_index_of_extension(index: pd.Index[Any]) -> None:
    """Refuses levels of categories that are intervals or periods, which pyarrow writes and no reader reads."""
    levels = index.levels if isinstance(index, pd.MultiIndex) else [index]
    for level in levels:
        if isinstance(level, pd.CategoricalIndex) and isinstance(
            level.categories.dtype, (pd.IntervalDtype, pd.PeriodDtype)
        ):
            raise _index_refused(index, f"has categories that are {level.categories.dtype}, which Arrow does not hold")


def _index_refused(index: pd.Index[Any], text: str) -> BadPayloadError:
    name = ", ".join(name_of(one) for one in index.names)
    return _refused(
        f"the index {name} {text}", "make it a column with df.reset_index(), of text where it has intervals"
    )


def _refused(text: str, what_to_do: str) -> BadPayloadError:
    return BadPayloadError(f"format {_format}: {text}; {what_to_do}")
