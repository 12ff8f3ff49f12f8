"""One ZeroMQ socket with one connection. It connects once, reports when the connection is lost, and never reconnects."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket as sockets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import zmq
from zmq.backend import Socket as BackendSocket
from zmq.utils.monitor import recv_monitor_message

from ._watch import FdWatch
from .errors import NotConnectedError, PulseMQError, RequestTimeoutError

NOBLOCK = int(zmq.NOBLOCK)
SNDMORE = int(zmq.SNDMORE)
#: The calls of pyzmq's backend, without the Python code around them: this gives four times as many messages a second.
send: Callable[[Any, bytes, int], Any] = BackendSocket.send
recv: Callable[[Any, int], bytes] = BackendSocket.recv
getsockopt: Callable[[Any, int], Any] = BackendSocket.get

#: Milliseconds, far longer than a lost link stays open here. With -1, which means never, ZeroMQ ends the pipe at the moment of the
#: loss, even in the middle of a message that is being read, and aborts the process ("Assertion failed: !_more").
_never_reconnect_ms = 3_600_000

_gone = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_CLOSED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)
_up = zmq.EVENT_HANDSHAKE_SUCCEEDED
_contexts: dict[int, zmq.Context[Any]] = {}
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Endpoint:
    """Where the broker listens, and how long it may take to answer. All times are seconds."""

    host: str
    port: int
    connect_timeout: float
    ping_interval: float
    ping_timeout: float

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class LinkOptions:
    """What a link is made with. The limits count messages in ZeroMQ's own queues; 0 means unlimited."""

    endpoint: Endpoint
    send_limit_count: int
    receive_limit_count: int
    has_heartbeat: bool
    """Whether ZeroMQ sends a ZMTP PING every `ping_interval`, and closes the link without an answer within `ping_timeout`."""


