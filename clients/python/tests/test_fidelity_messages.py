"""Messages are values: they are pickled, copied, and passed to other processes, with every field and the payload."""

import concurrent.futures
import copy
import multiprocessing
import pickle
import subprocess
import sys
import textwrap

import pandas as pd
import pytest
from reconnecting import next_of

from pulse_mq import (
    BadPayloadError,
    ConnectionEvent,
    Gap,
    PayloadTooLargeError,
    PulseMessage,
    PulseMQClient,
    RequestTimeoutError,
    SlowNotice,
)

FRAME = pd.DataFrame({"symbol": ["sz000651", "sz000652"], "price": [10.55, 10.5]})
DATA = {"bytes": b"\x00\xff", "string": "买入", "df_msgpack": FRAME, "df_pyarrow": FRAME}
FIELDS = [name for name, one in vars(PulseMessage).items() if isinstance(one, property) and name != "data"]


@pytest.fixture(scope="module")
def received(prepared):
    """One message of each format, as a subscription delivered it. `data` of none has been read."""
    with PulseMQClient(**prepared.arguments("publisher")) as client:
        got = []
        client.subscribe("market", "value.>", got.append)
        for format, data in DATA.items():
            client.publish("market", f"value.{format}", data, format=format, compress="zstd").result(10)
        client.flush()
        while len(got) < len(DATA):
            client.flush()
    return {message.format: message for message in got}


def fields(message):
    return {name: getattr(message, name) for name in FIELDS}


def check(copied, message):
    """Checks that a copy has every field and the data of a message."""
    assert fields(copied) == fields(message)
    expected = DATA[message.format]
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(copied.data, expected)
    else:
        assert copied.data == expected


def read(message):
    """What a worker of a pool does: it takes a message, and gives it back with what it read."""
    return message, message.data, fields(message)


@pytest.mark.parametrize("format", DATA)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_fault_f7_a_pickled_message_has_its_data_and_every_field(received, format, protocol):
    check(pickle.loads(pickle.dumps(received[format], protocol)), received[format])


@pytest.mark.parametrize("format", DATA)
@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_fault_f7_a_copied_message_has_its_data_and_every_field(received, format, how):
    check(how(received[format]), received[format])
    assert received[format].data is not None
    check(how(received[format]), received[format])


def test_fault_f7_a_copy_stays_undecoded_until_its_data_is_read(received):
    broken = copy.copy(received["df_pyarrow"])
    object.__setattr__(broken, "_payload", b"no zstd frame")
    again = pickle.loads(pickle.dumps(copy.deepcopy(broken)))
    with pytest.raises(BadPayloadError, match="zstd"):
        read(again)


def test_fault_f7_the_data_of_a_copy_is_its_own(received):
    message = received["df_msgpack"]
    copied = copy.deepcopy(message)
    copied.data.loc[0, "price"] = 0.0
    pd.testing.assert_frame_equal(message.data, FRAME)


def test_fault_f7_a_message_made_by_the_constructor_is_copied_with_its_data():
    message = PulseMessage("market", "a.b", FRAME, format="df_msgpack", timestamp=5, sequence=7, username="x")
    for copied in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message)):
        assert fields(copied) == fields(message)
        pd.testing.assert_frame_equal(copied.data, FRAME)
        assert copied.data is not message.data


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_fault_f7_messages_cross_a_pool_of_concurrent_futures(received, start):
    context = multiprocessing.get_context(start)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        for message, (back, _, seen) in zip(received.values(), pool.map(read, received.values())):
            check(back, message)
            assert seen == fields(message)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_fault_f7_messages_cross_a_pool_of_multiprocessing(received, start):
    with multiprocessing.get_context(start).Pool(1) as pool:
        for message, (back, _, seen) in zip(received.values(), pool.map(read, received.values())):
            check(back, message)
            assert seen == fields(message)


