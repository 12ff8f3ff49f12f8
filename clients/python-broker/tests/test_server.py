"""PulseMQServer: settings, start and stop, its log, and errors."""

import pathlib
import socket

import pytest
from example_program import python_blocks

ROOT = pathlib.Path(__file__).parents[3]
#: Free ports. What follows the first line of a program uses `server`.
ON_FREE_PORTS = "from pulse_mq import *\nfrom pulse_mq import PulseMQServer\nserver = PulseMQServer(host='127.0.0.1', pub_port=0, admin_port=0)\n"


def test_with_starts_and_stops_it(environment, tmp_path):
    code = """
import urllib.request, json
with server as entered:
    assert entered is server and server.is_running
    assert server.sub_port == server.pub_port + 1
    print(urllib.request.urlopen(f"http://127.0.0.1:{server.admin_port}/health").status)
print(server.is_running)
server.stop()
server.start()
print(server.is_running)
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path).splitlines() == ["200", "False", "True"]


def test_a_second_start_is_refused_and_ports_are_known_after_a_start_only(environment, tmp_path):
    code = """
def error_of(call):
    try:
        call()
    except RuntimeError as error:
        print(error)
error_of(lambda: server.pub_port)
with server:
    error_of(server.start)
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path).splitlines() == [
        "the broker has not been started",
        "the broker of this PulseMQServer runs already; stop() ends it",
    ]


def test_keywords_and_config_reach_the_broker(environment, tmp_path):
    code = """
from pulse_mq import PulseMQServer
from pulse_mq.config import Config, LoggingConfig, ServerConfig, StorageConfig
lines = []
with PulseMQServer(host="127.0.0.1", pub_port=0, admin_port=0, db_path="a.db", log_level="warn", on_log=lines.append):
    pass
print(lines)
config = Config(
    server=ServerConfig(host="127.0.0.1", pub_port=0, admin_port=0),
    storage=StorageConfig(db_path="b.db"),
    logging=LoggingConfig(dir="lines"),
)
with PulseMQServer(config, on_log=lines.append):
    pass
print(lines[-1].split("] ")[1])
"""
    assert environment.output(code, tmp_path).splitlines() == ["[]", "stopped"]
    assert (tmp_path / "a.db").exists() and (tmp_path / "b.db").exists() and list((tmp_path / "lines").iterdir())


def test_config_and_keywords_together_and_unknown_settings_are_refused(environment, tmp_path):
    code = """
from pulse_mq import PulseMQServer
from pulse_mq.config import Config, ServerConfig
for wrong in (lambda: PulseMQServer(Config(), pub_port=0), lambda: ServerConfig(port=1)):
    try:
        wrong()
    except (ValueError, TypeError) as error:
        print(error)
"""
    both, unknown = environment.output(code, tmp_path).splitlines()
    assert both == "give PulseMQServer either a Config or keywords such as pub_port, not both"
    assert "unexpected keyword argument 'port'" in unknown


def test_the_names_of_pulse_mq_0_3_0_work_with_a_warning(environment, tmp_path):
    code = """
import warnings
from pulse_mq.config import AuthConfig, BrokerConfig, Config, LimitsConfig, MonitoringConfig
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as caught:
    config = Config(
        auth=AuthConfig(ping_interval=31, ping_timeout=4, jwt_expiry=43_200),
        limits=LimitsConfig(max_connections_per_user=20, max_subscriptions_per_conn=1_000, cache_refresh_sec=60),
        broker=BrokerConfig(hwm=50_000),
        monitoring=MonitoringConfig(stats_retention_minutes=8, stats_retention_hours=31),
    )
print(len(caught), caught[0].message, caught[0].filename)
print(config.broker.hwm, config.broker.backlog_messages)
print(config.settings())
try:
    BrokerConfig(hwm=1, backlog_messages=1)
except TypeError as error:
    print(error)
"""
    warned, same, settings, both = environment.output(code, tmp_path).splitlines()
    assert warned == "9 ping_interval has the new name ping_interval_sec; the old name still works <string>"
    assert same == "50000 50000"
    assert "'broker': {'backlog_messages': 50000}" in settings and "'max_sessions_per_user': 20" in settings
    assert both == "hwm is the old name of backlog_messages, and both are given; leave hwm out"


