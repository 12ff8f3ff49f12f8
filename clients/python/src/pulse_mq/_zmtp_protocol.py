"""What asyncio calls for one TCP connection: the ZMTP handshake, and then the bytes. One for each attempt of a link to connect."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol, cast

from . import _zmtp
from ._curve import GREETING as _CURVE_GREETING
from ._curve import CurveKeys, CurveSession
from .errors import NotConnectedError

#: Bytes that asyncio queues for the kernel before it asks for a pause.
_write_limit_bytes = 1_048_576


class ProtocolOwner(Protocol):
    """What the protocol asks of its link."""

    @property
    def shown(self) -> str:
        """The address, as errors show it."""

    def on_arrival(self, data: bytes) -> None:
        """Called with what has arrived after the handshake."""

    def on_loss(self, error: Exception | None) -> None:
        """Called when the peer has closed the connection, or it was reset."""

    def on_room(self) -> None:
        """Called when there is room to write again."""


class ZmtpProtocol(asyncio.Protocol):
    """Connects a link with asyncio. All calls on the loop's thread."""

    transport: asyncio.Transport

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket_type: str,
        owner: ProtocolOwner,
        curve: CurveKeys | None = None,
    ) -> None:
        self._socket_type = socket_type
        self._curve = None if curve is None else CurveSession(curve, _zmtp.metadata(socket_type))
        self._is_greeted = False
        self._owner: ProtocolOwner | None = owner
        self._early = b""
        self._is_paused = False
        self._is_started = False
        self._heard: Callable[[], None] = lambda: None
        #: Done when the handshake is complete, or has failed.
        self.up: asyncio.Future[None] = loop.create_future()
        self.is_ready = False
        self.is_writable = True
        self.lost: NotConnectedError | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=_write_limit_bytes)
        if self._curve is None:
            self.transport.write(_zmtp.GREETING + _zmtp.ready(self._socket_type))
        else:
            self.transport.write(_CURVE_GREETING)
        if self._owner is None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._owner is None:
            return
        if self._is_started:
            self._heard()
            self._pass_on(data)
            return
        self._early += data
        if not self.is_ready:
            self._continue_handshake()

    def start(self, heard: Callable[[], None]) -> None:
        """Passes on what arrives from now on, and what has arrived since the handshake."""
        self._heard = heard
        self._is_started = True
        if self._early and self._owner is not None:
            early, self._early = self._early, b""
            asyncio.get_running_loop().call_soon(self._pass_on, early)

    def pause(self) -> None:
        """Stops reading."""
        if not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Reads again."""
        if self._is_paused:
            self._is_paused = False
            self.transport.resume_reading()

    def drop(self, error: NotConnectedError) -> None:
        """Closes the connection, and fails a handshake that is under way."""
        self._owner = None
        if not self.up.done():
            # So that `open` raises now, and not at the end of its time limit.
            self.up.set_exception(error)
            # Marks the error as seen: nothing may be waiting for it.
            self.up.exception()
        if hasattr(self, "transport"):
            self.transport.abort()

    def abandon(self) -> None:
        """Closes the socket. Nothing is called any more, also on a closed loop."""
        self._owner = None
        if not hasattr(self, "transport"):
            return
        with contextlib.suppress(RuntimeError):
            self.transport.abort()
            return
        # The loop is closed, so that abort() could not have the socket closed on a later turn. This is what that turn would call.
        close_now = getattr(self.transport, "_call_connection_lost", None)
        if close_now is not None:
            close_now(None)

    def connection_lost(self, error: Exception | None) -> None:
        owner, self._owner = self._owner, None
        if owner is None:
            return
        if not self.up.done():
            hint = "" if self._curve is None else "; check curve_server_key"
            self.up.set_exception(
                NotConnectedError(f"cannot connect to {owner.shown}: the connection was closed{hint}")
            )
            self.up.exception()
        elif self._is_started:
            owner.on_loss(error)
        else:
            # Connected and lost before `open` ran again. `open` raises it: it would else wait for a peer that has gone.
            self.lost = NotConnectedError(f"the connection to {owner.shown} was lost")

    def pause_writing(self) -> None:
        self.is_writable = False

    def resume_writing(self) -> None:
        self.is_writable = True
        if self._owner is not None:
            self._owner.on_room()

    def write(self, data: bytes) -> None:
        """Sends bytes, encrypted where the link is."""
        self.transport.write(data if self._curve is None else self._curve.seal(data))

    def _pass_on(self, data: bytes) -> None:
        owner = self._owner
        if owner is None:
            return
        if self._curve is not None:
            try:
                data = self._curve.open(data)
            except NotConnectedError as error:
                owner.on_loss(error)
                return
        if data:
            owner.on_arrival(data)

    def _continue_handshake(self) -> None:
        """Reads the greeting, and the READY behind it."""
        try:
            if not self._read_greeting() or not self._read_commands():
                return
        except NotConnectedError as error:
            if not self.up.done() and self._owner is not None:
                self.up.set_exception(NotConnectedError(f"cannot connect to {self._owner.shown}: {error}"))
                self.up.exception()
            return
        self.is_ready = True
        if not self.up.done():
            self.up.set_result(None)

    def _read_greeting(self) -> bool:
        """True when the greeting of the peer is whole."""
        if self._is_greeted:
            return True
        _zmtp.check_greeting(self._early, b"NULL" if self._curve is None else b"CURVE")
        if len(self._early) < len(_zmtp.GREETING):
            return False
        self._is_greeted = True
        self._early = self._early[len(_zmtp.GREETING) :]
        if self._curve is not None:
            self.transport.write(self._curve.hello())
        return True

    def _read_commands(self) -> bool:
        """True when the handshake is complete."""
        while True:
            found = _zmtp.read_message(self._early, 0, len(self._early))
            if isinstance(found, int):
                return False
            start, end = found.spans[0]
            body = self._early[start:end]
            self._early = self._early[found.end :]
            if not found.is_command:
                raise NotConnectedError(f"the peer answered the handshake with {body[:80]!r}")
            if self._curve is not None:
                self.transport.write(self._curve.answer(body))
                if self._curve.is_ready:
                    return True
            elif body.startswith(b"\x05READY"):
                return True
            else:
                raise NotConnectedError(f"the peer answered the handshake with {body[:80]!r}")
