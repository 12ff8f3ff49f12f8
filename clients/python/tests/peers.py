"""Where the package pulse-mq 0.3.0 is installed: its broker is a peer to test against, and its README a promise to keep."""

import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLACES = [ROOT / "test" / "interop" / ".interop" / "pulse-mq-0.3.0", ROOT / "bench" / ".peers" / "pulse-mq"]


def environment():
    """Its virtual environment. Without one the test is skipped, or fails where nothing may be skipped."""
    for place in PLACES:
        if (place / "bin" / "python").exists():
            return place
    reason = 'pulse-mq 0.3.0 is not installed; "npm run test:interop -- --install" installs it'
    if os.environ.get("PULSEMQ_NO_SKIP"):
        pytest.fail(reason)
    return pytest.skip(reason)


def readme():
    """The README, as the package carries it."""
    found = sorted(environment().glob("lib/python*/site-packages/pulse_mq-0.3.0.dist-info/METADATA"))
    return found[0].read_text(encoding="utf-8")
