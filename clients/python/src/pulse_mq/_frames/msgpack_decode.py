"""Reads a df_msgpack payload: an array of row maps, or a map of columns.

The rows are walked one by one, and the walk stops at the first row that makes the frame too large: rows with names of their own would
else turn a payload of a few KB into a frame of gigabytes.
"""

from __future__ import annotations

from typing import Any

import msgpack

from .._limits import DEPTH_MAX, check_size
from ..errors import BadPayloadError, PulseMQError
from .refusal import name_of

_format = "df_msgpack"
_expected = "expected an array of maps or a map of arrays"


class Frame:
    """The columns of a payload by name, in order, and the number of rows."""

    def __init__(self, columns: dict[str, list[Any]], row_count: int) -> None:
        self.columns = columns
        self.row_count = row_count


def read_msgpack(data: bytes) -> Frame:
    """Returns the columns. Raises a BadPayloadError or a PayloadTooLargeError."""
    unpacker = msgpack.Unpacker(
        None,
        max_buffer_size=max(1, len(data)),
        object_pairs_hook=_map_of,
        ext_hook=_refuse_extension,
    )
    unpacker.feed(data)
    try:
        frame = _read(unpacker, data[0] if data else 0)
    except PulseMQError:
        raise
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
        raise BadPayloadError(f"{_format} payload cannot be read: {error or type(error).__name__}") from error
    if unpacker.tell() != len(data):
        raise BadPayloadError(f"{_format} payload has {len(data) - unpacker.tell()} bytes after its end")
    for name, cells in frame.columns.items():
        if any(type(cell) is list or type(cell) is dict for cell in cells):
            _check_depth(name, cells, 0)
    return frame


def _check_depth(name: str, cells: Any, depth: int) -> None:
    for cell in cells:
        if type(cell) is list or type(cell) is dict:
            if depth == DEPTH_MAX:
                raise BadPayloadError(f"{_format} payload has more than {DEPTH_MAX} levels in column {name_of(name)}")
            _check_depth(name, cell.values() if type(cell) is dict else cell, depth + 1)


def _read(unpacker: msgpack.Unpacker, first: int) -> Frame:
    if first & 0xF0 == 0x90 or first in (0xDC, 0xDD):
        return _read_rows(unpacker)
    if first & 0xF0 == 0x80 or first in (0xDE, 0xDF):
        return _read_columns(unpacker)
    raise BadPayloadError(f"{_format} payload is not a table: {_expected}")


def _read_rows(unpacker: msgpack.Unpacker) -> Frame:
    row_count = unpacker.read_array_header()
    names: dict[str, None] = {}
    rows: list[dict[str, Any]] = []
    for index in range(row_count):
        row = unpacker.unpack()
        if not isinstance(row, dict):
            raise BadPayloadError(f"{_format} payload is not a table: row {index} is not a map, {_expected}")
        if row.keys() != names.keys():
            names.update(dict.fromkeys(row))
            check_size(_format, row_count, len(names))
        rows.append(row)
    return Frame({name: [row.get(name) for row in rows] for name in names}, row_count)


def _read_columns(unpacker: msgpack.Unpacker) -> Frame:
    columns = unpacker.unpack()
    counts = set()
    for name, cells in columns.items():
        if not isinstance(cells, list):
            raise BadPayloadError(f"{_format} payload is not a table: column {name!a} is not an array, {_expected}")
        counts.add(len(cells))
    if len(counts) > 1:
        raise BadPayloadError(f"{_format} payload is not a table: its columns have {min(counts)} to {max(counts)} rows")
    row_count = counts.pop() if counts else 0
    check_size(_format, row_count, len(columns))
    return Frame(columns, row_count)


def _map_of(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    """Makes the dict of a map. A dict alone would keep the last of two equal keys and say nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadPayloadError(f"{_format} payload has a map with one key twice")
    for key in found:
        if type(key) is not str:
            raise BadPayloadError(f"{_format} payload has the map key {key!r}, expected text")
    return found


def _refuse_extension(code: int, _: bytes) -> Any:
    raise BadPayloadError(f"{_format} payload has a value of the extension type {code}, expected -1 (timestamp)")
