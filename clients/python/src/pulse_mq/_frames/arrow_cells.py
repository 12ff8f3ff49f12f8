"""Makes an Arrow array of Python cells, exactly or not at all.

pyarrow guesses the type of such cells, and changes some of them without a word: a text beside bytes becomes bytes, a time with
nanoseconds loses them, a set becomes a list. So times are counted in `arrow_times`, and other cells are read back and compared.
"""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np

from .._limits import DEPTH_MAX
from .arrow_times import durations, is_same_duration, is_same_time, numpy_time, times, zoned_times
from .msgpack_cells import is_missing
from .refusal import HALF_A_PAIR, REPLACE_HALF_A_PAIR, SEND_AS_TEXT, Place, kind_of, show

#: Kinds of cells, alone or together, that pyarrow keeps or refuses, but never changes.
_kinds_kept_by_arrow = ({str}, {bytes}, {bool}, {int}, {float}, {int, float})
_containers = (list, dict)


def array_of_cells(pa: Any, cells: list[Any], place: Place) -> Any:
    """Returns an Array of the cells of an object column, missing ones as null. Raises a BadPayloadError for the first that changes."""
    plain = [None if is_missing(cell) else _plain(cell, place.at(row), 0) for row, cell in enumerate(cells)]
    kinds = {type(cell) for cell in plain if cell is not None}
    if kinds == {np.datetime64}:
        return times(pa, plain, place)
    if kinds == {np.timedelta64}:
        return durations(pa, plain, place)
    if kinds and all(issubclass(kind, datetime.datetime) for kind in kinds):
        return zoned_times(pa, plain, place)
    if kinds in _kinds_kept_by_arrow:
        return first_failure_named(pa, plain, place, cells)
    return exact_array(pa, plain, place, cells)


def exact_array(pa: Any, cells: list[Any], place: Place, shown: Any) -> Any:
    """Returns an Array that was read back. Raises a BadPayloadError for the first cell that pyarrow changes.

    The error shows the cell of `shown`.
    """
    array = first_failure_named(pa, cells, place, shown)
    for row, (cell, back) in enumerate(zip(cells, _read_back(array, place, shown))):
        if not _is_same(cell, back):
            why = f"would become {show(back)} in a column of the Arrow type {array.type}"
            raise place.at(row).refuse(shown[row], why, "give the column one kind of values")
    return array


def _read_back(array: Any, place: Place, shown: Any) -> list[Any]:
    try:
        cells: list[Any] = array.to_pylist()
        return cells
    except Exception as error:
        row = next(row for row, scalar in enumerate(array) if not _is_readable(scalar))
        why = f"has no value in Python in a column of the Arrow type {array.type} ({error})"
        raise place.at(row).refuse(shown[row], why, SEND_AS_TEXT) from error


def _is_readable(scalar: Any) -> bool:
    try:
        scalar.as_py()
    except Exception:
        return False
    return True


def first_failure_named(pa: Any, cells: Any, place: Place, shown: Any, **options: Any) -> Any:
    """Returns `pa.array(cells)`. Raises a BadPayloadError for the first cell at which it fails, and shows that of `shown`."""
    try:
        return pa.array(cells, **options)
    except UnicodeEncodeError as error:
        row = _first_failure(pa, cells, options)
        raise place.at(row).refuse(shown[row], HALF_A_PAIR, REPLACE_HALF_A_PAIR) from error
    except Exception as error:
        row = _first_failure(pa, cells, options)
        cell = shown[row]
        text = str(error).partition("\n")[0]
        why = f"is {kind_of(cell)}, which does not fit this column in Arrow ({text})"
        raise place.at(row).refuse(cell, why, _advice(cell)) from error


def _first_failure(pa: Any, cells: Any, options: dict[str, Any]) -> int:
    """Returns the row of the first cell with which `pa.array` fails. It bisects: what fails with a cell fails with more cells."""
    least, most = 0, len(cells) - 1
    while least < most:
        middle = (least + most) // 2
        try:
            pa.array(cells[: middle + 1], **options)
        except Exception:
            most = middle
        else:
            least = middle + 1
    return least


