"""Asks the HTTP API of a broker for history, and makes its answer a `History`."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ._extras import need
from ._http_get import HttpAnswer, HttpGet
from .errors import (
    AuthFailedError,
    BadOptionError,
    LimitReachedError,
    NotConnectedError,
    PermissionDeniedError,
    PulseMQError,
)
from .history import History
from .options import Options

#: Port of the HTTP API of a broker that is not configured otherwise.
_api_port = 8080
#: The largest answer of a broker stays below it.
_answer_max_bytes = 1 << 32


class HistoryRequest:
    """One question: blocking with `run`, and from a coroutine with `run_async`."""

    def __init__(self, options: Options, host: str, query: str) -> None:
        """`host` is that of the broker, for a client without `api_url`. Raises a BadOptionError or a MissingPackageError."""
        need("pyarrow", "history()")
        self._url = _url_of(options, host)
        security = options.security
        headers = {"Authorization": _authorization(options)}
        # Reading the authorities of the system takes a while.
        context = security.tls or (ssl.create_default_context() if self._url.scheme == "https" else None)
        # The name is for the broker's own host.
        name = security.server_name if options.api_url is None else None
        path = f"{self._url.path.rstrip('/')}/api/history?{query}"
        self._get = HttpGet(self._url, path, headers, context, name)

    def run(self, timeout: float) -> History:
        """Raises a PulseMQError."""
        answer = self._get.run(timeout)
        if answer.status != 200:
            raise _error_of(self._url, answer)
        from ._frames.arrow_decode import read_arrow

        return History(read_arrow(answer.body, _answer_max_bytes), answer.headers.get("X-Has-More") == "true")

    async def run_async(self, timeout: float) -> History:
        """As `run`, on a thread of its own. A cancellation ends it."""
        try:
            return await asyncio.to_thread(self.run, timeout)
        except asyncio.CancelledError:
            self._get.cancel()
            raise


def _url_of(options: Options, host: str) -> SplitResult:
    if options.api_url is not None:
        return urlsplit(options.api_url)
    if options.security.curve is not None:
        raise BadOptionError("history is read over HTTP, which CURVE does not encrypt: give api_url")
    scheme = "http" if options.security.tls is None else "https"
    return urlsplit(f"{scheme}://{f'[{host}]' if ':' in host else host}:{_api_port}")


def _authorization(options: Options) -> str:
    if options.token == "":
        raise BadOptionError("history is read with a token, and this client has none: give token")
    return "Basic " + base64.b64encode(f"{options.username}:{options.token}".encode()).decode("ascii")


def _error_of(url: SplitResult, answer: HttpAnswer) -> PulseMQError:
    refusal = _refusal_in(answer.body)
    if refusal is None:
        text = f"{url.geturl()} answered {answer.status} and is not the HTTP API of a broker; check api_url"
        return NotConnectedError(text)
    # The part of the request in front of a field means nothing to a caller.
    text = str(refusal["error"]).removeprefix("query.")
    if answer.status == 401:
        return AuthFailedError(text)
    if answer.status == 403:
        return PermissionDeniedError(text)
    if answer.status == 429 or refusal.get("code") == "TOO_LARGE":
        return LimitReachedError(text)
    return BadOptionError(text) if answer.status == 400 else PulseMQError(text)


def _refusal_in(body: bytes) -> dict[str, Any] | None:
    try:
        refusal = json.loads(body)
    except ValueError:
        # Not JSON, so another program answered.
        return None
    return refusal if isinstance(refusal, dict) and "error" in refusal else None
