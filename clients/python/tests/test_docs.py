"""Runs the Python programs of docs/python.md and of the README of this package. Those with a server belong to the package of the broker."""

import pathlib

import pytest
from example_program import ExampleProgram, python_blocks, subscribed, unsubscribed

from broker import ROOT
from pulse_mq import PulseMQClient

README = pathlib.Path(__file__).parents[1] / "README.md"
PROGRAMS = {
    f"{path.name} {number}": code
    for path in (ROOT / "docs" / "python.md", README)
    for number, code in enumerate(python_blocks(path.read_text(encoding="utf-8")), 1)
    if "PulseMQServer" not in code
}
NAMESPACE = "market_data"


@pytest.fixture(scope="module")
def token(prepared):
    """The token of the user `trader`, who may publish to the namespace of the programs."""
    namespace_id = prepared.broker.namespace(NAMESPACE)
    prepared.broker.call("PUT", f"/api/namespaces/{namespace_id}", {"keep_last_value": True})
    return prepared.broker.user("trader", {namespace_id: "pub"})


@pytest.fixture
def start(prepared, token, tmp_path):
    """A function that starts a program by its name."""
    started = []

    def start(name):
        code = PROGRAMS[name].replace('token="..."', f'token="{token}"')
        started.append(ExampleProgram(prepared.broker, code, tmp_path / "program.py"))
        return started[-1]

    yield start
    for program in started:
        program.stop()
    # The next test waits for a subscription of the same user.
    unsubscribed(prepared.broker, "trader")


def publish(prepared, token, topic, data):
    with PulseMQClient("localhost", prepared.broker.pub_port, username="trader", token=token) as client:
        client.publish(NAMESPACE, topic, data).result(10)


def test_every_program_is_tested_here():
    numbers = ["python.md 1", "python.md 2", "python.md 3", "python.md 4", "README.md 1", "README.md 2"]
    assert list(PROGRAMS) == numbers


def test_the_async_program_of_the_docs_ends_after_one_message(start):
    assert start("python.md 1").until_end() == ["sz000651.trade b'10.55'"]


def test_the_callback_program_of_the_docs_ends_after_one_message(prepared, token, start):
    program = start("python.md 2")
    subscribed(prepared.broker, "trader")
    publish(prepared, token, "sz000651.kline.1m", b"bar")
    assert program.until_end() == ["sz000651.kline.1m b'bar'"]


def test_the_program_of_the_price_now_prints_the_last_value_in_three_ways(start):
    lines = start("python.md 3").until_end()
    assert lines[0] == '{"last": 97000.5, "volume": 3}' and lines[-1] == "BTC-USDT.quote True"
    assert lines[-2].split() == ["BTC-USDT.quote", "97000.5", "live"]


def test_the_program_with_dataframes_prints_the_same_sum_by_pandas_and_polars(start):
    assert start("python.md 4").until_end() == ["bars.pandas 21.15 21.15", "bars.polars 21.15 21.15"]


def test_the_async_program_of_the_readme_prints_a_message(prepared, token, start):
    program = start("README.md 1")
    subscribed(prepared.broker, "trader")
    publish(prepared, token, "sz000651.late", b"10.56")
    assert program.next() == "sz000651.late 1 b'10.56'"


def test_the_callback_program_of_the_readme_prints_a_message(prepared, token, start):
    program = start("README.md 2")
    subscribed(prepared.broker, "trader")
    publish(prepared, token, "sz000652.kline.1m", b"bar")
    assert program.next() == "sz000652.kline.1m b'bar'"
