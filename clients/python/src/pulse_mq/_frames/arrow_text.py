"""Checks that text in Arrow columns is UTF-8. pyarrow takes other bytes as text without looking, and every reader refuses them."""

from __future__ import annotations

from typing import Any

from .refusal import Place

_what_to_do = 'send it as bytes, or decode it with the encoding that it has, for example "latin-1"'


def check_text(pa: Any, column: Any, place: Place) -> None:
    """Raises a BadPayloadError for the first row of an Array or a ChunkedArray whose text is not UTF-8, or whose buffers are damaged."""
    if not _has_text(pa, column.type):
        return
    error = _error_of(pa, column)
    if error is None:
        return
    row = _first_failure(pa, column)
    text = str(error).partition("\n")[0]
    raise place.at(row).refuse(
        _shown(pa, column, row), f"is not valid in a column of the Arrow type {column.type} ({text})", _what_to_do
    ) from error


def _shown(pa: Any, column: Any, row: int) -> Any:
    types = pa.types
    if types.is_string(column.type) or types.is_large_string(column.type):
        return column.slice(row, 1).cast(pa.large_binary())[0].as_py()
    return "a cell"


def _has_text(pa: Any, kind: Any) -> bool:
    types = pa.types
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return _has_text(pa, kind.value_type)
    is_text = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    return is_text or any(_has_text(pa, kind.field(at).type) for at in range(kind.num_fields))


def _error_of(pa: Any, column: Any) -> Exception | None:
    try:
        column.validate(full=True)
    except pa.ArrowException as error:
        found: Exception = error
        return found
    return None


def _first_failure(pa: Any, column: Any) -> int:
    """Returns the first row with which the column is not valid. Where the values are shared, as in a category, this is row 0."""
    least, most = 0, len(column) - 1
    while least < most:
        middle = (least + most) // 2
        # A copy has the values of its own rows alone.
        if _error_of(pa, pa.concat_arrays(_chunks_of(pa, column.slice(0, middle + 1)))) is None:
            least = middle + 1
        else:
            most = middle
    return least


def _chunks_of(pa: Any, column: Any) -> list[Any]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]
