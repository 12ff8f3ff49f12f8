"""One GET over HTTP or HTTPS, which another thread may end."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import SplitResult

from .errors import NotConnectedError, RequestTimeoutError

_chunk_bytes = 1 << 20


class HttpAnswer(NamedTuple):
    """A whole answer, of any status."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class HttpGet:
    """Follows no redirect, so that credentials go to the given host only."""

    def __init__(
        self, url: SplitResult, path: str, headers: dict[str, str], tls: ssl.SSLContext | None, server_name: str | None
    ) -> None:
        """https needs `tls`. `server_name` is the name in the certificate, where it is not the host."""
        self._path = path
        self._headers = headers
        self._where = f"{url.scheme}://{url.netloc}"
        host = url.hostname or ""
        if tls is not None and url.scheme == "https":
            self._connection: http.client.HTTPConnection = _NamedHttps(host, url.port, tls, server_name)
        else:
            self._connection = http.client.HTTPConnection(host, url.port)

    def run(self, timeout: float) -> HttpAnswer:
        """Blocks until the whole answer has arrived. Raises a RequestTimeoutError or a NotConnectedError."""
        end = time.monotonic() + timeout
        try:
            self._connection.timeout = timeout
            self._connection.request("GET", self._path, headers=self._headers)
            answer = self._connection.getresponse()
            return HttpAnswer(answer.status, answer.headers, self._body_of(answer, end))
        except TimeoutError as error:
            raise RequestTimeoutError(f"{self._where} did not answer within {timeout:g} s (timeout)") from error
        except (OSError, http.client.HTTPException) as error:
            text = f"the HTTP API at {self._where} cannot be read: {error or type(error).__name__}"
            raise NotConnectedError(text) from error
        finally:
            self._connection.close()

    def cancel(self) -> None:
        """Ends `run` in the thread that it blocks."""
        sock = self._connection.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It has ended by itself.
                return

    def _body_of(self, answer: http.client.HTTPResponse, end: float) -> bytes:
        parts = bytearray()
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if self._connection.sock is not None:
                self._connection.sock.settimeout(left)
            chunk = answer.read(_chunk_bytes)
            if not chunk:
                break
            parts += chunk
        if answer.length:
            raise http.client.IncompleteRead(bytes(parts[:0]), answer.length)
        return bytes(parts)


class _NamedHttps(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int | None, context: ssl.SSLContext, server_name: str | None) -> None:
        super().__init__(host, port, context=context)
        self._own_context = context
        self._server_name = server_name

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._own_context.wrap_socket(self.sock, server_hostname=self._server_name or self.host)
