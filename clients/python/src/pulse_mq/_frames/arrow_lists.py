"""Lists of floats with missing items. `to_pandas` makes these items NaN, which is another value, and a publish would send it on as NaN."""

from __future__ import annotations

from typing import Any

import numpy as np


def has_missing_floats(pa: Any, array: Any) -> bool:
    """Returns True for an Array or a ChunkedArray with lists of floats, at any level, in which an item is missing."""
    if isinstance(array, pa.ChunkedArray):
        return _may_have_floats(pa, array.type) and any(has_missing_floats(pa, chunk) for chunk in array.chunks)
    types = pa.types
    if types.is_map(array.type):
        return has_missing_floats(pa, array.items)
    if _is_list(pa, array.type):
        items = array.flatten()
        return (types.is_floating(items.type) and items.null_count > 0) or has_missing_floats(pa, items)
    if types.is_struct(array.type):
        return any(has_missing_floats(pa, array.field(at)) for at in range(array.type.num_fields))
    return False


def cells_with_missing_floats(pa: Any, column: Any) -> Any:
    """Returns the cells of a ChunkedArray as `to_pandas` makes them, but a list with a missing float is an array of objects with None."""
    cells = [_cells(pa, chunk) for chunk in column.chunks]
    return np.concatenate(cells) if cells else np.empty(0, dtype=object)


def _cells(pa: Any, array: Any) -> Any:
    """Returns an array of objects with a missing cell as None, a list as an array, a struct as a dict and a map as a list of pairs."""
    kind = array.type
    made: list[Any]
    if pa.types.is_map(kind):
        made = [_pairs(pa, scalar) for scalar in array]
    elif _is_list(pa, kind):
        made = [_items(pa, scalar.values) if scalar.is_valid else None for scalar in array]
    elif pa.types.is_struct(kind):
        fields = {field.name: _cells(pa, array.field(at)) for at, field in enumerate(kind)}
        made = [
            {name: cells[row] for name, cells in fields.items()} if is_valid else None
            for row, is_valid in enumerate(array.is_valid().to_pylist())
        ]
    else:
        made = array.to_pylist()
    return _objects(made)


def _items(pa: Any, items: Any) -> Any:
    """Returns the items of a list, as numbers or times of NumPy where these can stand for all of them."""
    types, kind = pa.types, items.type
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)
    if (is_number and items.null_count == 0) or types.is_timestamp(kind) or types.is_duration(kind):
        return items.to_numpy(zero_copy_only=False)
    return _cells(pa, items)


def _pairs(pa: Any, scalar: Any) -> list[tuple[Any, Any]] | None:
    if not scalar.is_valid:
        return None
    entries = scalar.values
    return list(zip(_cells(pa, entries.field(0)), _cells(pa, entries.field(1))))


def _objects(made: list[Any]) -> Any:
    """Returns an array of objects. NumPy alone would make a table of lists of equal length."""
    cells = np.empty(len(made), dtype=object)
    for row, cell in enumerate(made):
        cells[row] = cell
    return cells


def _is_list(pa: Any, kind: Any) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _may_have_floats(pa: Any, kind: Any) -> bool:
    return pa.types.is_floating(kind) or any(_may_have_floats(pa, kind.field(at).type) for at in range(kind.num_fields))
