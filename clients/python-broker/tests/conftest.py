"""The fixtures: an environment of Python with the wheels, without Node on its PATH, and programs that run in it."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python" / "tests"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from programs import Environment


def from_runner(name):
    """Returns a path that the runner has prepared."""
    path = os.environ.get(name)
    if path is None:
        pytest.fail(f"{name} is not set: run these tests by npm run test:wheel, which builds and installs the wheels")
    return pathlib.Path(path)


@pytest.fixture(scope="session")
def wheel():
    """The wheel of the broker."""
    return from_runner("PULSEMQ_BROKER_WHEEL")


@pytest.fixture(scope="session")
def reference():
    """The wheel of pulse-mq 0.3.0, which has the README whose examples must run."""
    return from_runner("PULSEMQ_REFERENCE_WHEEL")


@pytest.fixture(scope="session")
def light():
    """An environment with the client alone."""
    return Environment(from_runner("PULSEMQ_LIGHT_ENVIRONMENT"))


@pytest.fixture(scope="session")
def environment():
    """An environment with client and broker, and nothing else but the package `requests`, which the examples of the README import."""
    return Environment(from_runner("PULSEMQ_EMPTY_ENVIRONMENT"))


@pytest.fixture
def start(environment, tmp_path):
    """A function that starts a program in the environment, in a folder of its own, and ends it after the test."""
    started = []

    def start(*words, **options):
        started.append(environment.start(*words, cwd=options.pop("cwd", tmp_path), **options))
        return started[-1]

    yield start
    for program in started:
        program.end()
