"""The columns of a live table as series of polars, whose values are those of `to_pandas()`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ._extras import need
from ._frames.arrow_cells import array_of_cells
from ._frames.arrow_to_polars import is_kept_by_polars
from ._frames.refusal import Place
from .errors import BadPayloadError

#: Times and durations of about 8,700 years. polars has no seconds, and its milliseconds do not reach all of them.
_seconds_max = 2**38


def polars_series(polars: Any, name: str, column: Any) -> Any:
    """Returns the series of an array of NumPy or pandas.

    polars alone makes floats of integers past 2**53, texts of numbers beside texts, and one zone of several. So a column of objects goes
    through Arrow, which is read back and compared, and stays objects where its values would change.
    """
    if isinstance(column, np.ndarray):
        if column.dtype.kind == "O":
            return _series_of_objects(polars, name, column.tolist())
        if column.dtype == "datetime64[s]":
            return _series_of_seconds(polars, name, pd.Series(column).array)
        return polars.Series(name, column)
    if isinstance(column, pd.arrays.NumpyExtensionArray):
        return _series_of_objects(polars, name, list(column))
    if getattr(column, "unit", None) == "s":
        return _series_of_seconds(polars, name, column)
    if isinstance(column.dtype, (pd.PeriodDtype, pd.IntervalDtype)):
        return _objects(polars, name, [None if pd.isna(one) else one for one in column])
    return polars.Series(name, pd.Series(column))


def _series_of_seconds(polars: Any, name: str, column: Any) -> Any:
    present = column[~column.isna()].asi8
    if ((present < -_seconds_max) | (present > _seconds_max)).any():
        return _objects(polars, name, [None if pd.isna(one) else one for one in column])
    return polars.Series(name, pd.Series(column.as_unit("ms")))


def _series_of_objects(polars: Any, name: str, cells: list[Any]) -> Any:
    pa = need("pyarrow", "to_polars()")
    kinds = {type(cell) for cell in cells if cell is not None}
    if float in kinds and len(kinds) > 1 and any(cell != cell for cell in cells if type(cell) is float):
        # Arrow cells take a NaN as missing, which is not the same in polars.
        return _objects(polars, name, cells)
    if any(isinstance(cell, pd.Timestamp) and not 1 <= cell.year <= 9999 for cell in cells if cell is not None):
        # polars counts such a time, and ends with a panic when it is read.
        return _objects(polars, name, cells)
    try:
        array = array_of_cells(pa, cells, Place("polars", name))
    except BadPayloadError:
        return _objects(polars, name, cells)
    if is_kept_by_polars(pa, array.type):
        return polars.Series(name, polars.from_arrow(array))
    return _objects(polars, name, cells)


def _objects(polars: Any, name: str, cells: list[Any]) -> Any:
    return polars.Series(name, cells, dtype=polars.Object)