def test_the_environment_gives_what_the_program_leaves_open(start):
    variables = {"PULSEMQ_SERVER_PUB_PORT": "0", "PULSEMQ_SERVER_ADMIN_PORT": "1", "PULSEMQ_SERVER_HOST": "127.0.0.1"}
    code = (
        "from pulse_mq import PulseMQServer\nwith PulseMQServer(admin_port=0) as server: print(server.pub_port != 5555)"
    )
    program = start("python", "-u", "-c", code, variables=variables)
    assert program.line() == "True"
    assert " is up on 127.0.0.1: " in program.line_with("is up", "stderr")
    assert program.code() == 0


def start_error(environment, arguments, folder):
    """Starts a server that cannot start, and returns the text of its StartupError."""
    code = f"""
from pulse_mq import PulseMQServer, StartupError
server = PulseMQServer({arguments}, on_log=lambda line: None)
try:
    server.start()
except StartupError as error:
    print(error)
assert not server.is_running
"""
    return environment.output(code, folder).rstrip("\n")


def test_a_taken_port_is_an_error(environment, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = start_error(environment, f"host='127.0.0.1', pub_port={port}, admin_port=0", tmp_path)
    assert text.startswith(f"address in use: 127.0.0.1:{port}; ")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("pub_port=70_000", "configuration: server.pub_port is 70000; allowed: 0 to 65535"),
        ("log_level='loud'", 'configuration: logging.level is "loud"; allowed: debug, info, warn, error'),
    ],
)
def test_a_wrong_setting_is_an_error(environment, tmp_path, arguments, text):
    assert start_error(environment, arguments, tmp_path) == text


def test_a_database_that_cannot_be_made_is_an_error(environment, tmp_path):
    (tmp_path / "file").write_text("")
    text = start_error(environment, "pub_port=0, admin_port=0, db_path='file/a.db'", tmp_path)
    assert str(tmp_path / "file") in text


def test_log_lines_go_to_stderr_and_a_callback_that_fails_changes_nothing(start):
    program = start("python", "-c", ON_FREE_PORTS + "with server: pass")
    assert " is up on 127.0.0.1: pub " in program.line_with("is up", "stderr")
    program.line_with("stopped", "stderr")
    assert program.code() == 0
    failing = "PulseMQServer(host='127.0.0.1', pub_port=0, admin_port=0, on_log=lambda line: 1 / 0)"
    program = start(
        "python", "-c", f"from pulse_mq import PulseMQServer\nwith {failing} as server: print(server.is_running)"
    )
    assert program.line() == "True"
    program.line_with("ZeroDivisionError", "stderr")
    assert program.code() == 0


def test_asyncio_runs_it_and_a_cancellation_ends_it(environment, tmp_path):
    code = """
import asyncio

async def main():
    running = asyncio.create_task(server.async_run())
    while not server.is_running:
        await asyncio.sleep(0.01)
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        print("cancelled", server.is_running)

asyncio.run(main())
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path).splitlines()[-1] == "cancelled False"


def test_the_client_works_with_it(environment, tmp_path):
    code = """
import json, pathlib
with server:
    admin = json.loads(pathlib.Path(".pulsemq_admin").read_text())
    client = PulseMQClient("127.0.0.1", server.pub_port, username=admin["username"], token=admin["token"])
    client.connect()
    client.publish("market", "a.b", b"1").result()
    print(client.query_topics("market"))
    client.close()
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path) == "['a.b']\n"


def test_the_programs_of_the_documents_run(environment, start, tmp_path):
    pages = [ROOT / "docs" / "python.md", ROOT / "clients" / "python-broker" / "README.md"]
    blocks = [code for page in pages for code in python_blocks(page.read_text(encoding="utf-8"))]
    runs, block, of_readme = (code for code in blocks if "PulseMQServer" in code)
    assert environment.output(block, tmp_path) == "['sz000651.trade']\n"
    for code in (runs, of_readme):
        free = code.replace("pub_port=6000, admin_port=9090", "pub_port=0, admin_port=0")
        assert free != code
        program = start("python", "-u", "-c", free)
        program.line_with("Health")
        program.interrupt()
        assert program.code() == 0
