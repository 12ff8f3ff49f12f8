"""Times and durations as Arrow arrays, counted exactly. pyarrow would cut the nanoseconds of pandas Timestamps in object columns."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from .refusal import SEND_AS_TEXT, Place, kind_of

#: Units of Arrow, and their length in nanoseconds.
_units = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_coarse = {"m": 60, "h": 3_600, "D": 86_400, "W": 604_800}
_epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_microsecond = datetime.timedelta(microseconds=1)
_limit = "64 bits, which are 106,751,991 days in microseconds"
#: NumPy wraps around when it makes days of many more years.
_most_years = 2**50
#: Of cells that Arrow gave back, which no unit is refused for.
_nowhere = Place("df_pyarrow", "")


def times(pa: Any, cells: list[Any], place: Place) -> Any:
    """Returns an Array of NumPy times, None for missing ones."""
    unit, counts = _counted(cells, place)
    return pa.array(counts, pa.int64()).cast(pa.timestamp(unit))


def durations(pa: Any, cells: list[Any], place: Place) -> Any:
    """Returns an Array of NumPy durations, None for missing ones."""
    unit, counts = _counted(cells, place)
    return pa.array(counts, pa.int64()).cast(pa.duration(unit))


def zoned_times(pa: Any, cells: list[Any], place: Place) -> Any:
    """Returns an Array of times in one zone. Raises a BadPayloadError for a second zone."""
    zone: str | None = None
    utc = []
    for row, cell in enumerate(cells):
        if cell is not None:
            own = zone_of(cell)
            if zone is not None and own != zone:
                why = f"is in the zone {own}, and the column begins with the zone {zone}"
                raise place.at(row).refuse(str(cell), why, "convert the column to one zone")
            zone = own
        utc.append(None if cell is None else _utc(cell))
    unit, counts = _counted(utc, place)
    return pa.array(counts, pa.int64()).cast(pa.timestamp(unit, zone))


def numpy_time(cell: datetime.datetime | datetime.timedelta, place: Place) -> Any:
    """Returns a time or duration as one of NumPy, with all digits. A time with a zone stays what it is.

    Raises a BadPayloadError for a duration with more digits than 64 bits hold, which NumPy would wrap around.
    """
    if isinstance(cell, datetime.datetime) and cell.tzinfo is not None:
        return cell
    exact = getattr(cell, "asm8", None)
    if exact is not None:
        return exact
    if isinstance(cell, datetime.datetime):
        return np.datetime64(cell, "us")
    count = cell // _microsecond
    if -(2**63) < count < 2**63:
        return np.timedelta64(count, "us")
    # Milliseconds reach a thousand times as far: 64 bits of them hold every timedelta.
    if count % 1_000 == 0:
        return np.timedelta64(count // 1_000, "ms")
    raise place.refuse(str(cell), f"is {kind_of(cell)} with microseconds past {_limit}", f"round it, or {SEND_AS_TEXT}")


def zone_of(cell: datetime.datetime) -> str:
    """Returns the zone of a time as Arrow names it: a name such as Asia/Shanghai, or a fixed offset such as +08:00."""
    zone = cell.tzinfo
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name is not None:
        return str(name)
    minutes = int((cell.utcoffset() or datetime.timedelta()).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def is_same_time(cell: Any, back: Any) -> bool:
    """Returns True when Arrow gave back the same instant, in the same zone or without one."""
    if not isinstance(back, datetime.datetime):
        return False
    if isinstance(cell, np.datetime64):
        return back.tzinfo is None and _is_equal(cell, numpy_time(back, _nowhere))
    return cell.utcoffset() == back.utcoffset() and bool(_utc(cell) == _utc(back))


def is_same_duration(cell: Any, back: Any) -> bool:
    """Returns True when Arrow gave back the same duration."""
    return isinstance(back, datetime.timedelta) and _is_equal(cell, numpy_time(back, _nowhere))


def _is_equal(one: Any, other: Any) -> bool:
    # As integers: NumPy compares in the finer unit, in which one of them may not have 64 bits.
    if np.isnat(one) or np.isnat(other):
        return bool(np.isnat(one) and np.isnat(other))
    return nanoseconds_of(one, _nowhere) == nanoseconds_of(other, _nowhere)


def _utc(cell: datetime.datetime) -> Any:
    exact = getattr(cell, "asm8", None)
    return np.datetime64((cell - _epoch) // datetime.timedelta(microseconds=1), "us") if exact is None else exact


def _counted(cells: list[Any], place: Place) -> tuple[str, list[int | None]]:
    """Returns a unit, and every cell as a count of it. Raises a BadPayloadError when no unit holds all cells."""
    exact = [
        None if cell is None or np.isnat(cell) else nanoseconds_of(cell, place.at(row))
        for row, cell in enumerate(cells)
    ]
    present = [count for count in exact if count is not None]
    finest = min((_units[_unit_of(cell)] for cell in cells if cell is not None), default=1_000)
    for unit, length in reversed(_units.items()):
        # The unit of the cells, or a coarser one in which no digit is lost.
        if length < finest or any(count % length for count in present):
            continue
        if all(-(2**63) < count // length < 2**63 for count in present):
            return unit, [None if count is None else count // length for count in exact]
    row = max((row for row, count in enumerate(exact) if count is not None), key=lambda row: abs(exact[row] or 0))
    why = f"and the other cells need more digits than one unit of Arrow has ({_limit})"
    raise place.at(row).refuse(cells[row], why, SEND_AS_TEXT)


def _unit_of(cell: Any) -> str:
    unit = np.datetime_data(cell.dtype)[0]
    return unit if unit in _units else "s"


def nanoseconds_of(cell: Any, place: Place) -> int:
    """Returns a time or duration of NumPy in nanoseconds, as an integer of any size. Raises a BadPayloadError for a unit without a length."""
    unit, step = np.datetime_data(cell.dtype)
    if unit in ("Y", "M") and isinstance(cell, np.datetime64):
        if abs(int(cell.astype("int64"))) * step > _most_years:
            raise place.refuse(cell, f"is more than {_most_years} years or months from 1970", SEND_AS_TEXT)
        cell, unit, step = cell.astype("datetime64[D]"), "D", 1
    if unit in _units:
        length = _units[unit]
    elif unit in _coarse:
        length = _coarse[unit] * 1_000_000_000
    else:
        raise place.refuse(cell, f"has the unit {unit}, which no DataFrame format holds", SEND_AS_TEXT)
    return int(cell.astype("int64")) * step * length
