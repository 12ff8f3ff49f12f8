"""One ZeroMQ socket with one connection: connects once, tells when it is up and when it is gone, and never connects again by itself."""

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
#: The calls of the backend, without pyzmq's Python around them: four times as many messages a second.
send: Callable[[Any, bytes, int], Any] = BackendSocket.send
recv: Callable[[Any, int], bytes] = BackendSocket.recv
getsockopt: Callable[[Any, int], Any] = BackendSocket.get

#: Milliseconds: long past the moment when a link that is gone is closed here. -1, which means never, has ZeroMQ end the pipe at the loss,
#: in the middle of a message that is being read, and abort the process ("Assertion failed: !_more").
_never_again = 3_600_000

_gone = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_CLOSED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)
_up = zmq.EVENT_HANDSHAKE_SUCCEEDED
_contexts: dict[int, zmq.Context[Any]] = {}


@dataclass(frozen=True)
class LinkOptions:
    """What one link needs to know."""

    host: str
    port: int
    timeout: float
    send_limit_count: int
    receive_limit_count: int
    #: Seconds of ZMTP's own heartbeat: how often the peer is asked, and how long it may take. None: not asked.
    heartbeat: tuple[float, float] | None


class Link:
    """A socket of one of ZeroMQ's types. All calls on the loop's thread."""

    def __init__(
        self,
        socket_type: int,
        options: LinkOptions,
        on_readable: Callable[[], None],
        on_gone: Callable[[PulseMQError], None],
    ) -> None:
        self._options = options
        self._on_readable = on_readable
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._up: asyncio.Future[None] | None = None
        self._lost: NotConnectedError | None = None
        self._is_closed = False
        self._watch: FdWatch | None = None
        self.socket = _context().socket(socket_type)
        self._configure()
        self._monitor = self.socket.get_monitor_socket(_gone | _up)
        self._monitor.linger = 0
        self._monitor_watch = FdWatch(self._loop, self._monitor.getsockopt(zmq.FD), self._read_monitor)
        # The descriptor tells edges, and none before the socket was looked at once.
        self._read_monitor()

    async def open(self) -> None:
        """Resolves when both ends have shaken hands; raises a NotConnectedError or a RequestTimeoutError."""
        host, port, timeout = self._options.host, self._options.port, self._options.timeout
        self._up = self._loop.create_future()
        try:
            await asyncio.wait_for(self._connect(self._up), timeout)
        except (TimeoutError, asyncio.TimeoutError):
            self.close()
            raise RequestTimeoutError(f"no connection to {host}:{port} within {timeout:g} s") from None
        except BaseException:
            self.close()
            raise
        self._up = None
        if self._lost is not None:
            self.close()
            raise self._lost
        self._watch = FdWatch(self._loop, self.socket.getsockopt(zmq.FD), self._on_readable)
        self._loop.call_soon(self._on_readable)

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def pause(self) -> None:
        """Stops telling that there is something to read."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def resume(self) -> None:
        if self._watch is None and not self._is_closed:
            self._watch = FdWatch(self._loop, self.socket.getsockopt(zmq.FD), self._on_readable)
            self._loop.call_soon(self._on_readable)

    def close(self) -> None:
        """At once; what is not sent yet is lost."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._up is not None and not self._up.done():
            # Whoever waits for it to open need not wait for the time limit.
            self._up.set_exception(self._closed_error())
            self._up.exception()
        self.pause()
        self._monitor_watch.stop()
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(0)

    def _closed_error(self) -> NotConnectedError:
        return NotConnectedError(f"the connection to {self._options.host}:{self._options.port} was closed")

    def _configure(self) -> None:
        one = self.socket
        options = self._options
        one.linger = 0
        one.sndhwm = options.send_limit_count
        one.rcvhwm = options.receive_limit_count
        one.setsockopt(zmq.RECONNECT_IVL, _never_again)
        # Later than our own limit, which says what happened.
        one.setsockopt(zmq.HANDSHAKE_IVL, _milliseconds(2 * options.timeout + 1))
        one.setsockopt(zmq.CONNECT_TIMEOUT, _milliseconds(2 * options.timeout + 1))
        if options.heartbeat is not None:
            interval, timeout = options.heartbeat
            one.setsockopt(zmq.HEARTBEAT_IVL, _milliseconds(interval))
            one.setsockopt(zmq.HEARTBEAT_TIMEOUT, _milliseconds(timeout))

    async def _connect(self, up: asyncio.Future[None]) -> None:
        address = await self._address()
        if self._is_closed:
            raise self._closed_error()
        if address.version == 6:
            self.socket.setsockopt(zmq.IPV6, 1)
        shown = f"[{address}]" if address.version == 6 else str(address)
        self.socket.connect(f"tcp://{shown}:{self._options.port}")
        await up

    async def _address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """ZeroMQ takes one address, looks for names only among those of IPv4, and says nothing when it finds none."""
        host, port = self._options.host, self._options.port
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(host)
        try:
            found = await self._loop.getaddrinfo(host, port, type=sockets.SOCK_STREAM)
        except OSError as error:
            raise NotConnectedError(f"cannot find {host}: {error.strerror or error}") from error
        found.sort(key=lambda one: one[0] != sockets.AF_INET)
        return ipaddress.ip_address(found[0][4][0])

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
                return self._tell_gone(event["event"])

    def _tell_gone(self, event: int) -> None:
        host, port = self._options.host, self._options.port
        if self._up is not None and not self._up.done():
            # ZeroMQ does not say more.
            is_closed = event == zmq.EVENT_CLOSED
            reason = "the connection was refused" if is_closed else "whoever answers there does not speak ZMTP"
            self._up.set_exception(NotConnectedError(f"cannot connect to {host}:{port}: {reason}"))
            return
        lost = NotConnectedError(f"the connection to {host}:{port} was lost")
        if self._up is None:
            self._on_gone(lost)
        elif self._lost is None:
            # Up and gone before `open` went on: it is the one to be told, or it would wait for a peer that is not there.
            self._lost = lost


def _context() -> zmq.Context[Any]:
    """One context for all clients of this process: threads of ZeroMQ are not made for each. A fork gets its own."""
    process = os.getpid()
    context = _contexts.get(process)
    if context is None:
        context = zmq.Context()
        # Each client takes six; the default of 1,023 would end at 170 clients.
        context.max_sockets = context.get(zmq.SOCKET_LIMIT)
        _contexts[process] = context
    return context


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1_000))
