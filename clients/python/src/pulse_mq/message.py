"""The message that a subscription delivers."""

from __future__ import annotations

from typing import Any, Final

from . import _wire
from ._extras import need
from ._payload import decode_arrow_table, decode_last_row, decode_payload, decode_rows
from .errors import BadOptionError


class _NotDecoded:
    """Marks data that has not been decoded yet."""


NOT_DECODED: Final = _NotDecoded()
_new = object.__new__
#: The time in the block of a message that the constructor made, which no broker has received.
_never_received = -1


class Route:
    """The namespace, topic and publisher of a message. All messages of one topic and publisher share one Route."""

    __slots__ = ("namespace", "topic", "username_bytes")

    def __init__(self, namespace: str, topic: str, username: bytes) -> None:
        self.namespace = namespace
        self.topic = topic
        self.username_bytes = username


class PulseMessage:
    """One message as it arrived. It is read-only. The payload is decoded when `data` is first read.

    It is a value: it can be pickled and copied, and it crosses processes. A copy of a received message has the payload as it was
    published, and decodes it anew.
    """

    __slots__ = ("_data", "_header", "_payload", "_reserved", "_route")

    _route: Route
    _header: bytes
    #: None for a message made by the constructor, which has only data.
    _payload: bytes | None
    _reserved: bytes
    _data: Any

    def __init__(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str = "bytes",
        timestamp: int = 0,
        compressed: str | None = None,
        *,
        username: str = "",
        sequence: int = 0,
        epoch: int = 0,
    ) -> None:
        """Makes a message for tests of code that takes messages. The client makes its own.

        `timestamp` is Unix milliseconds. Raises a BadOptionError for an unknown `format`.
        """
        if format not in _wire.FORMAT_CODES:
            raise BadOptionError(f"format is {format!r}, expected {', '.join(_wire.FORMATS)}")
        flags = 0 if compressed is None else _wire.ALGORITHM_CODES[compressed]
        self._route = Route(namespace, topic, username.encode())
        self._header = _wire.HEADER.pack(_wire.VERSION, _wire.PUB, _wire.FORMAT_CODES[format], flags, 0, 0, timestamp)
        self._payload = None
        self._reserved = _wire.BLOCK.pack(_wire.BLOCK_VERSION, 0, 0, epoch, sequence, _never_received)
        self._data = data

    @property
    def namespace(self) -> str:
        """The namespace it was published to."""
        return self._route.namespace

    @property
    def topic(self) -> str:
        """The topic it was published to."""
        return self._route.topic

    @property
    def data(self) -> Any:
        """The decoded payload: bytes, str or a pandas DataFrame, by `format`.

        Raises a BadPayloadError when the payload does not follow its format, and a PayloadTooLargeError when it decompresses to
        more than the limit of its format.
        """
        if self._data is NOT_DECODED:
            self._data = decode_payload(self.payload, self._header[2], self._header[_wire.FLAGS_OFFSET])
        return self._data

    def to_arrow(self) -> Any:
        """Returns the DataFrame as a pyarrow Table, without pandas.

        The columns of an uncompressed df_pyarrow payload are views of it: nothing is copied. An index of pandas is a column. Raises a
        BadPayloadError also for `bytes` and `string`, and a MissingPackageError without pyarrow.
        """
        if self._payload is not None:
            return decode_arrow_table(self._payload, self._header[2], self._header[_wire.FLAGS_OFFSET])
        from ._frames.arrow_encode import arrow_table

        return arrow_table(self._data)

    def to_polars(self) -> Any:
        """Returns the DataFrame as one of polars, which shares the memory of `to_arrow()` where polars can. Raises as `to_arrow`."""
        from ._frames.arrow_to_polars import polars_of_arrow

        need("polars", "to_polars()")
        return polars_of_arrow(self.to_arrow())

    @property
    def payload(self) -> bytes:
        """The payload as it was published, still compressed. Empty for a message made by the constructor."""
        return self._payload or b""

    @property
    def format(self) -> str:
        """`bytes`, `string`, `df_msgpack` or `df_pyarrow`."""
        code = self._header[2]
        return _wire.FORMATS[code] if code < len(_wire.FORMATS) else f"format {code}"

    @property
    def timestamp(self) -> int:
        """When it was published, by the publisher's clock, in Unix milliseconds."""
        return int.from_bytes(self._header[12:20], "big", signed=True)

    @property
    def compressed(self) -> str | None:
        """`zlib`, `lz4` or `zstd`. None for a payload that is not compressed."""
        code = self._header[_wire.FLAGS_OFFSET] & _wire.COMPRESSION_MASK
        return _wire.ALGORITHMS[code - 1] if 1 <= code <= len(_wire.ALGORITHMS) else None

    @property
    def username(self) -> str:
        """The user who published it. The broker has checked the name."""
        return self._route.username_bytes.decode("utf-8", "replace")

    @property
    def sequence(self) -> int:
        """The number of this message in its topic and epoch, from 1. 0 from the broker of 0.3.0, which does not count."""
        return int(self._block()[4]) if self._has_block() else 0

    @property
    def epoch(self) -> int:
        """A number that changes whenever the sequence numbers start again. 0 from the broker of 0.3.0."""
        return int(self._block()[3]) if self._has_block() else 0

    @property
    def received_at(self) -> float | None:
        """When the broker received it, by the broker's clock, in Unix seconds with microseconds. None from the broker of 0.3.0."""
        micros = self._block()[5] if self._has_block() else _never_received
        return None if micros == _never_received else micros / 1_000_000

    @property
    def after_drop(self) -> bool:
        """True when the broker dropped messages for this client just before this one."""
        return self._bit(_wire.DROPPED_BIT)

    @property
    def is_snapshot(self) -> bool:
        """True for a last value that the broker has sent because a subscription asked for a snapshot. It is not a new message."""
        return self._bit(_wire.SNAPSHOT_BIT)

    @property
    def is_recovered(self) -> bool:
        """True for a message that was missing and was asked from the broker's history: it stands in its place, but came later."""
        return self._bit(_wire.RECOVERED_BIT)

    @property
    def is_replayed(self) -> bool:
        """True for a message of the past that a replay delivers."""
        return self._bit(_wire.REPLAYED_BIT)

    @property
    def is_conflated(self) -> bool:
        """True for a message that stands for several updates, of which it is the newest."""
        return self._bit(_wire.CONFLATED_BIT)

    @property
    def conflated_count(self) -> int:
        """The number of updates that it stands for, itself included, at most 65,535. 0 when it is not conflated."""
        return int(self._block()[2]) if self._has_block() else 0

    @property
    def maybe_duplicate(self) -> bool:
        """True when its publisher sent it again, because the first attempt had no reply."""
        return bool(self._header[_wire.FLAGS_OFFSET] & _wire.MAYBE_DUPLICATE)

    def __repr__(self) -> str:
        size = f", {len(self._payload)} bytes" if self._payload else ""
        return f"<PulseMessage {self.namespace} {self.topic} #{self.sequence} {self.format}{size}>"

    def __reduce__(self) -> tuple[Any, ...]:
        # A received message goes without its decoded data, which the copy makes anew from the payload when it is read.
        data = self._data if self._payload is None else None
        route = self._route
        frames = (self._header, route.username_bytes, self._payload, self._reserved)
        return _restored, (route.namespace, route.topic, *frames, data)

    def _has_block(self) -> bool:
        return len(self._reserved) >= _wire.BLOCK.size and self._reserved[0] == _wire.BLOCK_VERSION

    def _block(self) -> tuple[Any, ...]:
        return _wire.BLOCK.unpack_from(self._reserved)

    def _bit(self, bit: int) -> bool:
        return self._has_block() and bool(self._reserved[1] & bit)