def _advice(cell: Any) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool) and not -(2**63) <= cell < 2**64:
        return "send it as a Decimal, or as text"
    return f"give the column one kind of values, or {SEND_AS_TEXT}"


def _plain(cell: Any, place: Place, depth: int) -> Any:
    """Returns a cell with NumPy scalars as Python's, times and durations as NumPy's, and arrays and tuples as lists."""
    kind = type(cell)
    if kind is str or kind is int or kind is float or kind is bool or kind is bytes:
        return cell
    if isinstance(cell, (list, tuple, np.ndarray)):
        if isinstance(cell, np.ndarray) and cell.ndim == 0:
            return _nested(cell[()], place, depth)
        _check_depth(depth, place)
        return [_nested(one, place, depth + 1) for one in cell]
    if isinstance(cell, dict):
        _check_depth(depth, place)
        return {_checked_key(key, cell, place): _nested(one, place, depth + 1) for key, one in cell.items()}
    if isinstance(cell, decimal.Decimal):
        return _checked_decimal(cell, place)
    if isinstance(cell, (datetime.datetime, datetime.timedelta)):
        return numpy_time(cell, place)
    if isinstance(cell, datetime.time) and cell.tzinfo is not None:
        raise place.refuse(cell, "is a time of day with a zone, which Arrow does not keep", SEND_AS_TEXT)
    if isinstance(cell, (set, frozenset)):
        raise place.refuse(cell, f"is {kind_of(cell)}, which no DataFrame format holds", "send a sorted list")
    if isinstance(cell, np.generic) and not isinstance(cell, (np.datetime64, np.timedelta64)):
        return cell.item()
    return cell


def _nested(cell: Any, place: Place, depth: int) -> Any:
    # A NaN inside a list stays NaN, as it is in Arrow: only a whole cell is missing when it is NaN.
    if cell is None or (is_missing(cell) and not isinstance(cell, float)):
        return None
    return _plain(cell, place, depth)


def _checked_decimal(cell: decimal.Decimal, place: Place) -> decimal.Decimal:
    """Refuses what Arrow does not have: it makes a NaN missing and -0 zero, and fails at an infinity."""
    if not cell.is_finite():
        kind = "NaN" if cell.is_nan() else "infinity"
        raise place.refuse(
            cell, f"is a Decimal {kind}, and decimals of Arrow have none", "send None, or a column of floats"
        )
    if cell.is_zero() and cell.is_signed():
        raise place.refuse(cell, "is a Decimal -0, and decimals of Arrow have none", "send 0, or a column of floats")
    return cell


def _checked_key(key: Any, cell: Any, place: Place) -> str:
    if isinstance(key, str):
        return key
    why = f"has the key {key!r}, {kind_of(key)}; a map of a DataFrame has text keys"
    raise place.refuse(cell, why, "make every key a str, or send a list of pairs")


def _check_depth(depth: int, place: Place) -> None:
    if depth >= DEPTH_MAX:
        raise place.refuse("a cell", f"has more than {DEPTH_MAX} levels of lists and dicts", "send fewer levels")


def _is_same(cell: Any, back: Any) -> bool:
    if cell is None or back is None:
        return cell is back
    if isinstance(cell, _containers):
        return _is_same_container(cell, back)
    if isinstance(cell, (np.datetime64, datetime.datetime)):
        return is_same_time(cell, back)
    if isinstance(cell, np.timedelta64):
        return is_same_duration(cell, back)
    if type(cell) in (int, float) and type(back) in (int, float):
        return bool(cell == back) or (cell != cell and back != back)
    return isinstance(cell, type(back)) and bool(cell == back)


def _is_same_container(cell: Any, back: Any) -> bool:
    if isinstance(cell, dict) and isinstance(back, dict):
        # A struct has the keys of every row. A key that a row does not have is a missing value there.
        return all(_is_same(cell.get(key), one) for key, one in back.items())
    if isinstance(cell, list) and isinstance(back, list) and len(cell) == len(back):
        return all(map(_is_same, cell, back))
    return False
