"""Imports packages at the moment they are needed: `import pulse_mq` alone loads none of them."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import MissingPackageError

#: Optional packages, and the extra of this package that installs each.
_extras = {"pyarrow": "arrow", "polars": "polars", "nacl": "curve"}


def need(package: str, purpose: str) -> Any:
    """Returns an imported optional package. Raises a MissingPackageError that says how to install it."""
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        extra = _extras[package]
        raise MissingPackageError(
            f"{purpose} needs {package}, which is not installed: pip install 'pulsemq-client[{extra}]'"
        ) from None
