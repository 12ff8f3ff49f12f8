"""Walks the messages of an Arrow IPC stream and adds up what they declare, before anything is decoded.

A batch of a few bytes may declare buffers that decompress to gigabytes, or columns of nulls with any number of rows. The tables of the
messages are FlatBuffers (Arrow's Message.fbs and Schema.fbs). Comes before `arrow_decode`.
"""

from __future__ import annotations

import struct
from typing import Any

from .._limits import ARROW_BODYLESS_ROW_MAX_COUNT, ARROW_ROW_MAX_COUNT, CELL_MAX_COUNT, COLUMN_MAX_COUNT, too_many
from ..errors import BadPayloadError, PayloadTooLargeError

_continuation = 0xFFFF_FFFF
_schema, _dictionary_batch, _record_batch = 1, 2, 3
_u16 = struct.Struct("<H")
_u32 = struct.Struct("<I")
_i32 = struct.Struct("<i")
_i64 = struct.Struct("<q")
_pair = struct.Struct("<qq")


class _Table:
    """One table of a FlatBuffer. Reading outside of the bytes raises a struct.error."""

    def __init__(self, data: memoryview, at: int) -> None:
        self._data = data
        self._at = at
        self._vtable = at - _i32.unpack_from(data, at)[0]
        self._vtable_bytes = _u16.unpack_from(data, self._vtable)[0]

    @staticmethod
    def root(data: memoryview) -> _Table:
        return _Table(data, _u32.unpack_from(data, 0)[0])

    def number(self, field: int, kind: struct.Struct) -> int:
        at = self._field(field)
        return 0 if at is None else int(kind.unpack_from(self._data, at)[0])

    def table(self, field: int) -> _Table | None:
        at = self._field(field)
        return None if at is None else _Table(self._data, at + _u32.unpack_from(self._data, at)[0])

    def vector_count(self, field: int) -> int:
        vector = self._vector(field)
        return 0 if vector is None else vector[1]

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """Returns a vector of structs of two 64-bit integers."""
        vector = self._vector(field)
        if vector is None:
            return []
        at, count = vector
        if at + 16 * count > len(self._data):
            raise struct.error("a vector ends outside of its message")
        return [(one, other) for one, other in _pair.iter_unpack(self._data[at : at + 16 * count])]

    def _vector(self, field: int) -> tuple[int, int] | None:
        at = self._field(field)
        if at is None:
            return None
        at += _u32.unpack_from(self._data, at)[0]
        return at + 4, _u32.unpack_from(self._data, at)[0]

    def _field(self, field: int) -> int | None:
        slot = 4 + 2 * field
        if slot >= self._vtable_bytes:
            return None
        offset = _u16.unpack_from(self._data, self._vtable + slot)[0]
        return self._at + offset if offset else None


class _Sums:
    """What the messages so far declare together."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._bytes = 0
        self._rows = 0
        self._values = 0

    def add(self, batch: _Table, body: memoryview, is_record: bool) -> None:
        """Adds a batch. Raises a PayloadTooLargeError at the first sum above its limit."""
        row_count = batch.number(0, _i64)
        buffers = batch.pairs(2)
        is_compressed = batch.table(3) is not None
        for at, size in buffers:
            if at < 0 or size < 0 or at + size > len(body):
                raise struct.error("a buffer ends outside of its message")
            self._bytes += _plain_bytes(body, at, size) if is_compressed else size
        if self._bytes > self._limit_bytes:
            text = f"df_pyarrow payload decompresses to {self._bytes} bytes or more, the limit is {self._limit_bytes}"
            raise PayloadTooLargeError(text, self._bytes, self._limit_bytes)
        most = ARROW_ROW_MAX_COUNT if len(body) > 0 else ARROW_BODYLESS_ROW_MAX_COUNT
        counts = [count for count, _ in batch.pairs(1)]
        for count in (row_count, *counts):
            if not 0 <= count <= most:
                raise too_many("a batch of a df_pyarrow payload", count, "rows", most)
        self._rows += row_count if is_record else 0
        if self._rows > ARROW_ROW_MAX_COUNT:
            raise too_many("df_pyarrow payload", self._rows, "rows", ARROW_ROW_MAX_COUNT)
        self._values += sum(counts)
        # Most values take at least one byte. Nulls take none, and are made into cells all the same.
        most_values = CELL_MAX_COUNT + self._bytes
        if self._values > most_values:
            raise too_many("df_pyarrow payload", self._values, "values", most_values)


def walk_arrow(data: bytes, limit_bytes: int) -> None:
    """Raises a PayloadTooLargeError for a stream that declares more than the limits, and a BadPayloadError for other bytes."""
    if data[:6] == b"ARROW1":
        raise BadPayloadError("df_pyarrow payload is an Arrow file, expected an Arrow IPC stream")
    try:
        _walk(memoryview(data), _Sums(limit_bytes))
    except struct.error as error:
        raise BadPayloadError(
            f"df_pyarrow payload cannot be read: the stream is cut short or damaged: {error}"
        ) from error


def _walk(data: memoryview, sums: _Sums) -> None:
    at = 0
    while at < len(data):
        if _u32.unpack_from(data, at)[0] != _continuation:
            raise struct.error("a message does not begin with 0xFFFFFFFF")
        size = _i32.unpack_from(data, at + 4)[0]
        if size == 0:
            break
        start = at + 8
        if size < 0 or start + size > len(data):
            raise struct.error("a message ends outside of the payload")
        message = _Table.root(data[start : start + size])
        body_bytes = message.number(3, _i64)
        at = start + size + body_bytes
        if body_bytes < 0 or at > len(data):
            raise struct.error("a body ends outside of the payload")
        _add(sums, message, data[start + size : at])
    if at == 0:
        raise struct.error("it is empty")


def _add(sums: _Sums, message: _Table, body: memoryview) -> None:
    kind = message.number(1, struct.Struct("<B"))
    content: Any = message.table(2)
    if content is None:
        raise struct.error("a message has no header")
    if kind == _schema:
        count = content.vector_count(1)
        if count > COLUMN_MAX_COUNT:
            raise too_many("df_pyarrow payload", count, "columns", COLUMN_MAX_COUNT)
    elif kind == _record_batch:
        sums.add(content, body, True)
    elif kind == _dictionary_batch:
        batch = content.table(1)
        if batch is not None:
            sums.add(batch, body, False)


def _plain_bytes(body: memoryview, at: int, size: int) -> int:
    """Returns the bytes of a buffer after decompression, which stand before it. -1 stands for a buffer that is not compressed."""
    if size == 0:
        return 0
    if size < 8:
        raise struct.error("a compressed buffer has no length")
    declared = int(_i64.unpack_from(body, at)[0])
    if declared < -1:
        raise struct.error("a compressed buffer has a negative length")
    return size - 8 if declared == -1 else declared
