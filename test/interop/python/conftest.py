import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from broker import Broker, Prepared  # noqa: E402


@pytest.fixture(scope="module")
def prepared():
    broker = Broker()
    yield Prepared(broker)
    broker.stop()
