"""Finds the package pulse-mq 0.3.0: its broker is tested with our client, and its README has the examples that must run."""

import os

import pytest

from broker import INTEROP, ROOT

PLACES = [INTEROP / ".interop" / "pulse-mq-0.3.0", ROOT / "bench" / ".peers" / "pulse-mq"]


def environment():
    """Returns its virtual environment. Without one the test is skipped, or fails when PULSEMQ_NO_SKIP is set."""
    for place in PLACES:
        if (place / "bin" / "python").exists():
            return place
    reason = 'pulse-mq 0.3.0 is not installed; "npm run test:interop -- --install" installs it'
    if os.environ.get("PULSEMQ_NO_SKIP"):
        pytest.fail(reason)
    return pytest.skip(reason)


def readme():
    """Returns the README that is in the package."""
    found = sorted(environment().glob("lib/python*/site-packages/pulse_mq-0.3.0.dist-info/METADATA"))
    return found[0].read_text(encoding="utf-8")
