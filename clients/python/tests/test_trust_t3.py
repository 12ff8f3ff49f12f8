"""T3 of the trust work: a small payload never becomes a large frame. The bounds act while the payload is walked."""

import subprocess
import sys
import textwrap

import msgpack
import pyarrow as pa
import pytest

from pulse_mq import BadPayloadError, PayloadTooLargeError
from pulse_mq._limits import CELL_MAX_COUNT, COLUMN_MAX_COUNT, DEPTH_MAX
from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload

MSGPACK, ARROW = 2, 3


def sparse_rows(count):
    """Rows that have one column each, with names of their own."""
    return msgpack.packb([{str(index): 1} for index in range(count)])


def stream(table, **options):
    """An Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def nested(depth):
    """A value inside of `depth` lists."""
    return b"\x91" * depth + b"\x01"


@pytest.mark.parametrize("decode", [decode_payload, decode_arrow_table])
def test_fault_t3_rows_times_columns_are_bounded(decode):
    least = int(CELL_MAX_COUNT**0.5)
    with pytest.raises(PayloadTooLargeError) as caught:
        decode(sparse_rows(least + 1), MSGPACK, 0)
    assert caught.value.limit == CELL_MAX_COUNT
    with pytest.raises(PayloadTooLargeError, match=f"the limit is {COLUMN_MAX_COUNT}"):
        decode(msgpack.packb([dict.fromkeys(map(str, range(COLUMN_MAX_COUNT + 1)), 1)]), MSGPACK, 0)
    assert decode_payload(sparse_rows(300), MSGPACK, 0).shape == (300, 300)


def test_fault_t3_the_same_bounds_hold_when_a_frame_is_published():
    rows = [{str(index): 1} for index in range(int(CELL_MAX_COUNT**0.5) + 1)]
    with pytest.raises(PayloadTooLargeError, match="send it in parts"):
        encode_payload(rows, "df_msgpack", None)
    wide = pa.table({str(index): pa.array([1], pa.int8()) for index in range(COLUMN_MAX_COUNT + 1)})
    for format in ("df_msgpack", "df_pyarrow"):
        with pytest.raises(PayloadTooLargeError, match=f"has {COLUMN_MAX_COUNT + 1} columns"):
            encode_payload(wide, format, None)
    with pytest.raises(PayloadTooLargeError, match=f"has {COLUMN_MAX_COUNT + 1} columns"):
        decode_payload(stream(wide), ARROW, 0)


HOSTILE = {
    "rows with names of their own": "msgpack.packb([{str(index): 1} for index in range(5_000)])",
    "arrays that claim more than they hold": "b'\\xdd\\x00\\x01\\x00\\x00' * 10_000",
    "maps inside of maps": "b'\\x91' + b'\\x81\\xa1a' * 300_000",
    "an Arrow batch of nulls": "stream(pa.table({str(one): pa.nulls(1 << 20) for one in range(200)}))",
    "an Arrow buffer that decompresses to 1 GB": (
        "stream(pa.table({'v': pa.array(numpy.zeros(125_000_000))}), compression='zstd')"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_fault_t3_a_hostile_payload_takes_little_memory(name, tmp_path):
    make = f"""
        import sys, msgpack, numpy, pyarrow as pa
        sys.path.insert(0, {str(__file__.rpartition("/")[0])!r})
        from test_trust_t3 import stream
        open({str(tmp_path / "payload")!r}, "wb").write({HOSTILE[name]})
    """
    read = f"""
        import resource, sys
        import msgpack, pandas, pyarrow
        from pulse_mq import BadPayloadError, PayloadTooLargeError
        from pulse_mq._payload import decode_payload
        payload = open({str(tmp_path / "payload")!r}, "rb").read()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            decode_payload(payload, {ARROW if "Arrow" in name else MSGPACK}, 0)
        except (BadPayloadError, PayloadTooLargeError) as error:
            print(type(error).__name__, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(make)], check=True)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(read)], capture_output=True, text=True, check=True)
    error, taken_mib = done.stdout.split()
    assert error in ("BadPayloadError", "PayloadTooLargeError")
    assert int(taken_mib) < 150


def test_fault_t3_levels_of_nested_values_are_bounded():
    row = b"\x91\x81\xa1v"
    assert decode_payload(row + nested(DEPTH_MAX), MSGPACK, 0).shape == (1, 1)
    for depth in (DEPTH_MAX + 1, 500, 100_000):
        with pytest.raises(BadPayloadError):
            decode_payload(row + nested(depth), MSGPACK, 0)
    cell = 1
    for _ in range(DEPTH_MAX + 1):
        cell = [cell]
    with pytest.raises(BadPayloadError, match=f"more than {DEPTH_MAX} levels"):
        encode_payload([{"v": cell}], "df_msgpack", None)


@pytest.mark.parametrize(
    "payload",
    [
        b"\x91\x82\xa1a\x01\xa1a\x02",
        b"\x91\x81\x01\x01",
        b"\x91\x81\xc4\x01a\x01",
        b"\x91\x81\xa1a\xd4\x05\x00",
        b"\x91\x81\xa2\xed\xa0\x01",
        b"\x91\x81\xa1a\x01\xc0",
        b"\x82\xa1a\x91\x01\xa1b\x90",
    ],
)
def test_fault_t3_damaged_rows_are_refused(payload):
    with pytest.raises(BadPayloadError):
        decode_payload(payload, MSGPACK, 0)


@pytest.mark.parametrize(
    "array",
    [
        pa.array(["a"], pa.string_view()),
        pa.array([b"a"], pa.binary_view()),
        pa.array([[1]], pa.list_view(pa.int64())),
        pa.RunEndEncodedArray.from_arrays([1], ["a"]),
        pa.ListArray.from_arrays([0, 1], pa.array(["a"]).dictionary_encode()),
    ],
)
def test_fault_t3_arrow_types_in_which_one_value_stands_for_many_are_refused(array):
    with pytest.raises(BadPayloadError, match='column "v" has values of the Arrow type'):
        decode_payload(stream(pa.table({"v": array})), ARROW, 0)
    assert len(decode_payload(encode_payload(pa.table({"v": array}), "df_pyarrow", None)[0], ARROW, 0)) == 1


def shape_of(payload):
    """The shape of a frame. None when the payload is refused."""
    try:
        return decode_payload(payload, ARROW, 0).shape
    except (BadPayloadError, PayloadTooLargeError):
        return None


def test_fault_t3_every_cut_of_an_arrow_stream_is_refused_or_read():
    whole = stream(pa.table({"v": [1, 2, 3], "w": ["a", None, "c"]}), compression="lz4")
    assert {shape_of(whole[:end]) for end in range(len(whole) + 1)} == {None, (0, 2), (3, 2)}


def test_fault_t3_every_changed_byte_of_an_arrow_stream_is_refused_or_read():
    whole = stream(pa.table({"v": [1, 2, 3], "w": ["a", None, "c"], "l": [[1], [], None]}))
    shapes = set()
    for at in range(len(whole)):
        for value in (b"\x00", b"\x7f", b"\xff"):
            shapes.add(shape_of(whole[:at] + value + whole[at + 1 :]))
    assert {None, (3, 3)} <= shapes
