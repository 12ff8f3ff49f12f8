import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from broker import Broker, Prepared


@pytest.fixture(scope="module")
def prepared():
    """Our broker, with the namespace and users of `Prepared`."""
    broker = Broker()
    yield Prepared(broker)
    broker.stop()
