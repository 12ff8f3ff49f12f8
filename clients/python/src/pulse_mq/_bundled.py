"""The package `pulsemq-broker`, which is not part of this one: it brings the server and its configuration."""

from __future__ import annotations

import importlib
import platform
import sys
from types import ModuleType


def bundled(module: str, wanted: str) -> ModuleType:
    """Returns a module of `pulsemq_broker`. Raises an ImportError that says how to get what is `wanted` when the package is missing."""
    try:
        return importlib.import_module(f"pulsemq_broker.{module}")
    except ModuleNotFoundError as error:
        if error.name != "pulsemq_broker":
            raise
        raise ImportError(
            f"{wanted} needs the broker, which this package does not contain. {_how_to_get_it()}"
        ) from None


def _how_to_get_it() -> str:
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return "pip install pulsemq-broker brings it"
    return (
        f"The package pulsemq-broker brings it on Linux x86_64 with glibc, not on {platform.system()} {platform.machine()}: "
        "install Node.js 22 and the npm package pulsemq there, and run the command pulsemq"
    )
