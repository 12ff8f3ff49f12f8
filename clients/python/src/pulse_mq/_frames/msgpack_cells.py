"""Turns one cell into a value that MessagePack holds exactly, or refuses it.

Comes after `msgpack_columns`, which takes a table apart, and before `msgpack_encode`, which packs the rows.
"""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import msgpack
import numpy as np

from .._limits import DEPTH_MAX
from .arrow_times import nanoseconds_of
from .refusal import ARROW_KEEPS_IT, SEND_AS_TEXT, Place, kind_of

INT_MIN = -(2**63)
UINT_MAX = 2**64 - 1
_epoch = datetime.datetime(1970, 1, 1)
_big_integer_hint = 'send it as a Decimal with format="df_pyarrow", or as text'
_second_counts = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
#: Types that Arrow keeps and MessagePack does not. A datetime is a date too, so it is handled before.
_arrow_only = (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, np.timedelta64)


def plain_cell(cell: Any, place: Place, depth: int = 0) -> Any:
    """Returns None, bool, int, float, str, bytes, Timestamp, or a list or a dict of these.

    Raises a BadPayloadError that names the column and the row.
    """
    kind = type(cell)
    if cell is None or kind is str or kind is bool or kind is float or kind is bytes or kind is msgpack.Timestamp:
        return cell
    if kind is int:
        return _checked_integer(cell, place)
    if isinstance(cell, (list, tuple)):
        check_depth(depth, place)
        return [plain_cell(one, place, depth + 1) for one in cell]
    if isinstance(cell, dict):
        check_depth(depth, place)
        return {_checked_key(key, cell, place): plain_cell(one, place, depth + 1) for key, one in cell.items()}
    if isinstance(cell, np.ndarray):
        return _plain_array(cell, place, depth)
    if isinstance(cell, np.datetime64):
        return timestamp_of_datetime64(cell, place)
    if isinstance(cell, datetime.datetime):
        return _timestamp_of_datetime(cell, place)
    return _plain_scalar(cell, place)


def is_missing(cell: Any) -> bool:
    """Returns True for what is missing: None, NaN, NaT and NA of pandas, and a masked cell of NumPy. A NaN of Decimal is a value."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return True
    # pandas need not be loaded: without it there is no NaT and no NA.
    return type(cell).__name__ in ("NaTType", "NAType", "MaskedConstant")


def timestamp(count: int, unit: str) -> msgpack.Timestamp:
    """Returns a timestamp of a count of `s`, `ms`, `us` or `ns` since 1970."""
    per_second = _second_counts[unit]
    seconds, rest = divmod(count, per_second)
    return msgpack.Timestamp(seconds, rest * (1_000_000_000 // per_second))


def timestamp_of_datetime64(cell: np.datetime64, place: Place) -> msgpack.Timestamp | None:
    """Returns the exact timestamp of a NumPy time. None for NaT."""
    if np.isnat(cell):
        return None
    made = timestamp(nanoseconds_of(cell, place), "ns")
    if INT_MIN <= made.seconds < -INT_MIN:
        return made
    raise place.refuse(cell, "is past the 64 bits of seconds that MessagePack has", SEND_AS_TEXT)


def check_depth(depth: int, place: Place) -> None:
    """Raises a BadPayloadError for a cell with too many levels."""
    if depth >= DEPTH_MAX:
        raise place.refuse("a cell", f"has more than {DEPTH_MAX} levels of lists and dicts", "send fewer levels")


def _plain_array(cell: np.ndarray[Any, Any], place: Place, depth: int) -> Any:
    if cell.ndim == 0:
        one = cell[()]
        return None if is_missing(one) and not isinstance(one, float) else plain_cell(one, place, depth)
    check_depth(depth + cell.ndim - 1, place)
    if cell.dtype.kind in "biuf" and cell.dtype.itemsize <= 8:
        return cell.tolist()
    return [plain_cell(one, place, depth + 1) for one in cell]


def _plain_scalar(cell: Any, place: Place) -> Any:
    """Handles what is rare: NumPy scalars, subclasses, and what is refused."""
    if is_missing(cell):
        return None
    if isinstance(cell, (np.bool_, bool)):
        return bool(cell)
    if isinstance(cell, (np.integer, int)) and not isinstance(cell, np.timedelta64):
        return _checked_integer(int(cell), place)
    if isinstance(cell, float) or (isinstance(cell, np.floating) and cell.dtype.itemsize <= 8):
        return float(cell)
    if isinstance(cell, str):
        return str.__str__(cell)
    if isinstance(cell, (bytes, bytearray, memoryview)):
        return bytes(cell)
    if isinstance(cell, _arrow_only):
        raise place.refuse(cell, f"is {kind_of(cell)}, which MessagePack does not hold", ARROW_KEEPS_IT)
    raise place.refuse(cell, f"is {kind_of(cell)}, which no DataFrame format holds", SEND_AS_TEXT)


def _checked_integer(value: int, place: Place) -> int:
    if INT_MIN <= value <= UINT_MAX:
        return value
    raise place.refuse(value, "is outside of 64 bits (-2**63 to 2**64-1)", _big_integer_hint)


def _checked_key(key: Any, cell: Any, place: Place) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    why = f"has the key {key!r}, {kind_of(key)}; a map of a DataFrame has text keys"
    raise place.refuse(cell, why, "make every key a str")


def _timestamp_of_datetime(cell: datetime.datetime, place: Place) -> msgpack.Timestamp | None:
    if is_missing(cell):
        return None
    if cell.tzinfo is not None:
        why = f"is a time in the zone {cell.tzinfo}, which MessagePack does not keep"
        raise place.refuse(str(cell), why, ARROW_KEEPS_IT)
    exact = getattr(cell, "asm8", None)
    if exact is not None:
        # A pandas Timestamp, which may have nanoseconds.
        return timestamp_of_datetime64(exact, place)
    since = cell - _epoch
    return msgpack.Timestamp(since.days * 86_400 + since.seconds, since.microseconds * 1_000)
