"""Checks the names of the columns and the index of a pandas DataFrame: MessagePack rows have neither an index nor names but text."""

from __future__ import annotations

import sys
from typing import Any

from ..errors import BadPayloadError
from .arrow_source import two_columns
from .refusal import ARROW_KEEPS_IT, kind_of, name_of, show


def check_pandas_labels(frame: Any, format: str) -> None:
    """Raises a BadPayloadError for labels that rows of MessagePack would lose or change."""
    pandas = sys.modules["pandas"]
    columns = frame.columns
    if isinstance(columns, pandas.MultiIndex):
        text = f"the columns are a MultiIndex of {columns.nlevels} levels"
        raise _refused(format, text, f"join the levels to one text, or {ARROW_KEEPS_IT}")
    check_names(columns, format)
    for name in columns:
        if not isinstance(name, str):
            text = f"the column name {show(name)} is {kind_of(name)}, which MessagePack makes a text"
            raise _refused(format, text, f"name the columns with df.columns.astype(str), or {ARROW_KEEPS_IT}")
    if columns.name is not None:
        text = f"the columns have the name {show(columns.name)}, which MessagePack does not keep"
        raise _refused(format, text, f"remove it with df.rename_axis(columns=None), or {ARROW_KEEPS_IT}")
    _check_index(frame.index, format)
    if len(columns) == 0 and len(frame) > 0:
        raise _refused(format, f"the frame has {len(frame)} rows and no column", "publish a frame with columns")


def check_names(columns: Any, format: str) -> None:
    """Raises a BadPayloadError for two columns of one name."""
    if not columns.is_unique:
        raise two_columns(columns[columns.duplicated()][0], format)


def _check_index(index: Any, format: str) -> None:
    pandas = sys.modules["pandas"]
    advice = f"make it a column with df.reset_index(), drop it with df.reset_index(drop=True), or {ARROW_KEEPS_IT}"
    if isinstance(index, pandas.MultiIndex):
        names = ", ".join(name_of(name) for name in index.names)
        raise _refused(format, f"the index is a MultiIndex ({names}), which MessagePack does not keep", advice)
    if index.name is not None:
        raise _refused(format, f"the index has the name {show(index.name)}, which MessagePack does not keep", advice)
    if not index.equals(pandas.RangeIndex(len(index))) or index.dtype.kind != "i":
        label = next((one for row, one in enumerate(index) if type(one) is not int or one != row), None)
        text = f"the index is not 0, 1, 2 ... (it has {show(label)}), and MessagePack does not keep it"
        raise _refused(format, text, advice)


def _refused(format: str, text: str, what_to_do: str) -> BadPayloadError:
    return BadPayloadError(f"format {format}: {text}; {what_to_do}")
