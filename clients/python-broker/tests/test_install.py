"""What the wheel contains, and what an environment has after `pip install`."""

import re
import signal
import urllib.request
import zipfile


def names_in(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_is_for_one_platform_and_of_bounded_size(wheel):
    assert re.fullmatch(r"pulsemq_broker-[\d.]+-py3-none-manylinux_2_\d+_x86_64\.whl", wheel.name)
    assert wheel.stat().st_size < 16_000_000


def test_the_wheel_has_what_runs_and_nothing_else(wheel):
    names = names_in(wheel)
    modules = "pulsemq_broker/bundle/node_modules/"
    for wanted in ("pulsemq/bin/pulsemq.js", "@pulsemq/broker/dist/index.js", "@pulsemq/console/dist/index.html"):
        assert modules + wanted in names
    assert "pulsemq_broker/py.typed" in names
    assert [
        name for name in names if re.search(r"\.(d\.ts|ts|map|tsbuildinfo)$|-musl/|/vite/|/typescript/|\.venv", name)
    ] == []
    native = [name for name in names if name.endswith(".node")]
    assert len(native) == 3 and all("linux-x64-gnu" in name for name in native)


def test_the_wheel_has_the_licences(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/THIRD-PARTY-LICENSES.txt"))
        text = archive.read(name).decode()
    for package in ("fastify", "libsql", "kysely", "zod", "lz4-napi"):
        assert re.search(rf"^{package} \d+\.\d+\.\d+\nLicence: MIT$", text, re.MULTILINE), package
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names_in(wheel))


def test_there_is_no_node_on_the_path(environment, tmp_path):
    assert environment.output("import shutil; print(shutil.which('node'))", tmp_path) == "None\n"


def test_the_command_says_its_version(start, wheel):
    version = wheel.name.split("-")[1]
    assert start("pulsemq", "--version").line() == version
    assert start("python", "-m", "pulsemq_broker", "--version").line() == version


def test_the_command_starts_broker_and_console_and_ends_at_ctrl_c(start, tmp_path):
    command = start("pulsemq", "--host", "127.0.0.1", "--pub-port", "0", "--admin-port", "0")
    address = command.line_with("Admin").split(" : ")[1]
    with urllib.request.urlopen(address) as page:
        assert b"<script" in page.read()
    assert (tmp_path / ".pulsemq_admin").exists()
    command.interrupt()
    assert command.code() == 0


def test_the_command_ends_at_sigterm(start):
    command = start("pulsemq", "--host", "127.0.0.1", "--pub-port", "0", "--admin-port", "0")
    command.line_with("Health")
    command.process.send_signal(signal.SIGTERM)
    assert command.code() == 0


def test_the_client_alone_says_what_to_install(light, tmp_path):
    code = """
import platform, sys
import pulse_mq
for module, name in (("pulse_mq", "PulseMQServer"), ("pulse_mq.config", "Config")):
    try:
        exec(f"from {module} import {name}")
    except ImportError as error:
        print(error)
sys.platform = "darwin"
platform.system, platform.machine = lambda: "Darwin", lambda: "arm64"
try:
    from pulse_mq import PulseMQServer
except ImportError as error:
    print(error)
print(hasattr(pulse_mq, "Unknown"))
"""
    here, config, elsewhere, unknown = light.output(code, tmp_path).splitlines()
    assert here == (
        "PulseMQServer needs the broker, which this package does not contain. pip install pulsemq-broker brings it"
    )
    assert config.startswith("pulse_mq.config.Config needs the broker, ")
    assert "on Linux x86_64 with glibc, not on Darwin arm64: install Node.js" in elsewhere
    assert unknown == "False"
