"""Makes a pandas DataFrame of the columns of a df_msgpack payload."""

from __future__ import annotations

from typing import Any

import msgpack
import numpy as np
import pandas as pd

from ..errors import BadPayloadError
from .msgpack_cells import INT_MIN
from .msgpack_decode import Frame
from .msgpack_times import PER_SECOND, unit_of
from .refusal import SEND_AS_TEXT, Place

_none = type(None)
_int64_max = 2**63 - 1


def pandas_of(frame: Frame) -> pd.DataFrame:
    """Returns the DataFrame. Raises a BadPayloadError for a time that no dtype of pandas holds."""
    if not frame.columns:
        empty: pd.DataFrame = pd.DataFrame(index=pd.RangeIndex(frame.row_count))
        return empty
    columns = {name: _column(name, cells) for name, cells in frame.columns.items()}
    made: pd.DataFrame = pd.DataFrame(columns, copy=False)
    return made


def last_row_of(frame: Frame) -> dict[str, Any]:
    """Returns the cells of the last row, empty for a frame without rows. Raises a BadPayloadError for a time that pandas cannot hold."""
    if frame.row_count == 0:
        return {}
    place = frame.row_count - 1
    return {name: _python_cell(cells[-1], Place("df_msgpack", name, place)) for name, cells in frame.columns.items()}


def rows_of(frame: Frame) -> list[dict[str, Any]]:
    """Returns the cells of all rows, as `last_row_of` has those of one. Raises as it."""
    columns = {
        name: [_python_cell(cell, Place("df_msgpack", name, row)) for row, cell in enumerate(cells)]
        for name, cells in frame.columns.items()
    }
    return [{name: cells[row] for name, cells in columns.items()} for row in range(frame.row_count)]


def _column(name: str, cells: list[Any]) -> Any:
    kinds = set(map(type, cells))
    has_missing = _none in kinds
    kinds.discard(_none)
    if kinds == {int}:
        return _integers(cells, has_missing)
    if kinds == {int, float}:
        return _numbers(cells)
    if kinds == {msgpack.Timestamp}:
        return _times(name, cells)
    if kinds <= {str} or kinds == {float} or (kinds == {bool} and not has_missing):
        return pd.Series(cells, dtype=None if kinds else object)
    if kinds <= {bool, bytes}:
        return _objects(cells)
    place = Place("df_msgpack", name)
    return _objects([_python_cell(cell, place.at(row)) for row, cell in enumerate(cells)])


def _integers(cells: list[Any], has_missing: bool) -> Any:
    """Returns 64-bit integers. With missing cells they are nullable: as floats, integers past 2**53 would change."""
    whole = [cell for cell in cells if cell is not None]
    if max(whole) <= _int64_max:
        return pd.array(cells, dtype="Int64") if has_missing else np.array(cells, dtype="int64")
    if min(whole) < 0:
        return _objects(cells)
    return pd.array(cells, dtype="UInt64") if has_missing else np.array(cells, dtype="uint64")


def _numbers(cells: list[Any]) -> Any:
    """Returns floats, or objects when an integer is not exact as a float."""
    if all(type(cell) is not int or int(float(cell)) == cell for cell in cells):
        return np.array(cells, dtype="float64")
    return _objects(cells)


def _times(name: str, cells: list[Any]) -> Any:
    """Returns times in the finest unit that reaches all of them: nanoseconds reach from the year 1677 to 2262."""
    unit = unit_of([cell for cell in cells if cell is not None])
    if unit is not None:
        per_second = PER_SECOND[unit]
        step = 1_000_000_000 // per_second
        counts = [INT_MIN if cell is None else cell.seconds * per_second + cell.nanoseconds // step for cell in cells]
        return np.array(counts, dtype="int64").view(f"datetime64[{unit}]")
    row = max((row for row, cell in enumerate(cells) if cell is not None), key=lambda row: abs(cells[row].seconds))
    why = "and the other times of the column need more digits than one dtype of pandas has"
    raise Place("df_msgpack", name, row).refuse(cells[row], why, f"{SEND_AS_TEXT}, or in two columns")


def _python_cell(cell: Any, place: Place) -> Any:
    """Returns a cell with every Timestamp of MessagePack in it as one of pandas."""
    kind = type(cell)
    if kind is msgpack.Timestamp:
        return _time_of(cell, place)
    if kind is list:
        return [_python_cell(one, place) for one in cell]
    if kind is dict:
        return {key: _python_cell(one, place) for key, one in cell.items()}
    return cell


def _time_of(cell: msgpack.Timestamp, place: Place) -> pd.Timestamp:
    """Returns a time as one of pandas. Raises a BadPayloadError outside of its range."""
    try:
        values = _times(place.column, [cell])
        time: pd.Timestamp = pd.Timestamp(values[0])
        return time
    except (ValueError, OverflowError) as error:
        raise BadPayloadError(f"{place}: the time {cell} is outside of the range of pandas: {error}") from error


def _objects(cells: list[Any]) -> Any:
    """Returns a column of objects. NumPy would make a table of lists of equal length."""
    column = np.empty(len(cells), dtype=object)
    for row, cell in enumerate(cells):
        column[row] = cell
    return column