class Link:
    """A socket of one of ZeroMQ's types. All calls on the loop's thread."""

    socket: zmq.Socket[Any]

    def __init__(
        self,
        socket_type: int,
        options: LinkOptions,
        on_readable: Callable[[], None],
        on_gone: Callable[[PulseMQError], None],
    ) -> None:
        self._socket_type = socket_type
        self._options = options
        self._endpoint = options.endpoint
        self._on_readable = on_readable
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._up: asyncio.Future[None] | None = None
        self._lost: NotConnectedError | None = None
        self._shown = str(options.endpoint)
        self._address = options.endpoint.host
        self._is_closed = False
        self._watch: FdWatch | None = None
        self._make_socket()

    async def open(self) -> None:
        """Returns when the ZMTP handshake is complete. Tries every address of the host, one after the other.

        Raises a NotConnectedError or a RequestTimeoutError.
        """
        try:
            await self._open()
        except BaseException:
            self.close()
            raise
        self._up = None
        if self._is_closed:
            # Closed after the handshake, before this ran again: for example because the other link of the connection was lost.
            raise self._closed_error()
        if self._lost is not None:
            self.close()
            raise self._lost
        self._start_watch()

    @property
    def address(self) -> str:
        """The address it connected to, one of those of its host."""
        return self._address

    @property
    def is_closed(self) -> bool:
        """True after `close`."""
        return self._is_closed

    def pause(self) -> None:
        """Stops calling `on_readable`."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def resume(self) -> None:
        """Calls `on_readable` again."""
        if self._watch is None and not self._is_closed:
            self._start_watch()

    def close(self) -> None:
        """Closes the socket at once. What is not sent yet is lost."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._up is not None and not self._up.done():
            # So that `open` raises now, and not at the end of its time limit.
            self._up.set_exception(self._closed_error())
            # Marks the error as seen: nothing may be waiting for it.
            self._up.exception()
        self.pause()
        self._drop_socket()

    def _make_socket(self) -> None:
        self.socket = _context().socket(self._socket_type)
        self._configure()
        self._monitor = self.socket.get_monitor_socket(_gone | _up)
        self._monitor.linger = 0
        self._monitor_watch = FdWatch(self._loop, _fd_of(self._monitor), self._read_monitor)
        # The descriptor signals changes only, and no change before the socket has been read once.
        self._read_monitor()

    def _drop_socket(self) -> None:
        self._monitor_watch.stop()
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(0)

    def _start_watch(self) -> None:
        self._watch = FdWatch(self._loop, _fd_of(self.socket), self._on_readable)
        # For what has arrived before: the descriptor signals only what comes from now on.
        self._loop.call_soon(self._on_readable)

    def _closed_error(self) -> NotConnectedError:
        return NotConnectedError(f"the connection to {self._endpoint} was closed")

    def _configure(self) -> None:
        one = self.socket
        endpoint = self._endpoint
        one.linger = 0
        one.sndhwm = self._options.send_limit_count
        one.rcvhwm = self._options.receive_limit_count
        one.setsockopt(zmq.RECONNECT_IVL, _never_reconnect_ms)
        # Longer than our own time limit, whose error says what happened.
        one.setsockopt(zmq.HANDSHAKE_IVL, _milliseconds(2 * endpoint.connect_timeout + 1))
        one.setsockopt(zmq.CONNECT_TIMEOUT, _milliseconds(2 * endpoint.connect_timeout + 1))
        if self._options.has_heartbeat:
            one.setsockopt(zmq.HEARTBEAT_IVL, _milliseconds(endpoint.ping_interval))
            one.setsockopt(zmq.HEARTBEAT_TIMEOUT, _milliseconds(endpoint.ping_timeout))

    async def _open(self) -> None:
        """Each address gets an equal share of the time that is left, so that one that swallows everything does not take it all."""
        until = self._loop.time() + self._endpoint.connect_timeout
        addresses = await self._addresses()
        failures = []
        for tried_count, address in enumerate(addresses):
            if tried_count > 0:
                self._drop_socket()
                self._make_socket()
            share = (until - self._loop.time()) / (len(addresses) - tried_count)
            try:
                return await self._open_address(address, share)
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
        self._up = self._loop.create_future()
        if address.version == 6:
            self.socket.setsockopt(zmq.IPV6, 1)
        shown = f"[{address}]" if address.version == 6 else str(address)
        self._shown = f"{shown}:{self._endpoint.port}"
        self._address = str(address)
        self.socket.connect(f"tcp://{self._shown}")
        try:
            await asyncio.wait_for(self._up, max(0.001, share))
        except (TimeoutError, asyncio.TimeoutError):
            text = f"cannot connect to {self._shown} within {share:.2g} s (connect_timeout)"
            raise RequestTimeoutError(text) from None

    async def _addresses(self) -> list[_Address]:
        """Resolves the host. ZeroMQ would look for IPv4 addresses only, and would report no error when it finds none."""
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

    def _read_monitor(self) -> None:
        while not self._is_closed:
            try:
                event = recv_monitor_message(self._monitor, NOBLOCK)
            except zmq.Again:
                return
            if event["event"] == _up:
                if self._up is not None and not self._up.done():
                    self._up.set_result(None)
            elif event["event"] & _gone:
                return self._report_gone(event["event"])

    def _report_gone(self, event: int) -> None:
        if self._up is not None and not self._up.done():
            # ZeroMQ reports no further detail.
            is_closed = event == zmq.EVENT_CLOSED
            reason = "the connection was refused" if is_closed else "the peer does not speak ZMTP"
            self._up.set_exception(NotConnectedError(f"cannot connect to {self._shown}: {reason}"))
            return
        lost = NotConnectedError(f"the connection to {self._endpoint} was lost")
        if self._up is None:
            self._on_gone(lost)
        elif self._lost is None:
            # Connected and lost before `open` ran again. `open` raises it: it would else wait for a peer that has gone.
            self._lost = lost


def _context() -> zmq.Context[Any]:
    """Returns one context for all clients of this process, because each context has threads. A forked process makes its own."""
    process_id = os.getpid()
    context = _contexts.get(process_id)
    if context is None:
        context = zmq.Context()
        # A client takes six sockets: the default of 1,023 would end at 170 clients.
        context.max_sockets = context.get(zmq.SOCKET_LIMIT)
        _contexts[process_id] = context
    return context


def _fd_of(socket: zmq.Socket[Any]) -> int:
    return int(socket.getsockopt(zmq.FD))


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1_000))


def unexpected(error: Exception) -> NotConnectedError:
    """Returns the error that ends a connection because of an error that this client did not expect."""
    lost = NotConnectedError(f"the connection was given up after an unexpected {type(error).__name__}: {error}")
    lost.__cause__ = error
    return lost
