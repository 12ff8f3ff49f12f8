"""The README of pulse-mq 0.3.0: its run_server.py starts our broker in all three ways, and its examples 1.1 to 1.4 run.

The first way and the examples have the default ports, so these must be free on this machine.
"""

import json
import re
import socket
import types
import urllib.request
import zipfile

import pytest
from example_program import QUICKLY, ExampleProgram, filled_in, find, python_blocks, tokens_of

PORTS = types.SimpleNamespace(pub_port=5555, sub_port=5556, admin_port=8080)
BASE = f"http://localhost:{PORTS.admin_port}"


@pytest.fixture(scope="module")
def examples(reference):
    """The Python code blocks of the README."""
    with zipfile.ZipFile(reference) as archive:
        return python_blocks(archive.read("pulse_mq-0.3.0.dist-info/METADATA").decode().replace("\r\n", "\n"))


@pytest.fixture(autouse=True)
def free_ports():
    """Fails when something listens on a default port already."""
    for port in (5555, 5556, 8080, 6000, 6001, 9090):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something listens on port {port}: end it first"


def with_way(code, way):
    """Returns run_server.py with its comments changed so that it creates the server in one of the three ways."""
    parts = re.split(r"(?=^# 方式)", code, flags=re.MULTILINE)
    assert len(parts) == 4, "the example has three ways"
    head, *ways = parts
    ways[2], call = ways[2].split("\nserver.run()")
    chosen = ways[way - 1] if way == 1 else re.sub(r"^# ", "", ways[way - 1], flags=re.MULTILINE)
    chosen = re.sub(r"^方式.*$", "", chosen, flags=re.MULTILINE)
    return f"{head}\n{chosen}\nserver.run(){call}"


@pytest.mark.parametrize(("way", "admin_port"), [(2, 9090), (3, 8080)])
def test_run_server_with_settings(start, examples, tmp_path, way, admin_port):
    (tmp_path / "run_server.py").write_text(with_way(find(examples, "run_server.py"), way), encoding="utf-8")
    server = start("python", "-u", "run_server.py")
    assert server.line_with("PUB(XSUB)") == "  PUB(XSUB) : tcp://0.0.0.0:6000"
    assert server.line_with("SUB(XPUB)") == "  SUB(XPUB) : tcp://0.0.0.0:6001"
    server.line_with("Health")
    with urllib.request.urlopen(f"http://localhost:{admin_port}/health") as answer:
        assert json.load(answer)["status"] == "ok"
    server.interrupt()
    assert server.code() == 0
    assert "Traceback" not in server.rest("stderr")


@pytest.mark.parametrize("by", ["pulsemq", "run_server.py"])
def test_examples_1_1_to_1_4(environment, start, examples, tmp_path, by):
    if by == "pulsemq":
        broker = start("pulsemq")
    else:
        (tmp_path / by).write_text(with_way(find(examples, by), 1), encoding="utf-8")
        broker = start("python", "-u", by)
    broker.line_with("Health")

    def example(mark, tokens, runner=None):
        code, path = filled_in(find(examples, mark), tokens), tmp_path / mark
        return ExampleProgram(
            PORTS, code, path, runner, tmp_path, str(environment.python), {**environment.variables, "NO_PROXY": "*"}
        )

    prepare = example("prepare.py", {})
    lines = prepare.until_end()
    prepare.stop()
    assert lines[-1] == "授权 subscriber: {'status': 'granted'}"
    subscriber = example("subscriber.py", tokens_of(lines))
    try:
        assert subscriber.next() == "订阅者已连接"
        wait_for_subscriber(tmp_path)
        publisher = example("publisher.py", tokens_of(lines), QUICKLY)
        assert publisher.until_end()[-1] == "发布完成"
        publisher.stop()
        for _ in range(100):
            assert re.fullmatch(r"\[market_data] sz000651\.kline\.1m: \d{3} bytes", subscriber.next())
    finally:
        subscriber.stop()
    broker.interrupt()
    assert broker.code() == 0


def wait_for_subscriber(folder):
    """Returns when the broker has the subscription of subscriber_01."""
    admin = json.loads((folder / ".pulsemq_admin").read_text())
    login = {"username": admin["username"], "password": admin["password"]}
    token = call("/login", login, {})["token"]
    while True:
        rows = call("/api/connections", None, {"Authorization": f"Bearer {token}"})
        if any(row["subscription_count"] > 0 for row in rows if row["username"] == "subscriber_01"):
            return


def call(path, body, headers):
    """Calls the HTTP API and returns the JSON of its answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
