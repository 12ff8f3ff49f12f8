"""The columns of a live table, kept as arrays while rows change: a table of 10,000 rows is then made by copying arrays.

A column begins with the dtype of its first value. A value that this dtype cannot hold exactly makes it a column of objects.
"""

from __future__ import annotations

import datetime
from typing import Any, Protocol

import numpy as np
import pandas as pd

#: Up to here a float64 holds every integer.
_exact_max = 2**53
_int64_range = range(-(2**63), 2**63)


class Column(Protocol):
    """The values of one column. A row that was never set is missing."""

    def set(self, index: int, value: Any) -> bool:
        """Sets a value, None for a missing one. Returns False, and changes nothing, when this kind of column cannot hold it."""

    def values(self) -> list[Any]:
        """The values as objects, None for a missing one."""

    def grow(self, count: int) -> None:
        """Makes room for this many rows."""

    def array(self, count: int) -> Any:
        """The first values as an array of NumPy or pandas, which must not be changed."""


class EmptyColumn:
    """No value yet: the first one decides the dtype."""

    def __init__(self, count: int) -> None:
        self._count = count

    def set(self, index: int, value: Any) -> bool:
        return value is None

    def values(self) -> list[Any]:
        return [None] * self._count

    def grow(self, count: int) -> None:
        self._count = count

    def array(self, count: int) -> Any:
        return np.full(count, None, dtype=object)


class ArrayColumn:
    """Values of one NumPy dtype, in which one value stands for a missing one: floats and times."""

    def __init__(self, dtype: str, missing: Any, count: int) -> None:
        self._missing = missing
        self._array = np.full(count, missing, dtype=dtype)
        self._is_float = self._array.dtype.kind == "f"

    def set(self, index: int, value: Any) -> bool:
        kind = type(value)
        if value is None:
            self._array[index] = self._missing
        elif self._is_float and (kind is float or (kind is int and -_exact_max <= value <= _exact_max)):
            self._array[index] = value
        elif not self._is_float and _time_dtype(value) == self._array.dtype:
            # NumPy alone would drop the nanoseconds of a Timestamp.
            self._array[index] = value.asm8 if isinstance(value, pd.Timestamp) else np.datetime64(value)
        else:
            return False
        return True

    def values(self) -> list[Any]:
        if not self._is_float:
            return [None if pd.isna(value) else pd.Timestamp(value) for value in self._array]
        return list(self._array.tolist())

    def grow(self, count: int) -> None:
        self._array = np.concatenate([self._array, np.full(count - len(self._array), self._missing, self._array.dtype)])

    def array(self, count: int) -> Any:
        return self._array[:count]


class IntegerColumn:
    """Integers of 64 bits, `Int64` where some are missing."""

    def __init__(self, count: int) -> None:
        self._array = np.zeros(count, dtype="int64")
        self._is_missing = np.ones(count, dtype="bool")

    def set(self, index: int, value: Any) -> bool:
        if type(value) is int and value in _int64_range:
            self._array[index] = value
            self._is_missing[index] = False
        elif value is None:
            self._is_missing[index] = True
        else:
            return False
        return True

    @property
    def is_exact_as_float(self) -> bool:
        """True when a float64 holds all values."""
        return bool((np.abs(self._array) <= _exact_max).all())

    def values(self) -> list[Any]:
        return [None if gone else value for value, gone in zip(self._array.tolist(), self._is_missing.tolist())]

    def grow(self, count: int) -> None:
        more = count - len(self._array)
        self._array = np.concatenate([self._array, np.zeros(more, dtype="int64")])
        self._is_missing = np.concatenate([self._is_missing, np.ones(more, dtype="bool")])

    def array(self, count: int) -> Any:
        if not self._is_missing[:count].any():
            return self._array[:count]
        return pd.arrays.IntegerArray(self._array[:count].copy(), self._is_missing[:count].copy())


class ObjectColumn:
    """Everything else. pandas finds the dtype, which is kept until a value changes."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._made: Any = None

    def set(self, index: int, value: Any) -> bool:
        before = self._values[index]
        if type(value) is not str or type(before) is not str or value != before:
            self._values[index] = value
            self._made = None
        return True

    def values(self) -> list[Any]:
        return self._values

    def grow(self, count: int) -> None:
        self._values.extend([None] * (count - len(self._values)))

    def array(self, count: int) -> Any:
        if self._made is None or len(self._made) != count:
            self._made = series_of(self._values[:count])
        return self._made


def series_of(values: list[Any]) -> Any:
    """Returns an array of pandas with the dtype that pandas gives text, booleans and times. Mixed values stay objects."""
    kinds = set(map(type, values)) - {type(None)}
    if len(kinds) == 1 and not kinds & {list, dict, tuple, int, float}:
        return pd.Series(values).array
    column = np.empty(len(values), dtype=object)
    # One by one: NumPy would make a table of lists of equal length.
    column[:] = values
    return column


class ColumnStore:
    """The columns by name, in the order in which they came."""

    def __init__(self) -> None:
        self._columns: dict[Any, Column] = {}
        self._room = 64

    def set_row(self, index: int, before: dict[Any, Any], values: dict[Any, Any]) -> None:
        """Sets the values of a row. What the row had before and has no longer is missing from now on."""
        if index >= self._room:
            self._room = max(index + 1, self._room * 2)
            for column in self._columns.values():
                column.grow(self._room)
        if before.keys() != values.keys():
            for name in before.keys() - values.keys():
                self._columns[name].set(index, None)
        columns = self._columns
        for name, value in values.items():
            found = columns.get(name)
            if found is None:
                found = columns[name] = self._new_column(value)
            if not found.set(index, value):
                wider = columns[name] = self._widened(found, value)
                wider.set(index, value)

    def arrays(self, count: int) -> dict[Any, Any]:
        """Returns the columns of the first rows. They must not be changed."""
        return {name: column.array(count) for name, column in self._columns.items()}

    def _new_column(self, value: Any) -> Column:
        kind = type(value)
        if value is None:
            return EmptyColumn(self._room)
        if kind is float:
            return ArrayColumn("float64", np.nan, self._room)
        if kind is int:
            return IntegerColumn(self._room)
        time = _time_dtype(value)
        if time is not None:
            return ArrayColumn(str(time), np.array("NaT", dtype=time)[()], self._room)
        return ObjectColumn([None] * self._room)

    def _widened(self, column: Column, value: Any) -> Column:
        """Returns a column of the same values that can hold one more."""
        if isinstance(column, EmptyColumn):
            return self._new_column(value)
        values = column.values()
        if isinstance(column, IntegerColumn) and type(value) is float and column.is_exact_as_float:
            wider = ArrayColumn("float64", np.nan, self._room)
            for index, one in enumerate(values):
                wider.set(index, one)
            return wider
        return ObjectColumn(values)


def _time_dtype(value: Any) -> np.dtype[Any] | None:
    """Returns the dtype that holds a time without a zone. None for anything else."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value is not pd.NaT:
        return np.dtype(f"datetime64[{value.unit if isinstance(value, pd.Timestamp) else 'us'}]")
    return None
