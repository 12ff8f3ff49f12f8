"""The frames of a publish: checked names, a header, and the payload."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from time import time_ns
from typing import Any

from . import _wire, _zmtp
from ._checks import check_items
from ._names import check_topic, namespace_or_default
from ._payload import encode_payload
from ._wire import Frames

#: Pairs of namespace and topic whose bytes are remembered, so that a topic is checked and encoded once.
_name_cache_max_count = 65_536

_pack = _wire.FIRST_FRAME.pack
_header_bytes = _wire.HEADER.size
_short_max_bytes = 255
#: The heads of payload frames of up to 255 bytes.
_short_heads = [bytes((_zmtp.MORE, size)) for size in range(_short_max_bytes + 1)]


class PublishFrames:
    """Makes the frames of publishes of one user. May be used from any thread."""

    def __init__(self, username: str) -> None:
        self._username = _zmtp.frame(username.encode(), _zmtp.MORE)
        #: The namespace, topic and username frames.
        self._names: dict[tuple[str, str], bytes] = {}

    def make(
        self,
        namespace: str,
        topic: str,
        data: Any,
        format: str,
        compress: str | None,
        *,
        ack: bool,
        do_not_conflate: bool,
    ) -> Frames:
        """Raises a TopicFormatError, PayloadTooLargeError, BadPayloadError or BadOptionError."""
        names = self._names.get((namespace, topic)) or self._checked(namespace, topic)
        payload, format_code, flags = encode_payload(data, format, compress)
        if not ack:
            flags |= _wire.NO_REPLY
        if do_not_conflate:
            flags |= _wire.DO_NOT_CONFLATE
        size = len(payload)
        now_ms = time_ns() // 1_000_000
        header = _pack(_zmtp.MORE, _header_bytes, _wire.VERSION, _wire.PUB, format_code, flags, size, 0, now_ms)
        head = _short_heads[size] if size <= _short_max_bytes else _zmtp.head(size, _zmtp.MORE)
        return b"".join((header, names, head, payload, _wire.LAST_FRAME))

    def make_all(
        self, namespace: str, topic: str, items: Iterable[Any], format: str, compress: str | None, do_not_conflate: bool
    ) -> Iterator[Frames]:
        """Yields the frames of many publishes to one topic. At its end, also by `close`, it closes a generator that gives the items.

        Raises a BadOptionError at once when `items` is one message, and while it yields what `make` raises.
        """
        check_items(items)
        return self._each(namespace, topic, items, format, compress, do_not_conflate)

    def _each(
        self, namespace: str, topic: str, items: Iterable[Any], format: str, compress: str | None, do_not_conflate: bool
    ) -> Iterator[Frames]:
        make = self.make
        try:
            for data in items:
                yield make(namespace, topic, data, format, compress, ack=True, do_not_conflate=do_not_conflate)
        finally:
            if isinstance(items, Generator):
                items.close()

    def _checked(self, namespace: str, topic: str) -> bytes:
        texts = (namespace_or_default(namespace).encode(), check_topic(topic).encode())
        names = b"".join(_zmtp.frame(one, _zmtp.MORE) for one in texts) + self._username
        if len(self._names) >= _name_cache_max_count:
            self._names.clear()
        self._names[namespace, topic] = names
        return names


def with_flags(frames: Frames, *, add: int = 0, remove: int = 0) -> Frames:
    """Returns the frames of the same publish with other flags in the header."""
    at = _wire.FRAMES_FLAGS_OFFSET
    return frames[:at] + bytes(((frames[at] | add) & ~remove & 0xFF,)) + frames[at + 1 :]
