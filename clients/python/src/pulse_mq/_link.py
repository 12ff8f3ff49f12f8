"""One TCP connection that speaks ZMTP. It connects once, reports when the connection is lost, and never reconnects."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket as sockets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from ._heartbeat import Heartbeat
from ._security import Security
from ._zmtp_protocol import ZmtpProtocol
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Endpoint:
    """Where the broker listens, and how long it may take to answer. All times are seconds."""

    host: str
    port: int
    connect_timeout: float
    ping_interval: float
    ping_timeout: float
    security: Security = field(default_factory=Security)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Link:
    """A connection of one of ZeroMQ's socket types. All calls on the loop's thread."""

    def __init__(
        self,
        socket_type: str,
        endpoint: Endpoint,
        on_bytes: Callable[[bytes], None],
        on_gone: Callable[[PulseMQError], None],
        on_writable: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_bytes` gets what arrives after the handshake; `on_gone` is called once, when an open link is lost."""
        self._socket_type = socket_type
        self._endpoint = endpoint
        self._on_bytes = on_bytes
        self._on_gone = on_gone
        self._on_writable = on_writable
        self._loop = asyncio.get_running_loop()
        self._wire: ZmtpProtocol | None = None
        self._heartbeat: Heartbeat | None = None
        self._is_closed = False
        self.shown = str(endpoint)
        self._address = endpoint.host

    async def open(self) -> None:
        """Returns when the ZMTP handshake is complete. Tries every address of the host, one after the other.

        Raises a NotConnectedError or a RequestTimeoutError.
        """
        try:
            await self._open()
        except BaseException:
            self.close()
            raise
        if self._is_closed:
            # Closed after the handshake, before this ran again: for example because the other link of the connection was lost.
            raise self._closed_error()
        wire = cast(ZmtpProtocol, self._wire)
        if wire.lost is not None:
            self.close()
            raise wire.lost
        one = self._endpoint
        self._heartbeat = Heartbeat(self._loop, one.ping_interval, one.ping_timeout, self.write, self._on_silence)
        wire.start(self._heartbeat.heard)

    @property
    def address(self) -> str:
        """The address it connected to, one of those of its host."""
        return self._address

    @property
    def is_closed(self) -> bool:
        """True after `close`."""
        return self._is_closed

    @property
    def is_writable(self) -> bool:
        """False while enough bytes wait for the kernel."""
        return self._wire is not None and self._wire.is_writable

    def write(self, data: bytes) -> None:
        """Sends bytes. Does nothing on a closed link."""
        if self._wire is not None and not self._is_closed:
            self._wire.write(data)

    def pause(self) -> None:
        """Stops reading. The link stays alive."""
        if self._wire is not None and self._heartbeat is not None and not self._is_closed:
            self._wire.pause()
            self._heartbeat.pause()

    def resume(self) -> None:
        """Reads again."""
        if self._wire is not None and self._heartbeat is not None and not self._is_closed:
            self._wire.resume()
            self._heartbeat.resume()

    def close(self) -> None:
        """Closes the connection at once. What is not sent yet is lost."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._heartbeat is not None:
            self._heartbeat.stop()
        if self._wire is not None:
            self._wire.drop(self._closed_error())

    def abandon(self) -> None:
        """Closes the socket of a loop that is closed."""
        self._is_closed = True
        if self._wire is not None:
            self._wire.abandon()

    def lose(self, error: PulseMQError) -> None:
        """Reports the loss of the link, which its owner then closes."""
        if not self._is_closed:
            self._on_gone(error)

    async def _open(self) -> None:
        """Each address gets an equal share of the time that is left, so that one that swallows everything does not take it all."""
        until = self._loop.time() + self._endpoint.connect_timeout
        addresses = await self._addresses()
        failures = []
        for tried_count, address in enumerate(addresses):
            share = (until - self._loop.time()) / (len(addresses) - tried_count)
            try:
                return await self._open_address(address, max(0.001, share))
            except (NotConnectedError, RequestTimeoutError) as error:
                if self._is_closed or len(addresses) == 1:
                    raise
                failures.append(error)
        text = f"cannot connect to any address of {self._endpoint}: {'; '.join(map(str, failures))}"
        has_timeout = any(isinstance(error, RequestTimeoutError) for error in failures)
        raise RequestTimeoutError(text) if has_timeout else NotConnectedError(text)

    async def _open_address(self, address: _Address, share: float) -> None:
        if self._is_closed:
            raise self._closed_error()
        port = self._endpoint.port
        self.shown = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        self._address = str(address)
        wire = self._wire = ZmtpProtocol(self._loop, self._socket_type, self, self._endpoint.security.curve)
        try:
            await asyncio.wait_for(self._shake_hands(wire, str(address), port), share)
        except (TimeoutError, asyncio.TimeoutError):
            text = f"cannot connect to {self.shown} within {share:.2g} s (connect_timeout)"
            raise RequestTimeoutError(text) from None
        except OSError as error:
            is_refused = isinstance(error, ConnectionRefusedError)
            text = "the connection was refused" if is_refused else str(error.strerror or error)
            raise NotConnectedError(f"cannot connect to {self.shown}: {text}") from error
        finally:
            if not wire.is_ready:
                wire.abandon()

    async def _shake_hands(self, wire: ZmtpProtocol, host: str, port: int) -> None:
        security = self._endpoint.security
        name = None if security.tls is None else security.server_name or self._endpoint.host
        await self._loop.create_connection(lambda: wire, host, port, ssl=security.tls, server_hostname=name)
        await wire.up

    async def _addresses(self) -> list[_Address]:
        host, port = self._endpoint.host, self._endpoint.port
        with contextlib.suppress(ValueError):
            return [ipaddress.ip_address(host)]
        timeout = self._endpoint.connect_timeout
        try:
            found = await asyncio.wait_for(self._loop.getaddrinfo(host, port, type=sockets.SOCK_STREAM), timeout)
        except (TimeoutError, asyncio.TimeoutError):
            raise RequestTimeoutError(
                f"cannot resolve the host {host} within {timeout:g} s (connect_timeout)"
            ) from None
        except (OSError, UnicodeError) as error:
            text = getattr(error, "strerror", None) or error
            raise NotConnectedError(f"cannot resolve the host {host}: {text}") from error
        found.sort(key=lambda one: one[0] != sockets.AF_INET)
        return [ipaddress.ip_address(text) for text in dict.fromkeys(str(one[4][0]) for one in found)]

    def _closed_error(self) -> NotConnectedError:
        return NotConnectedError(f"the connection to {self._endpoint} was closed")

    def _on_silence(self) -> None:
        timeout = self._endpoint.ping_timeout
        self.lose(
            RequestTimeoutError(f"{self._endpoint} did not answer a heartbeat within {timeout:g} s (ping_timeout)")
        )

    def on_arrival(self, data: bytes) -> None:
        """Called by the wire with what has arrived. An error of a reader ends the link: its bytes may be half read."""
        try:
            self._on_bytes(data)
        except PulseMQError as error:
            self.lose(NotConnectedError(f"the connection to {self._endpoint} was given up: {error}"))
        except Exception as error:
            self.lose(unexpected(error))

    def on_loss(self, error: Exception | None) -> None:
        """Called by the wire when the peer has closed the connection, or it was reset."""
        text = f"the connection to {self._endpoint} was lost"
        self.lose(NotConnectedError(text if error is None else f"{text}: {error}"))

    def on_room(self) -> None:
        """Called by the wire when there is room to write again."""
        if not self._is_closed:
            self._on_writable()


def unexpected(error: Exception) -> NotConnectedError:
    """Returns the error that ends a connection because of an error that this client did not expect."""
    lost = NotConnectedError(f"the connection was given up after an unexpected {type(error).__name__}: {error}")
    lost.__cause__ = error
    return lost
