"""Compresses payloads, and decompresses them up to a limit."""

from __future__ import annotations

import zlib

from . import _wire
from .errors import BadOptionError, BadPayloadError, PayloadTooLargeError

#: A payload shorter than this is sent uncompressed.
THRESHOLD_BYTES = 1_024

_zstd_level = 3


def check_algorithm(algorithm: str | None) -> None:
    """Raises a BadOptionError for an unknown algorithm. None is allowed."""
    if algorithm is not None and algorithm not in _wire.ALGORITHM_CODES:
        raise BadOptionError(f"compress is {algorithm!r}, expected {', '.join(_wire.ALGORITHMS)} or None")


def compress(algorithm: str, data: bytes) -> bytes:
    """Compresses with a checked algorithm."""
    if algorithm == "zlib":
        return zlib.compress(data)
    if algorithm == "lz4":
        from lz4 import frame

        return bytes(frame.compress(data, store_size=True))
    # This call writes the content size into the header. The package pulse-mq 0.3.0 refuses a frame without it.
    import zstandard

    return zstandard.ZstdCompressor(level=_zstd_level).compress(data)


def decompress(code: int, data: bytes, limit_bytes: int) -> bytes:
    """Decompresses by compression code. Stops at the limit, whatever the payload claims.

    Raises a BadPayloadError, or a PayloadTooLargeError for a result of more than `limit_bytes`.
    """
    if not 1 <= code <= len(_wire.ALGORITHMS):
        raise BadPayloadError(f"compression code {code} is unknown, expected 1 to {len(_wire.ALGORITHMS)}")
    algorithm = _wire.ALGORITHMS[code - 1]
    try:
        plain = _readers[algorithm](data, limit_bytes + 1)
    except (zlib.error, RuntimeError, EOFError) as error:
        raise BadPayloadError(f"{algorithm} payload cannot be decompressed: {error}") from error
    if plain is None:
        raise BadPayloadError(f"{algorithm} payload is truncated")
    if len(plain) > limit_bytes:
        text = f"{algorithm} payload decompresses to more than the limit of {limit_bytes} bytes"
        raise PayloadTooLargeError(text, len(plain), limit_bytes)
    return plain


def _read_zlib(data: bytes, max_bytes: int) -> bytes | None:
    reader = zlib.decompressobj()
    plain = reader.decompress(data, max_bytes)
    return plain if reader.eof or len(plain) >= max_bytes else None


def _read_lz4(data: bytes, max_bytes: int) -> bytes | None:
    from lz4 import frame

    reader = frame.LZ4FrameDecompressor()
    plain = bytes(reader.decompress(data, max_length=max_bytes))
    return plain if reader.eof or len(plain) >= max_bytes else None


def _read_zstd(data: bytes, max_bytes: int) -> bytes | None:
    import zstandard

    try:
        return _read_zstd_frame(data, max_bytes)
    except zstandard.ZstdError as error:
        raise BadPayloadError(f"zstd payload cannot be decompressed: {error}") from error


def _read_zstd_frame(data: bytes, max_bytes: int) -> bytes | None:
    import zstandard

    size = zstandard.frame_content_size(data)
    if size >= max_bytes:
        raise PayloadTooLargeError(
            f"zstd payload declares {size} bytes, the limit is {max_bytes - 1}", size, max_bytes - 1
        )
    if size >= 0:
        return zstandard.ZstdDecompressor().decompress(data)
    # A frame that does not declare its size is read in pieces, up to the limit.
    pieces = bytearray()
    with zstandard.ZstdDecompressor().stream_reader(data) as reader:
        while len(pieces) < max_bytes:
            piece = reader.read(min(max_bytes - len(pieces), 1_048_576))
            if not piece:
                break
            pieces += piece
    if len(pieces) >= max_bytes:
        return bytes(pieces)
    # The reader ends in the same way for a truncated frame, so the end of the frame is checked separately.
    whole = zstandard.ZstdDecompressor().decompressobj()
    whole.decompress(data)
    return bytes(pieces) if whole.eof else None


_readers = {"zlib": _read_zlib, "lz4": _read_lz4, "zstd": _read_zstd}