@pytest.mark.parametrize(
    "value",
    [
        Gap("market", "a.b", False, 3, 7),
        SlowNotice("market", "a.>", 5),
        ConnectionEvent("reconnected", try_count=2, server="x", epoch=9),
    ],
)
def test_fault_f7_events_are_values_too(value):
    assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)


def test_fault_f7_errors_cross_processes_with_their_numbers():
    error = pickle.loads(pickle.dumps(PayloadTooLargeError("too large", 5, 3)))
    assert (str(error), error.size, error.limit) == ("too large", 5, 3)
    assert str(pickle.loads(pickle.dumps(RequestTimeoutError("late")))) == "late"


def test_fault_f7_a_client_says_why_it_is_not_pickled():
    with pytest.raises(TypeError, match="make a client in each process"):
        pickle.dumps(PulseMQClient())


def test_to_arrow_and_to_polars_stand_beside_data(run):
    import polars
    import pyarrow

    async def work(clients):
        client = await clients.connected("publisher")
        async with client.async_subscribe("market", "tables.>") as subscription:
            for format in ("df_msgpack", "df_pyarrow"):
                await client.async_publish("market", "tables.a", FRAME, format=format)
                message = await next_of(subscription)
                assert isinstance(message.to_arrow(), pyarrow.Table)
                assert isinstance(message.to_polars(), polars.DataFrame)
                assert message.to_arrow().to_pydict() == FRAME.to_dict("list")
                assert message.to_polars().to_dict(as_series=False) == FRAME.to_dict("list")
                pd.testing.assert_frame_equal(message.data, FRAME)
            await client.async_publish("market", "tables.b", b"x")
            message = await next_of(subscription)
            with pytest.raises(BadPayloadError, match="a message of format bytes is not a table"):
                message.to_polars()

    run(work)


def test_to_arrow_shares_the_memory_of_the_payload():
    import pyarrow

    from pulse_mq._payload import decode_arrow_table, encode_payload

    payload, code, flags = encode_payload(pyarrow.table({"v": range(1_000)}), "df_pyarrow", None)
    start = pyarrow.py_buffer(payload).address
    values = decode_arrow_table(payload, code, flags)["v"].chunk(0).buffers()[1]
    assert start < values.address < start + len(payload)


def test_to_arrow_of_a_message_made_by_the_constructor():
    message = PulseMessage("market", "a.b", FRAME, format="df_pyarrow")
    assert message.to_arrow().to_pydict() == FRAME.to_dict("list")


def python(program):
    """Runs a program in a new process. Returns what it prints."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_import_loads_no_package_before_it_is_needed():
    program = """
        import sys, pulse_mq
        heavy = ("numpy", "pandas", "pyarrow", "polars", "msgpack", "lz4", "zstandard", "pulse_mq._msgpack_columns")
        print(*[name for name in heavy if name in sys.modules])
        message = pulse_mq.PulseMessage("a", "b", "c", format="string")
        message.data
        print(*[name for name in heavy if name in sys.modules])
    """
    assert python(program) == []


def test_without_pyarrow_and_polars_the_errors_name_the_extra():
    program = """
        import sys
        sys.modules["pyarrow"] = sys.modules["polars"] = None
        import pulse_mq, pandas
        from pulse_mq._payload import decode_payload, encode_payload
        frame = pandas.DataFrame({"v": [1, 2]})
        payload, code, flags = encode_payload(frame, "df_msgpack", None)
        assert decode_payload(payload, code, flags).equals(frame)
        message = pulse_mq.PulseMessage("a", "b", frame, format="df_msgpack")
        works = [
            lambda: encode_payload(frame, "df_pyarrow", None), lambda: decode_payload(b"x", 3, 0),
            message.to_arrow, message.to_polars,
        ]
        for work in works:
            try:
                work()
            except pulse_mq.MissingPackageError as error:
                assert isinstance(error, ImportError)
                print(str(error).split("pip install ")[1])
    """
    arrow, polars = "'pulsemq-client[arrow]'", "'pulsemq-client[polars]'"
    assert python(program) == [arrow, arrow, arrow, polars]
