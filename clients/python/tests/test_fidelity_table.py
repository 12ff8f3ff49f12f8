"""Every kind of test/fidelity/table.json in every direction that Python runs: equal, or refused with the error of the table."""

import json

import pytest
from relay import RefusedByTypeScript, Relay
from tagged_frames import FIDELITY, arrow_frame, difference, pandas_frame, tagged_arrow, tagged_pandas

from pulse_mq import BadPayloadError, PayloadTooLargeError
from pulse_mq._frames.arrow_to_polars import polars_of_arrow
from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload

TABLE = json.loads((FIDELITY / "table.json").read_text(encoding="utf-8"))
DIRECTIONS = [one["id"] for one in TABLE["directions"] if one["runs"] == "python"]
CELLS = [
    pytest.param(kind, direction, id=f"{direction}-{kind['name']}")
    for kind in TABLE["kinds"]
    for direction in DIRECTIONS
    if kind["cells"][direction] != "none"
]
CODES = {"df_msgpack": 2, "df_pyarrow": 3}


@pytest.fixture(scope="module")
def relay():
    """The TypeScript half."""
    relay = Relay()
    yield relay
    relay.stop()


def travel(kind, direction, relay):
    """Sends a kind in a direction. Returns the tagged frame that comes out."""
    source, format, *way, sink = direction.split(">")
    if source == "ts-rows":
        payload = relay.encode(format, kind["frame"])
    else:
        payload, _, _ = encode_payload(made(source, kind), format, None)
    if "ts" in way:
        payload = relay.again(format, payload)
    if sink == "pandas":
        return tagged_pandas(decode_payload(payload, CODES[format], 0))
    table = decode_arrow_table(payload, CODES[format], 0)
    return tagged_arrow(polars_of_arrow(table).to_arrow() if sink == "polars" else table)


def made(source, kind):
    if source == "pandas":
        return pandas_frame(kind)
    table = arrow_frame(kind["frame"])
    return polars_of_arrow(table) if source == "polars" else table


def outcome(kind, direction, relay):
    """The result of a kind in a direction, in the words of the table."""
    try:
        got = travel(kind, direction, relay)
    except RefusedByTypeScript as error:
        return f"refused: {error.code}", str(error), None
    except BadPayloadError as error:
        return "refused: PMQ_BAD_PAYLOAD", str(error), None
    except PayloadTooLargeError as error:
        return "refused: PMQ_PAYLOAD_TOO_LARGE", str(error), None
    changed = difference(kind["frame"], got, "pandas" in direction, is_typescript="ts" in direction)
    return ("equal", None, got) if changed is None else (f"changed: {changed}", None, got)


@pytest.mark.parametrize(("kind", "direction"), CELLS)
def test_no_cell_of_the_table_is_changed(kind, direction, relay):
    expected, _, dtype = kind["cells"][direction].partition(": ")
    result, text, got = outcome(kind, direction, relay)
    assert result == (kind["cells"][direction] if expected == "refused" else "equal"), text
    if expected == "equal" and dtype:
        assert got["columns"][0]["type"] == dtype
    if expected == "refused":
        assert len(text) > 20


@pytest.mark.parametrize(
    "kind",
    [kind for kind in TABLE["kinds"] if kind["frame"].keys() & {"index", "attrs"}],
    ids=lambda kind: kind["name"],
)
def test_a_frame_that_typescript_passes_on_as_it_is_keeps_its_index_and_attributes(kind, relay):
    payload, _, _ = encode_payload(pandas_frame(kind), "df_pyarrow", None)
    assert relay.again("df_pyarrow", payload, "frame") == payload


def test_every_direction_has_a_cell_in_every_kind():
    assert all(direction in kind["cells"] for kind in TABLE["kinds"] for direction in DIRECTIONS)
