"""Replaces the rarer types of Arrow by those that every reader has.

Views become plain types, run-end-encoded columns and categories inside of lists become their values.
"""

from __future__ import annotations

from typing import Any

from .refusal import Place


def plain_types(pa: Any, table: Any) -> Any:
    """Returns the table, with each such column converted. The values stay what they are. Raises a BadPayloadError."""
    for at, field in enumerate(table.schema):
        plain = _plain(pa, field.type)
        if plain == field.type:
            continue
        try:
            column = _converted(pa, table.column(at), plain)
        except (pa.ArrowException, ValueError) as error:
            why = f"is an Arrow type that not every reader has, and pyarrow cannot convert it ({error})"
            raise Place("df_pyarrow", field.name).refuse(str(field.type), why, f"cast it to {plain}") from error
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


def _plain(pa: Any, kind: Any, is_nested: bool = False) -> Any:
    types = pa.types
    if types.is_run_end_encoded(kind) or (is_nested and types.is_dictionary(kind)):
        return _plain(pa, kind.value_type, True)
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
        return pa.map_(_plain(pa, kind.key_type, True), _plain_field(pa, kind.item_field), kind.keys_sorted)
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain(pa, kind.value_type), kind.ordered)
    return kind


def _plain_field(pa: Any, field: Any) -> Any:
    return field.with_type(_plain(pa, field.type, True))
