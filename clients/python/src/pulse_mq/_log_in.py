"""The log-in of a request link."""

from __future__ import annotations

import asyncio
import json

from . import _wire
from ._requests import Body, RequestChannel
from .errors import AuthFailedError, NotConnectedError, PulseMQError, RequestTimeoutError
from .options import Options
from .version import __version__


async def log_in(requests: RequestChannel, options: Options) -> Body:
    """Connects a link and returns the body of the broker's reply to AUTH.

    Raises an AuthFailedError, RequestTimeoutError, NotConnectedError or PulseMQError.
    """
    try:
        await requests.open()
        reply = requests.request(_wire.AUTH, payload=_credentials(options))
        body = await asyncio.wait_for(reply, options.connect_timeout)
    except (AuthFailedError, NotConnectedError, RequestTimeoutError):
        raise
    except PulseMQError as error:
        raise AuthFailedError(str(error)) from error
    except (asyncio.TimeoutError, TimeoutError):
        text = f"the broker did not answer AUTH within {options.connect_timeout:g} s (connect_timeout)"
        raise RequestTimeoutError(text) from None
    if body.get("status") != "AUTH_OK":
        raise PulseMQError(f"the broker answered AUTH with the status {body.get('status')!r}, expected 'AUTH_OK'")
    return body


def _credentials(options: Options) -> bytes:
    """The payload of AUTH. Operators see the name and version of the client in the list of connections."""
    body = {"username": options.username, "token": options.token, "client": f"pulsemq-python/{__version__}"}
    return json.dumps(body).encode()
