"""CURVE (RFC 26) without I/O, the client's side: the handshake, and the boxes of its traffic. PyNaCl computes; it is loaded on use."""

from __future__ import annotations

import importlib
import struct
from dataclasses import dataclass
from typing import Any, Final

from . import _zmtp
from ._extras import need
from .errors import BadOptionError, NotConnectedError

KEY_BYTES: Final = 32
_key_text_max = 64
_z85_bytes = 40
_box_overhead = 16
#: Name, counter, authenticator and flags: what an encrypted frame has beside the body of the plain one.
_message_overhead = 33
_message_head = b"\x07MESSAGE"
_u64 = struct.Struct(">Q")
_digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

#: Greeting of a client of CURVE.
GREETING: Final = _zmtp.GREETING[:12] + b"CURVE".ljust(20, b"\x00") + bytes(32)


@dataclass(frozen=True)
class CurveKeys:
    """The public key of the broker, and the secret key of this client; None: a pair is made for each connection."""

    server_key: bytes
    secret_key: bytes | None


def curve_keys(server_key: str | bytes | None, secret_key: str | bytes | None) -> CurveKeys | None:
    """Returns the keys that the options stand for. Raises a BadOptionError that shows no key."""
    if server_key is None:
        if secret_key is not None:
            raise BadOptionError("curve_secret_key needs curve_server_key, the public key of the broker")
        return None
    secret = None if secret_key is None else _key("curve_secret_key", secret_key)
    return CurveKeys(_key("curve_server_key", server_key), secret)


def _key(name: str, text: str | bytes) -> bytes:
    """Returns the key of a text, of Z85 as bytes (pyzmq has keys so), or of the key itself. Raises a BadOptionError."""
    if isinstance(text, bytes):
        if len(text) == KEY_BYTES:
            return text
        if len(text) != _z85_bytes:
            expected = f"{_z85_bytes} bytes of Z85 or the {KEY_BYTES} bytes of the key"
            raise BadOptionError(f"{name} has {len(text)} bytes and is not a CURVE key: expected {expected}")
        # Bytes past ASCII become digits that Z85 does not have.
        text = text.decode("latin-1")
    key = None
    if isinstance(text, str) and len(text) <= _key_text_max:
        key = _hex(text) if len(text) == _key_text_max else _z85(text)
    if key is None or len(key) != KEY_BYTES:
        raise BadOptionError(f"{name} is not a CURVE key: expected 40 characters of Z85 or 64 of hex, or bytes")
    return key


def _hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _z85(text: str) -> bytes | None:
    if len(text) % 5 or any(digit not in _digits for digit in text):
        return None
    key = b""
    for at in range(0, len(text), 5):
        value = 0
        for digit in text[at : at + 5]:
            value = value * 85 + _digits.index(digit)
        if value >= 1 << 32:
            return None
        key += value.to_bytes(4, "big")
    return key


