"""Joins the reads of a link, so that a message which several reads bring is joined once, when it is complete."""

from __future__ import annotations


class Intake:
    """Holds the bytes that wait for the rest of their message."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._needed = 0

    def join(self, chunk: bytes) -> bytes | None:
        """Returns all bytes that wait, with this chunk. None while the message at their start is not complete."""
        if not self._chunks:
            return chunk
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size < self._needed:
            return None
        joined = b"".join(self._chunks)
        self._chunks.clear()
        return joined

    def keep(self, rest: bytes, needed: int) -> None:
        """Keeps what is left, until there are `needed` bytes. Zero: only until the next `join`."""
        if rest:
            self._chunks = [rest]
            self._size = len(rest)
            self._needed = needed
