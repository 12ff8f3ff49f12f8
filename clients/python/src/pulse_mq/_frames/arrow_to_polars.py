"""Makes a polars DataFrame of an Arrow table."""

from __future__ import annotations

from typing import Any

from .._extras import need
from .arrow_extensions import is_extension
from .arrow_plain import plain_types_of_message
from .refusal import Place, text_of

_what_to_do = "read message.to_arrow()"


def polars_of_arrow(table: Any) -> Any:
    """Returns the DataFrame, which shares the memory of the table where polars can.

    Raises a MissingPackageError, and a BadPayloadError for a type that polars does not have.
    """
    polars = need("polars", "to_polars()")
    pa = need("pyarrow", "to_polars()")
    # polars reads the storage of every extension type.
    table = plain_types_of_message(pa, table, frozenset())
    for at, field in enumerate(table.schema):
        column = _column_for_polars(pa, table.column(at), Place("df_pyarrow", field.name))
        if column.type != field.type:
            table = table.set_column(at, field.name, column)
    frame = polars.from_arrow(table)
    # polars gives a column without a name one of its own.
    frame.columns = table.column_names
    return frame


def _column_for_polars(pa: Any, column: Any, place: Place) -> Any:
    """Returns the column in milliseconds where it has seconds: polars alone makes the least time of one that milliseconds do not reach."""
    if _has_decimal256(pa, column.type):
        why = "is a type of decimals with more than 38 digits, which polars does not have"
        raise place.refuse(str(column.type), why, _what_to_do)
    kind = _without_seconds(pa, column.type)
    if kind == column.type:
        return column
    try:
        return column.cast(kind)
    except pa.ArrowException as error:
        # A slice of lists would be cast with the values of every row.
        rows = range(len(column))
        row = next(row for row in rows if not _is_castable(pa, column.take(pa.array([row])), kind))
        why = f"in seconds is past the 64 bits of milliseconds that polars has ({error})"
        raise place.at(row).refuse(text_of(column[row]), why, _what_to_do) from error


def _is_castable(pa: Any, column: Any, kind: Any) -> bool:
    try:
        column.cast(kind)
    except pa.ArrowException:
        return False
    return True


def _has_decimal256(pa: Any, kind: Any) -> bool:
    return pa.types.is_decimal256(kind) or any(
        _has_decimal256(pa, kind.field(at).type) for at in range(kind.num_fields)
    )


def _without_seconds(pa: Any, kind: Any) -> Any:
    """Returns the type with milliseconds in place of seconds, also inside of lists and structs."""
    types = pa.types
    if types.is_timestamp(kind) and kind.unit == "s":
        return pa.timestamp("ms", kind.tz)
    if types.is_duration(kind) and kind.unit == "s":
        return pa.duration("ms")
    if types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_without_seconds(pa, kind.value_type)))
    if types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_without_seconds(pa, kind.value_type)))
    if types.is_struct(kind):
        return pa.struct([field.with_type(_without_seconds(pa, field.type)) for field in kind])
    return kind


def is_kept_by_polars(pa: Any, kind: Any) -> bool:
    """Returns True for a type whose every value polars has. It has no extension types, maps, seconds and decimals of over 38 digits."""
    types = pa.types
    if is_extension(pa, kind) or types.is_map(kind) or types.is_decimal256(kind) or getattr(kind, "unit", None) == "s":
        return False
    return all(is_kept_by_polars(pa, kind.field(at).type) for at in range(kind.num_fields))
