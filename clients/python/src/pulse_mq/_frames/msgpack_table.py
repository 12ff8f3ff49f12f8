"""Makes an Arrow table of the columns of a df_msgpack payload."""

from __future__ import annotations

from typing import Any

import msgpack
import numpy as np

from .._extras import need
from ..errors import BadPayloadError
from .arrow_cells import exact_array
from .msgpack_decode import Frame
from .refusal import Place, name_of

_none = type(None)
_int64_max = 2**63 - 1
_per_second = {"ns": 1_000_000_000, "us": 1_000_000, "ms": 1_000, "s": 1}


def arrow_of(frame: Frame) -> Any:
    """Returns a pyarrow Table. Raises a BadPayloadError for a column that mixes kinds of values."""
    pa = need("pyarrow", "to_arrow()")
    arrays = {name: _array(pa, name, cells) for name, cells in frame.columns.items()}
    return pa.table(arrays)


def _array(pa: Any, name: str, cells: list[Any]) -> Any:
    kinds = set(map(type, cells)) - {_none}
    try:
        if kinds == {int} and max(cell for cell in cells if cell is not None) > _int64_max:
            return pa.array(cells, pa.uint64())
        if kinds == {msgpack.Timestamp}:
            unit = _unit_of(cells)
            return pa.array([None if cell is None else _count(cell, unit) for cell in cells], pa.timestamp(unit))
        if kinds & {list, dict}:
            return exact_array(pa, [_arrow_cell(cell) for cell in cells], Place("df_msgpack", name), cells)
        array = pa.array(cells)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        text = f"column {name_of(name)} has no Arrow type ({names}): {error}"
        raise BadPayloadError(f"df_msgpack payload: {text}; read message.data") from error
    if len(kinds) > 1 and not kinds <= {int, float}:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise BadPayloadError(f"df_msgpack payload: column {name_of(name)} mixes {names}; read message.data")
    return array


def _unit_of(cells: list[Any]) -> str:
    """Returns the finest unit in which all times have 64 bits and no digit is lost; the finest one without any such unit."""
    for unit, per_second in _per_second.items():
        times = [cell for cell in cells if cell is not None]
        if all(cell.seconds * per_second > -(2**63) and (cell.seconds + 1) * per_second < 2**63 for cell in times):
            step = 1_000_000_000 // per_second
            if not any(cell.nanoseconds % step for cell in times):
                return unit
    return "ns"


def _count(cell: msgpack.Timestamp, unit: str) -> int:
    per_second = _per_second[unit]
    return int(cell.seconds * per_second + cell.nanoseconds // (1_000_000_000 // per_second))


def _arrow_cell(cell: Any) -> Any:
    """Returns a nested cell with times of NumPy in place of Timestamps, of which Arrow keeps every digit."""
    kind = type(cell)
    if kind is msgpack.Timestamp:
        unit: Any = _unit_of([cell])
        return np.datetime64(_count(cell, unit), unit)
    if kind is list:
        return [_arrow_cell(one) for one in cell]
    if kind is dict:
        return {key: _arrow_cell(one) for key, one in cell.items()}
    return cell