class CurveSession:
    """One connection. `is_ready` is True when the handshake is complete."""

    def __init__(self, keys: CurveKeys, metadata: bytes) -> None:
        """Raises a MissingPackageError without PyNaCl."""
        need("nacl", "CURVE")
        self._nacl: Any = importlib.import_module("nacl.bindings")
        self._metadata = metadata
        self._server_key = keys.server_key
        self._secret = keys.secret_key or self._nacl.crypto_box_keypair()[1]
        self._own_public, self._own_secret = self._nacl.crypto_box_keypair()
        self._hello_key = self._shared(keys.server_key, self._own_secret)
        self._key = b""
        self._sent = 0
        self._received = 0
        self._unsent = b""
        self._unread = b""
        self.is_ready = False

    def hello(self) -> bytes:
        """Returns the first command."""
        self._sent = 1
        counter = _u64.pack(1)
        box = self._nacl.crypto_box_afternm(bytes(64), b"CurveZMQHELLO---" + counter, self._hello_key)
        return _command(b"\x05HELLO\x01\x00" + bytes(72) + self._own_public + counter + box)

    def answer(self, body: bytes) -> bytes:
        """Takes the body of WELCOME or READY, and returns what to send. Raises a NotConnectedError for any other."""
        if body.startswith(b"\x07WELCOME") and len(body) == 168 and not self._key:
            return self._initiate(body[8:])
        if body.startswith(b"\x05READY") and len(body) >= 14 + _box_overhead and self._key:
            self._received = _u64.unpack_from(body, 6)[0]
            self._open_box(body[14:], b"CurveZMQREADY---" + body[6:14], self._key)
            self.is_ready = True
            return b""
        raise NotConnectedError(f"the peer answered the handshake of CURVE with {body[:80]!r}")

    def seal(self, data: bytes) -> bytes:
        """Encrypts the whole frames of `data`; the beginning of another one waits for its end."""
        data, at, sealed = self._unsent + data, 0, []
        while (found := _frame_at(data, at, len(data))) is not None:
            flags, start, end = found
            self._sent += 1
            counter = _u64.pack(self._sent)
            plain = bytes(((flags & 1) | (flags & 4) >> 1,)) + data[start:end]
            box = self._nacl.crypto_box_afternm(plain, b"CurveZMQMESSAGEC" + counter, self._key)
            sealed.append(_zmtp.frame(_message_head + counter + box))
            at = end
        self._unsent = data[at:]
        return b"".join(sealed)

    def open(self, data: bytes) -> bytes:
        """Decrypts the whole frames that have arrived. Raises a NotConnectedError for one that is not genuine or is out of order."""
        data, at, opened = self._unread + data, 0, []
        while (found := _frame_at(data, at, len(data))) is not None:
            _, start, end = found
            opened.append(self._open_message(data[start:end]))
            at = end
        self._unread = data[at:]
        return b"".join(opened)

    def _open_message(self, body: bytes) -> bytes:
        if len(body) < _message_overhead or not body.startswith(_message_head):
            raise NotConnectedError("the peer sent a frame that is not encrypted")
        (counter,) = _u64.unpack_from(body, 8)
        if counter <= self._received:
            raise NotConnectedError("the peer sent an encrypted frame a second time, or out of order")
        self._received = counter
        plain = self._open_box(body[16:], b"CurveZMQMESSAGES" + body[8:16], self._key)
        flags = plain[0]
        return _zmtp.frame(plain[1:], (flags & 1) | (flags & 2) << 1)

    def _initiate(self, welcome: bytes) -> bytes:
        plain = self._open_box(welcome[16:], b"WELCOME-" + welcome[:16], self._hello_key)
        server_short, cookie = plain[:KEY_BYTES], plain[KEY_BYTES:]
        self._key = self._shared(server_short, self._own_secret)
        public = self._nacl.crypto_scalarmult_base(self._secret)
        random = self._nacl.randombytes(16)
        vouch_key = self._shared(server_short, self._secret)
        vouch = self._nacl.crypto_box_afternm(self._own_public + self._server_key, b"VOUCH---" + random, vouch_key)
        self._sent = 2
        counter = _u64.pack(2)
        content = public + random + vouch + self._metadata
        box = self._nacl.crypto_box_afternm(content, b"CurveZMQINITIATE" + counter, self._key)
        return _command(b"\x08INITIATE" + cookie + counter + box)

    def _open_box(self, box: bytes, nonce: bytes, key: bytes) -> bytes:
        try:
            return bytes(self._nacl.crypto_box_open_afternm(box, nonce, key))
        except Exception as error:
            text = "a box of the peer cannot be opened: it has not the key curve_server_key, or the bytes were changed"
            raise NotConnectedError(text) from error

    def _shared(self, public: bytes, secret: bytes) -> bytes:
        return bytes(self._nacl.crypto_box_beforenm(public, secret))


def _frame_at(data: bytes, at: int, end: int) -> tuple[int, int, int] | None:
    """The flags of the frame at `at`, and where its body is; None while it is not whole."""
    if at + 2 > end:
        return None
    flags = data[at]
    if flags > 7:
        raise NotConnectedError("the peer sent a frame that is not ZMTP")
    start = at + 9 if flags & _zmtp.LONG else at + 2
    if start > end:
        return None
    size = _u64.unpack_from(data, at + 1)[0] if flags & _zmtp.LONG else data[at + 1]
    if size > _zmtp.MESSAGE_MAX_BYTES:
        raise NotConnectedError(f"the peer sent a frame of {size} bytes, the limit is {_zmtp.MESSAGE_MAX_BYTES}")
    return (flags, start, start + size) if start + size <= end else None


def _command(body: bytes) -> bytes:
    return _zmtp.frame(body, _zmtp.COMMAND)
