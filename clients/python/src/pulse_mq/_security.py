"""How the links of a client encrypt: by TLS, by CURVE, or not at all."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from ._curve import CurveKeys, curve_keys
from .errors import BadOptionError


@dataclass(frozen=True)
class Security:
    """At most one of `tls` and `curve` is given."""

    tls: ssl.SSLContext | None = None
    #: Name in the broker's certificate; None: the host.
    server_name: str | None = None
    curve: CurveKeys | None = None


def security_of(
    tls: bool | ssl.SSLContext,
    tls_server_name: str | None,
    curve_server_key: str | bytes | None,
    curve_secret_key: str | bytes | None,
) -> Security:
    """Returns what the options stand for. Raises a BadOptionError that names the option and shows no key."""
    if not isinstance(tls, bool | ssl.SSLContext):
        raise BadOptionError(f"tls is {type(tls).__name__}, expected True, False or an ssl.SSLContext")
    curve = curve_keys(curve_server_key, curve_secret_key)
    if curve is not None and tls is not False:
        raise BadOptionError("tls and curve_server_key are both given, expected one of them")
    if tls_server_name is not None and tls is False:
        raise BadOptionError("tls_server_name needs tls")
    context = ssl.create_default_context() if tls is True else (tls or None)
    return Security(context, tls_server_name, curve)
