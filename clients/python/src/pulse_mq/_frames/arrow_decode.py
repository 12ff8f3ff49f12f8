"""Reads a df_pyarrow payload: an Arrow IPC stream, as an Arrow table and as a pandas DataFrame."""

from __future__ import annotations

from typing import Any

from .._extras import need
from ..errors import BadPayloadError, PulseMQError
from .arrow_walk import walk_arrow

_format = "df_pyarrow"


def read_arrow(data: bytes, limit_bytes: int) -> Any:
    """Returns the pyarrow Table, whose columns are views of `data` where these are not compressed.

    Compressed buffers inside it may decompress to `limit_bytes` in all. Raises a BadPayloadError, a PayloadTooLargeError or a
    MissingPackageError.
    """
    pa = need("pyarrow", "a df_pyarrow message")
    walk_arrow(data, limit_bytes)
    try:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            for field in reader.schema:
                _check_type(pa, field.type, field.name, is_nested=False)
            table = reader.read_all()
        # In full: an offset outside of its buffer would end the process when the column is read.
        table.validate(full=True)
    except PulseMQError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise BadPayloadError(f"{_format} payload cannot be read: {error}") from error
    return table


def pandas_of_arrow(table: Any) -> Any:
    """Returns a DataFrame, with the index and dtypes of the sender's pandas. Raises a BadPayloadError."""
    need("pyarrow", "a df_pyarrow message")
    from .arrow_to_pandas import frame_of

    try:
        return frame_of(table)
    except PulseMQError:
        raise
    except Exception as error:
        # The metadata for pandas comes from the sender too, and pandas raises any kind of error for a wrong one.
        raise BadPayloadError(
            f"{_format} payload cannot be made a DataFrame: {error}; read message.to_arrow()"
        ) from error


def _check_type(pa: Any, kind: Any, name: str, is_nested: bool) -> None:
    """Refuses types in which one value stands for many: a small payload would become gigabytes in pandas."""
    types = pa.types
    is_view = types.is_string_view(kind) or types.is_binary_view(kind)
    is_list_view = types.is_list_view(kind) or types.is_large_list_view(kind)
    is_spread = is_view or is_list_view or types.is_run_end_encoded(kind) or (is_nested and types.is_dictionary(kind))
    if is_spread:
        text = f'column "{name}" has values of the Arrow type {kind}, which is not accepted'
        raise BadPayloadError(f"{_format} payload: {text}; the sender casts it to the type of its values")
    for at in range(kind.num_fields):
        _check_type(pa, kind.field(at).type, name, is_nested=True)
