"""Replaces the rarer types of Arrow by those that every reader has.

Views become plain types, run-end-encoded columns and categories inside of lists become their values. Extension types become what they
mean, or are refused.
"""

from __future__ import annotations

from typing import Any

from .arrow_extensions import KEPT_BY_PANDAS, foreign_extension, is_extension, meaning_of
from .refusal import Place


def plain_types(pa: Any, table: Any, column_name: Any = None) -> Any:
    """Returns the table of a publish, with each such column converted. The values stay what they are.

    Raises a BadPayloadError, which names `column_name` in place of the field's own name if it is given.
    """
    what_to_do = "cast it to the type of its values, or to text"
    return _plain_table(pa, table, KEPT_BY_PANDAS, Place("df_pyarrow", column_name), what_to_do)


def plain_types_of_message(pa: Any, table: Any, kept: frozenset[str] = KEPT_BY_PANDAS) -> Any:
    """As `plain_types`, for a table that was received. Extension types in `kept` stay."""
    return _plain_table(pa, table, kept, Place("df_pyarrow", None), "read message.to_arrow()")


def _plain_table(pa: Any, table: Any, kept: frozenset[str], place: Place, what_to_do: str) -> Any:
    for at, field in enumerate(table.schema):
        plain = plain_type(pa, field.type)
        where = Place(place.format, field.name) if place.column is None else place
        foreign = foreign_extension(pa, plain, kept)
        if foreign is not None:
            why = f"has the extension type {foreign} of Arrow, which not every reader has"
            raise where.refuse(str(field.type), why, what_to_do)
        if plain == field.type:
            continue
        try:
            column = _converted(pa, table.column(at), plain)
        except (pa.ArrowException, ValueError) as error:
            why = f"is an Arrow type that not every reader has, and pyarrow cannot convert it ({error})"
            raise where.refuse(str(field.type), why, f"cast it to {plain}") from error
        table = table.set_column(at, field.with_type(plain), column)
    return table


def _converted(pa: Any, column: Any, plain: Any) -> Any:
    import pyarrow.compute

    compute: Any = pyarrow.compute
    kind = column.type
    if pa.types.is_run_end_encoded(kind):
        column = pa.chunked_array([compute.run_end_decode(chunk) for chunk in column.chunks], kind.value_type)
    elif pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        # pyarrow's own cast gives offsets that its own check refuses.
        column = pa.chunked_array([_list_of_view(pa, compute, chunk) for chunk in column.chunks], plain)
    column = column.cast(plain)
    column.validate(full=True)
    return column


def _list_of_view(pa: Any, compute: Any, view: Any) -> Any:
    counts = compute.fill_null(compute.list_value_length(view), 0)
    ends = compute.cumulative_sum(counts)
    is_large = pa.types.is_large_list_view(view.type)
    offsets = pa.concat_arrays([pa.array([0], ends.type), ends])
    return (pa.LargeListArray if is_large else pa.ListArray).from_arrays(offsets, view.flatten(), mask=view.is_null())


def plain_type(pa: Any, kind: Any, is_nested: bool = False) -> Any:
    """Returns the type that a column of this type is converted to. The same type where it stays as it is."""
    types = pa.types
    if is_extension(pa, kind):
        return meaning_of(pa, kind)
    if types.is_run_end_encoded(kind) or (is_nested and types.is_dictionary(kind)):
        return plain_type(pa, kind.value_type, True)
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_list(kind) or types.is_list_view(kind):
        return pa.list_(_plain_field(pa, kind.value_field))
    if types.is_large_list(kind) or types.is_large_list_view(kind):
        return pa.large_list(_plain_field(pa, kind.value_field))
    if types.is_fixed_size_list(kind):
        return pa.list_(_plain_field(pa, kind.value_field), kind.list_size)
    if types.is_struct(kind):
        return pa.struct([_plain_field(pa, field) for field in kind])
    if types.is_map(kind):
        return pa.map_(plain_type(pa, kind.key_type, True), _plain_field(pa, kind.item_field), kind.keys_sorted)
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, plain_type(pa, kind.value_type), kind.ordered)
    return kind


def _plain_field(pa: Any, field: Any) -> Any:
    return field.with_type(plain_type(pa, field.type, True))
