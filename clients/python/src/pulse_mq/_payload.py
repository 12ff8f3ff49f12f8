"""Encodes data as a payload and decodes it again. Both check the limit of the format."""

from __future__ import annotations

from typing import Any

from . import _wire
from ._compression import THRESHOLD_BYTES, check_algorithm, compress, decompress
from ._limits import LIMIT_BYTES
from .errors import BadOptionError, BadPayloadError, PayloadTooLargeError

#: What an index of pandas without a name is called in Arrow.
_unnamed_index = "__index_level_"


def encode_payload(data: Any, format: str, algorithm: str | None) -> tuple[bytes, int, int]:
    """Returns the payload frame, the format code and the compression code.

    Raises a BadOptionError for an unknown format or algorithm, a BadPayloadError for data the format cannot hold, and a
    PayloadTooLargeError.
    """
    encode = _encoders.get(format)
    if encode is None:
        raise BadOptionError(f"format is {format!r}, expected {', '.join(_wire.FORMATS)}")
    plain = encode(data)
    size = len(plain)
    limit = LIMIT_BYTES[format]
    if size > limit:
        raise PayloadTooLargeError(f"payload of format {format} has {size} bytes, the limit is {limit}", size, limit)
    if algorithm is None:
        return plain, _wire.FORMAT_CODES[format], 0
    check_algorithm(algorithm)
    if size < THRESHOLD_BYTES:
        return plain, _wire.FORMAT_CODES[format], 0
    return compress(algorithm, plain), _wire.FORMAT_CODES[format], _wire.ALGORITHM_CODES[algorithm]


def decode_payload(payload: bytes, format_code: int, flags: int) -> Any:
    """Returns bytes, str or a pandas DataFrame, by format. `flags` are those of the header.

    Raises a BadPayloadError, a PayloadTooLargeError, or a MissingPackageError without pyarrow.
    """
    format, plain = _plain_payload(payload, format_code, flags)
    if format == "bytes":
        return plain
    if format == "string":
        try:
            return plain.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadPayloadError(f"string payload is not UTF-8: {error}") from error
    if format == "df_pyarrow":
        from ._frames.arrow_decode import pandas_of_arrow, read_arrow

        return pandas_of_arrow(read_arrow(plain, LIMIT_BYTES[format]))
    from ._frames.msgpack_decode import read_msgpack
    from ._frames.msgpack_pandas import pandas_of

    return pandas_of(read_msgpack(plain))


def decode_arrow_table(payload: bytes, format_code: int, flags: int) -> Any:
    """Returns a pyarrow Table of a DataFrame payload.

    Raises a BadPayloadError, also for the formats bytes and string, a PayloadTooLargeError or a MissingPackageError.
    """
    format, plain = _plain_payload(payload, format_code, flags)
    if format == "df_pyarrow":
        from ._frames.arrow_decode import read_arrow

        return read_arrow(plain, LIMIT_BYTES[format])
    if format == "df_msgpack":
        from ._frames.msgpack_decode import read_msgpack
        from ._frames.msgpack_table import arrow_of

        return arrow_of(read_msgpack(plain))
    raise BadPayloadError(f"a message of format {format} is not a table; read message.data")


def decode_last_row(payload: bytes, format_code: int, flags: int) -> dict[Any, Any]:
    """Returns the last row of a DataFrame payload by column, empty for one without rows. An index of pandas without a name is left out.

    Nothing is made of the rows before it. Raises as `decode_arrow_table`.
    """
    format, plain = _plain_payload(payload, format_code, flags)
    if format == "df_msgpack":
        from ._frames.msgpack_decode import read_msgpack
        from ._frames.msgpack_pandas import last_row_of

        return last_row_of(read_msgpack(plain))
    table = decode_arrow_table(payload, format_code, flags)
    if table.num_rows == 0:
        return {}
    names = [name for name in table.column_names if not name.startswith(_unnamed_index)]
    return {name: table.column(name)[-1].as_py() for name in names}


def decode_rows(payload: bytes, format_code: int, flags: int) -> list[dict[Any, Any]]:
    """Returns all rows of a DataFrame payload, each as `decode_last_row` has the last one. Raises as it."""
    format, plain = _plain_payload(payload, format_code, flags)
    if format == "df_msgpack":
        from ._frames.msgpack_decode import read_msgpack
        from ._frames.msgpack_pandas import rows_of

        return rows_of(read_msgpack(plain))
    table = decode_arrow_table(payload, format_code, flags)
    names = [name for name in table.column_names if not name.startswith(_unnamed_index)]
    columns = {name: [cell.as_py() for cell in table.column(name)] for name in names}
    return [{name: cells[row] for name, cells in columns.items()} for row in range(table.num_rows)]


def _plain_payload(payload: bytes, format_code: int, flags: int) -> tuple[str, bytes]:
    """Returns the format, and the payload after decompression. Raises a BadPayloadError or a PayloadTooLargeError."""
    if format_code >= len(_wire.FORMATS):
        raise BadPayloadError(f"format code {format_code} is unknown, expected 0 to {len(_wire.FORMATS) - 1}")
    format = _wire.FORMATS[format_code]
    limit = LIMIT_BYTES[format]
    code = flags & _wire.COMPRESSION_MASK
    plain = payload if code == 0 else decompress(code, payload, limit)
    if len(plain) > limit:
        size = len(plain)
        raise PayloadTooLargeError(f"payload of format {format} has {size} bytes, the limit is {limit}", size, limit)
    return format, plain


def _encode_bytes(data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    if isinstance(data, (bytearray, memoryview)):
        return bytes(data)
    hint = '; send text with format="string"' if isinstance(data, str) else ""
    if hasattr(data, "columns") or hasattr(data, "__arrow_c_stream__"):
        hint = '; send a table with format="df_pyarrow" or format="df_msgpack"'
    raise BadPayloadError(f"format bytes takes bytes, bytearray or memoryview, not {type(data).__name__}{hint}")


def _encode_string(data: Any) -> bytes:
    if isinstance(data, str):
        try:
            return data.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadPayloadError(f"format string: {error}") from error
    if isinstance(data, bytes):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadPayloadError(f"format string: these bytes are not UTF-8: {error}") from error
        return data
    raise BadPayloadError(f"format string takes str, or UTF-8 as bytes, not {type(data).__name__}")


def _encode_msgpack(data: Any) -> bytes:
    from ._frames.msgpack_encode import encode_msgpack

    return encode_msgpack(data)


def _encode_arrow(data: Any) -> bytes:
    from ._frames.arrow_encode import encode_arrow

    return encode_arrow(data)


_encoders = {
    "bytes": _encode_bytes,
    "string": _encode_string,
    "df_msgpack": _encode_msgpack,
    "df_pyarrow": _encode_arrow,
}
