"""Compression of payloads, held to a limit on the way back."""

from __future__ import annotations

import zlib

import lz4.frame
import zstandard

from . import _wire
from .errors import BadOptionError, BadPayloadError, PayloadTooLargeError

#: A shorter payload goes as it is, also when compression was asked for.
THRESHOLD_BYTES = 1_024

_zstd_level = 3


def check_algorithm(algorithm: str | None) -> None:
    """Raises a BadOptionError for a name nobody knows, at any size of the payload."""
    if algorithm is not None and algorithm not in _wire.ALGORITHM_CODES:
        raise BadOptionError(f"compress is {algorithm!r}, expected {', '.join(_wire.ALGORITHMS)} or None")


def compress(algorithm: str, data: bytes) -> bytes:
    if algorithm == "zlib":
        return zlib.compress(data)
    if algorithm == "lz4":
        return bytes(lz4.frame.compress(data, store_size=True))
    # With its content size in the header: readers of 0.3.0 refuse a frame without.
    return zstandard.ZstdCompressor(level=_zstd_level).compress(data)


def decompress(code: int, data: bytes, limit_bytes: int) -> bytes:
    """Raises a BadPayloadError, or a PayloadTooLargeError as soon as the result passes the limit."""
    if not 1 <= code <= len(_wire.ALGORITHMS):
        raise BadPayloadError(f"compression code {code} is unknown")
    algorithm = _wire.ALGORITHMS[code - 1]
    try:
        plain = _readers[algorithm](data, limit_bytes + 1)
    except (zlib.error, zstandard.ZstdError, RuntimeError, EOFError) as error:
        raise BadPayloadError(f"{algorithm} payload cannot be decompressed: {error}") from error
    if plain is None:
        raise BadPayloadError(f"{algorithm} payload is cut short")
    if len(plain) > limit_bytes:
        text = f"{algorithm} payload, decompressed, has more than {limit_bytes} bytes, the limit"
        raise PayloadTooLargeError(text, len(plain), limit_bytes)
    return plain


def _read_zlib(data: bytes, max_bytes: int) -> bytes | None:
    reader = zlib.decompressobj()
    plain = reader.decompress(data, max_bytes)
    return plain if reader.eof or len(plain) >= max_bytes else None


def _read_lz4(data: bytes, max_bytes: int) -> bytes | None:
    reader = lz4.frame.LZ4FrameDecompressor()
    plain = bytes(reader.decompress(data, max_length=max_bytes))
    return plain if reader.eof or len(plain) >= max_bytes else None


def _read_zstd(data: bytes, max_bytes: int) -> bytes | None:
    size = zstandard.frame_content_size(data)
    if size >= max_bytes:
        raise PayloadTooLargeError(
            f"zstd payload says it has {size} bytes, the limit is {max_bytes - 1}", size, max_bytes - 1
        )
    if size >= 0:
        return zstandard.ZstdDecompressor().decompress(data)
    # A frame that does not say how large it becomes is read piece by piece.
    pieces = bytearray()
    with zstandard.ZstdDecompressor().stream_reader(data) as reader:
        while len(pieces) < max_bytes:
            piece = reader.read(min(max_bytes - len(pieces), 1_048_576))
            if not piece:
                break
            pieces += piece
    if len(pieces) >= max_bytes:
        return bytes(pieces)
    # The reader takes a torn frame for a short one.
    whole = zstandard.ZstdDecompressor().decompressobj()
    whole.decompress(data)
    return bytes(pieces) if whole.eof else None


_readers = {"zlib": _read_zlib, "lz4": _read_lz4, "zstd": _read_zstd}
