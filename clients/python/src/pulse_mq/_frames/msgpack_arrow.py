"""The cells of an Arrow column as values that MessagePack holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .arrow_extensions import is_extension, meaning_of
from .arrow_text import check_text
from .msgpack_cells import check_depth, timestamp
from .refusal import ARROW_KEEPS_IT, Place, text_of


def arrow_cells(array: Any, place: Place, depth: int = 0) -> list[Any]:
    """Returns the cells of an Array or a ChunkedArray. Raises a BadPayloadError that names the column and the row."""
    import pyarrow as pa

    if depth == 0:
        check_text(pa, array, place)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            return [cell for chunk in array.chunks for cell in arrow_cells(chunk, place, depth)]
    kind = array.type
    if is_extension(pa, kind) and meaning_of(pa, kind) != kind:
        array = array.cast(meaning_of(pa, kind))
        kind = array.type
    for is_kind, cells_of in _readers():
        if is_kind(kind):
            return cells_of(array, place, depth)
    why = f"is of the Arrow type {kind}, which MessagePack does not hold"
    for row, cell in enumerate(array.is_valid().to_pylist()):
        if cell:
            raise place.at(row).refuse(text_of(array[row]), why, ARROW_KEEPS_IT)
    return [None] * len(array)


def _readers() -> tuple[tuple[Callable[[Any], bool], Callable[[Any, Place, int], list[Any]]], ...]:
    """Which function reads which type. The first that fits counts."""
    from pyarrow import types

    return (
        (types.is_null, _python_values),
        (types.is_boolean, _python_values),
        (types.is_integer, _python_values),
        (types.is_floating, _floats),
        (_is_text_or_bytes, _python_values),
        (_is_plain_time, _times),
        (types.is_dictionary, _dictionary),
        (_is_list, _lists),
        (types.is_struct, _structs),
        (types.is_run_end_encoded, _run_ends),
    )


def _is_text_or_bytes(kind: Any) -> bool:
    from pyarrow import types

    is_view = types.is_string_view(kind) or types.is_binary_view(kind)
    is_text = types.is_string(kind) or types.is_large_string(kind)
    is_bytes = types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind)
    return is_view or is_text or is_bytes


def _is_plain_time(kind: Any) -> bool:
    from pyarrow import types

    return types.is_timestamp(kind) and kind.tz is None


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    is_view = types.is_list_view(kind) or types.is_large_list_view(kind)
    return is_view or types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)


def _python_values(array: Any, place: Place, depth: int) -> list[Any]:
    cells: list[Any] = array.to_pylist()
    return cells


def _floats(array: Any, place: Place, depth: int) -> list[Any]:
    return [None if cell is None else float(cell) for cell in array.to_pylist()]


def _times(array: Any, place: Place, depth: int) -> list[Any]:
    unit = array.type.unit
    return [None if count is None else timestamp(count, unit) for count in array.cast("int64").to_pylist()]


def _dictionary(array: Any, place: Place, depth: int) -> list[Any]:
    values = arrow_cells(array.dictionary, place, depth)
    return [None if index is None else values[index] for index in array.indices.to_pylist()]


def _run_ends(array: Any, place: Place, depth: int) -> list[Any]:
    import pyarrow.compute

    compute: Any = pyarrow.compute
    return arrow_cells(compute.run_end_decode(array), place, depth)


def _lists(array: Any, place: Place, depth: int) -> list[Any]:
    import pyarrow.compute as compute

    check_depth(depth, place)
    values = iter(arrow_cells(array.flatten(), place, depth + 1))
    counts = compute.list_value_length(array).to_pylist()
    return [None if count is None else [next(values) for _ in range(count)] for count in counts]


def _structs(array: Any, place: Place, depth: int) -> list[Any]:
    check_depth(depth, place)
    names = [field.name for field in array.type]
    if len(set(names)) < len(names):
        raise place.refuse(str(array.type), "has two fields of one name", "rename one of them")
    fields = [arrow_cells(field, place, depth + 1) for field in array.flatten()]
    rows = zip(*fields) if fields else iter([()] * len(array))
    return [dict(zip(names, row)) if is_valid else None for is_valid, row in zip(array.is_valid().to_pylist(), rows)]