def received(route: Route, header: bytes, payload: bytes, reserved: bytes) -> PulseMessage:
    """Makes a message from the frames of a delivery."""
    message: PulseMessage = _new(PulseMessage)
    message._route = route
    message._header = header
    message._payload = payload
    message._reserved = reserved
    message._data = NOT_DECODED
    return message


def last_row_of(message: PulseMessage) -> dict[Any, Any]:
    """Returns the last row of a received DataFrame by column. Raises as `PulseMessage.to_arrow`."""
    return decode_last_row(message.payload, message._header[2], message._header[_wire.FLAGS_OFFSET])


def rows_of(message: PulseMessage) -> list[dict[Any, Any]]:
    """Returns all rows of a received DataFrame, each by column. Raises as `PulseMessage.to_arrow`."""
    return decode_rows(message.payload, message._header[2], message._header[_wire.FLAGS_OFFSET])


def _restored(
    namespace: str,
    topic: str,
    header: bytes,
    username: bytes,
    payload: bytes | None,
    reserved: bytes,
    data: Any,
) -> PulseMessage:
    """Makes the copy of a message, also in another process. Pickles name this function, so it keeps its name and arguments."""
    message = received(Route(namespace, topic, username), header, payload or b"", reserved)
    if payload is None:
        message._payload = None
        message._data = data
    return message
