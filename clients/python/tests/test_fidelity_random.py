"""Random frames go from pandas to TypeScript and back, and from TypeScript to pandas and back: equal, or refused by name.

    python -m pytest tests/test_fidelity_random.py                        # a few hundred frames
    PULSEMQ_FRAMES=10000 python -m pytest tests/test_fidelity_random.py   # ten thousand, in about ten minutes

The seed is fixed, so that a run can be repeated. PULSEMQ_SEED sets another; a failure prints the smallest frame that fails.
"""

import os

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from random_frames import frames
from relay import RefusedByTypeScript, Relay
from tagged_frames import arrow_frame, difference, pandas_frame, tagged_arrow, tagged_pandas

from pulse_mq import BadPayloadError
from pulse_mq._frames.arrow_to_polars import polars_of_arrow
from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload

#: Frames of the whole file: each of its tests gets its part.
FRAME_COUNT = int(os.environ.get("PULSEMQ_FRAMES", "400"))
SEED = int(os.environ.get("PULSEMQ_SEED", "14"))
CODES = {"df_msgpack": 2, "df_pyarrow": 3}
FORMATS = list(CODES)
#: The text of a refusal names the column.
NAMED = "olumn"


def random(test):
    """Runs a test with random frames."""
    count = max(1, FRAME_COUNT // (3 * len(FORMATS)))
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    kept = settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=checks,
        database=None,
        phases=[Phase.generate, Phase.shrink],
    )
    return seed(SEED)(kept(given(frame=frames())(test)))


@pytest.fixture(scope="module")
def relay():
    """The TypeScript half."""
    relay = Relay()
    yield relay
    relay.stop()


@pytest.mark.parametrize("format", FORMATS)
@random
def test_pandas_to_typescript_to_pandas(relay, format, frame):
    sent = pandas_frame({"frame": frame, "pandas": ""})
    try:
        payload, _, _ = encode_payload(sent, format, None)
        direct = decode_payload(payload, CODES[format], 0)
        back = decode_payload(relay.again(format, payload), CODES[format], 0)
    except (BadPayloadError, RefusedByTypeScript) as error:
        assert NAMED in str(error), str(error)
        return
    assert difference(tagged_pandas(sent), tagged_pandas(direct), is_pandas=True) is None
    assert difference(tagged_pandas(sent), tagged_pandas(back), is_pandas=True) is None


@pytest.mark.parametrize("format", FORMATS)
@random
def test_typescript_to_pandas_to_typescript(relay, format, frame):
    try:
        payload = relay.encode(format, frame)
        sent = relay.decode(format, payload)
        middle = decode_payload(payload, CODES[format], 0)
        again, _, _ = encode_payload(middle, format, None)
        back = relay.decode(format, again)
    except (BadPayloadError, RefusedByTypeScript) as error:
        assert NAMED in str(error), str(error)
        return
    assert difference(sent, tagged_pandas(middle), is_pandas=True) is None
    assert difference(sent, back, is_pandas=True) is None


@pytest.mark.parametrize("format", FORMATS)
@random
def test_arrow_and_polars_to_typescript_and_back(relay, format, frame):
    table = arrow_frame(frame)
    try:
        payload, _, _ = encode_payload(table, format, None)
        direct = decode_arrow_table(payload, CODES[format], 0)
        back = decode_arrow_table(relay.again(format, payload), CODES[format], 0)
    except (BadPayloadError, RefusedByTypeScript) as error:
        assert NAMED in str(error), str(error)
        return
    sent = tagged_arrow(table)
    assert difference(sent, tagged_arrow(direct), is_pandas=False) is None
    assert difference(sent, tagged_arrow(back), is_pandas=False) is None
    assert isinstance(polars_of_arrow(back), pl.DataFrame)
