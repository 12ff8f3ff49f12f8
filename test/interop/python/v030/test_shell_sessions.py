"""Sections 1.2 and 7 of the README of 0.3.0, read from the installed package and run as they are, each on a new broker.

Only the port and the password are filled in.
"""

import asyncio
import importlib.metadata
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from broker import Broker
from pulse_mq import PulseMQClient

README = importlib.metadata.metadata("pulse-mq").get_payload() or importlib.metadata.metadata("pulse-mq")["Description"]


def block(heading: str, language: str) -> str:
    """Returns the first code block of a language below a heading."""
    section = README.split(f"{heading}\n", 1)[1]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


@pytest.fixture
def broker():
    broker = Broker()
    yield broker
    broker.stop()


def run(broker: Broker, command: list[str], text: str) -> str:
    """Runs a command with `text` as its input, in the broker's folder and with this Python first on the path. Returns its output."""
    text = text.replace("localhost:8080", f"127.0.0.1:{broker.admin_port}")
    text = text.replace("from_.pulsemq_admin", broker.admin["password"])
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        input=text,
        text=True,
        capture_output=True,
        cwd=broker.directory,
        env={**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def publish(broker: Broker, username: str, token: str, namespace: str) -> None:
    """Publishes one message."""

    async def main():
        client = PulseMQClient("127.0.0.1", broker.pub_port, broker.sub_port, username, token)
        await client.async_connect()
        try:
            await client.async_publish(namespace, "sz000651.kline.1m", b"now")
        finally:
            await client.async_close()

    asyncio.run(main())


def test_section_1_2_prepares_users_that_can_publish(broker):
    printed = run(broker, [sys.executable, "-"], block("#### 1.2 通过管理 API 准备用户和权限", "python"))
    tokens = dict(re.findall(r"^(publisher|subscriber) token: ([0-9a-f]{32})$", printed, re.MULTILINE))
    assert "namespace: {'id': 1, 'name': 'market_data'}" in printed
    assert printed.count("{'status': 'granted'}") == 2
    publish(broker, "publisher_01", tokens["publisher"], "market_data")


def test_section_7_calls_the_admin_api(broker):
    printed = run(broker, ["bash", "-euo", "pipefail"], block("### 7. 通过 curl 调用管理 API", "bash"))
    answers = []
    rest = printed
    while rest := rest.strip():
        answer, end = json.JSONDecoder().raw_decode(rest)
        answers.append(answer)
        rest = rest[end:]
    namespaces, namespace, user, grant, connections, figures, health, audit = answers
    assert namespaces == []
    assert namespace == {"id": 1, "name": "trade_signal"}
    assert user["id"] == 2 and re.fullmatch("[0-9a-f]{32}", user["token"])
    assert grant == {"status": "granted"}
    assert connections == []
    assert figures["msg_total"] == 0
    assert health["status"] == "ok" and {"version", "uptime_seconds", "connections"} <= health.keys()
    assert [row["op_type"] for row in audit] == ["grant", "user.create", "namespace.create", "login", "login"]
    publish(broker, "signal_bot", user["token"], "trade_signal")
