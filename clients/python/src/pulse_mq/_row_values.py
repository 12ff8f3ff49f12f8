"""The values of rows of a live table: rows of a DataFrame, or the members of JSON objects."""

from __future__ import annotations

import json
from typing import Any

from .message import PulseMessage, last_row_of, rows_of

#: The column of what has no columns: a number, a text or bytes.
VALUE_COLUMN = "value"


def row_values(message: PulseMessage) -> dict[Any, Any]:
    """Returns the values by column.

    A text, and bytes in UTF-8, are read as JSON: an object has a column for each member, and a list of objects counts as its last one.
    Everything else is the column `value`, as is JSON with two members of one name. A DataFrame without rows has no values. Raises as `message.data` does.
    """
    if message.format in ("df_msgpack", "df_pyarrow"):
        return last_row_of(message)
    return _values_of(message.data)


def all_row_values(message: PulseMessage) -> list[dict[Any, Any]]:
    """Returns the values of all rows: of a DataFrame, or of a list of JSON objects. Other content is one row, as `row_values` has it."""
    if message.format in ("df_msgpack", "df_pyarrow"):
        return rows_of(message)
    found = _content_of(message.data)
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    return [found if isinstance(found, dict) else {VALUE_COLUMN: found}]


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises a ValueError for an object with two members of one name, of which one value would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("two members have one name")
    return found


def _values_of(data: str | bytes) -> dict[Any, Any]:
    found = _content_of(data)
    if isinstance(found, list) and found and isinstance(found[-1], dict):
        found = found[-1]
    return found if isinstance(found, dict) else {VALUE_COLUMN: found}


def _content_of(data: str | bytes) -> Any:
    """The value of a JSON text; other content as it is."""
    try:
        return json.loads(data if isinstance(data, str) else data.decode("utf-8"), object_pairs_hook=_object_of)
    except (ValueError, RecursionError):
        return data
