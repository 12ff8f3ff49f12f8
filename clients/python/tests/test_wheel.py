"""The wheel: its files, and how it runs in an environment without other packages."""

import os
import pathlib
import subprocess
import venv
import zipfile

import pytest

PROGRAM = """
import asyncio, pulse_mq, sys
pub_port, sub_port, token = sys.argv[1:]

async def main():
    client = pulse_mq.PulseMQClient("127.0.0.1", int(pub_port), int(sub_port), "publisher", token)
    async with client, client.async_subscribe("market", "wheel.>") as subscription:
        import pandas
        for format in ("df_msgpack", "df_pyarrow"):
            for algorithm in ("zlib", "lz4", "zstd"):
                table = pandas.DataFrame({"v": range(1000)})
                await client.async_publish("market", "wheel.a", table, format=format, compress=algorithm)
                assert (await subscription.__anext__()).data.equals(table)
    print(pulse_mq.__version__)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def wheel():
    """The path of the wheel that the runner has built."""
    path = os.environ.get("PULSEMQ_WHEEL")
    if path is None:
        pytest.skip("run by npm run test:python, which builds the wheel")
    return pathlib.Path(path)


def test_it_holds_the_typed_client_and_no_server(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert "pulse_mq/py.typed" in names
    assert all(name.startswith("pulse_mq/") for name in names)
    assert [name for name in names if not name.endswith((".py", "py.typed"))] == []
    assert [name for name in names if any(word in name for word in ("server.py", "broker", "admin", "test"))] == []


def test_it_installs_and_runs_in_an_empty_environment(wheel, prepared, tmp_path):
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{wheel}[arrow]"], check=True)
    arguments = prepared.arguments("publisher")
    ports = [str(arguments["pub_port"]), str(arguments["sub_port"])]
    done = subprocess.run(
        [python, "-I", "-W", "error", "-c", PROGRAM, *ports, arguments["token"]], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == wheel.name.split("-")[1]
