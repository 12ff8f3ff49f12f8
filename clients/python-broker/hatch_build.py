"""Gives the wheel its platform: the bundle has native code for Linux on x86_64 with glibc."""

from __future__ import annotations

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlatformTag(BuildHookInterface[Any]):
    """Sets the tag that `scripts/build-wheel.mjs` has found out from the native code, such as `manylinux_2_28_x86_64`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is written. An editable install, which has no bundle, keeps its tag."""
        if version != "standard":
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['PULSEMQ_WHEEL_PLATFORM']}"
