"""The limits of payloads and frames. They are those of packages/protocol/src/limits.ts."""

from __future__ import annotations

from .errors import PayloadTooLargeError

#: The largest payload of each format, in bytes before compression and after decompression.
LIMIT_BYTES = {"bytes": 10_485_760, "string": 8_192, "df_msgpack": 1_048_576, "df_pyarrow": 67_108_864}
#: Rows x columns of a df_msgpack frame. Rows with names of their own reach millions of cells in a payload of a few KB.
CELL_MAX_COUNT = 8_388_608
#: Columns of a frame.
COLUMN_MAX_COUNT = 32_768
#: Levels of lists and maps in a cell.
DEPTH_MAX = 32
#: Rows of an Arrow stream, and rows of a batch without a body: a column of nulls takes no bytes, so a limit on bytes does not bound them.
ARROW_ROW_MAX_COUNT = 1 << 26
ARROW_BODYLESS_ROW_MAX_COUNT = 1 << 20


def check_size(format: str, row_count: int, column_count: int) -> None:
    """Raises a PayloadTooLargeError for a frame with too many columns or cells."""
    if column_count > COLUMN_MAX_COUNT:
        raise too_many(f"{format} frame", column_count, "columns", COLUMN_MAX_COUNT)
    if format == "df_msgpack" and row_count * column_count > CELL_MAX_COUNT:
        size = f"{format} frame of {row_count} rows and {column_count} columns"
        raise too_many(size, row_count * column_count, "cells", CELL_MAX_COUNT)


def too_many(what: str, count: int, unit: str, limit: int) -> PayloadTooLargeError:
    """Returns the error for a count above its limit."""
    return PayloadTooLargeError(f"{what} has {count} {unit}, the limit is {limit}; send it in parts", count, limit)
