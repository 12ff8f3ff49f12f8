"""Encodes a table as MessagePack: one array of row maps. Every row has every column; a missing cell is nil."""

from __future__ import annotations

from typing import Any

import msgpack

from ..errors import BadPayloadError
from .msgpack_columns import Columns, columns_of
from .refusal import ARROW_KEEPS_IT, HALF_A_PAIR, REPLACE_HALF_A_PAIR, Place


def encode_msgpack(data: Any) -> bytes:
    """Returns the payload. Raises a BadPayloadError that names what MessagePack cannot hold, or a PayloadTooLargeError.

    Times without a zone become timestamps (extension -1), lists and NumPy arrays become arrays, dicts become maps.
    """
    columns = columns_of(data)
    rows = [dict(zip(columns, cells)) for cells in zip(*columns.values())]
    if columns and not rows:
        text = f"the frame has {len(columns)} columns and no rows, and MessagePack would lose the columns"
        raise BadPayloadError(f"format df_msgpack: {text}; {ARROW_KEEPS_IT}")
    if not columns and isinstance(data, list) and data:
        raise BadPayloadError(f"format df_msgpack: {len(data)} rows have no column; publish rows with columns")
    try:
        return bytes(msgpack.packb(rows))
    except UnicodeEncodeError as error:
        raise _text_refused(columns) from error


def _text_refused(columns: Columns) -> BadPayloadError:
    """Returns the error for the first text with half of a surrogate pair, which UTF-8 has no bytes for."""
    for name, cells in columns.items():
        if not _is_packable(name):
            return BadPayloadError(f"format df_msgpack: the column name {name!a} {HALF_A_PAIR}; {REPLACE_HALF_A_PAIR}")
        for row, cell in enumerate(cells):
            if not _is_packable(cell):
                return Place("df_msgpack", name, row).refuse(cell, HALF_A_PAIR, REPLACE_HALF_A_PAIR)
    raise AssertionError("packing failed for no cell")


def _is_packable(cell: Any) -> bool:
    try:
        msgpack.packb(cell)
    except UnicodeEncodeError:
        return False
    return True
