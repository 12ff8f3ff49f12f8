"""A database that the Python broker of 0.3.0 itself has written, moved in by ours."""
import asyncio
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile

from broker import Broker
from pulse_mq import PulseMQClient


def adjacent_ports() -> int:
    """The first of two free ports side by side: the package knows no other way."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def publish(pub_port: int, username: str, token: str, topic: str) -> None:
    async def main():
        client = PulseMQClient("127.0.0.1", pub_port, pub_port + 1, username, token)
        await client.async_connect()
        try:
            await client.async_publish("market_data", topic, b"price")
        finally:
            await client.async_close()

    asyncio.run(main())


def python_broker(directory: pathlib.Path) -> dict[str, str]:
    """Runs it, publishes, kills it, and gives a user of its own a grant; what the file of its first admin says."""
    port = adjacent_ports()
    code = f"from pulse_mq import PulseMQServer; PulseMQServer(host='127.0.0.1', pub_port={port}, sub_port={port + 1}).run()"
    process = subprocess.Popen([sys.executable, "-u", "-c", code], cwd=directory, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "Health" in line:
            break
    text = (directory / ".pulsemq_admin").read_text(encoding="utf-8")
    admin = {"username": "admin"}
    for key, word in (("password", "密码"), ("token", "Token")):
        admin[key] = re.search(f"{word}:\\s+(\\S+)", text)[1]
    publish(port, "admin", admin["token"], "sz000651.trade")
    process.send_signal(signal.SIGKILL)
    process.wait()
    return admin


def test_users_tokens_passwords_topics_and_grants_stay():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pulsemq-move-in-"))
    admin = python_broker(directory)
    token = "0123456789abcdef" * 2
    with sqlite3.connect(directory / "pulsemq.db") as database:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        database.execute("INSERT INTO users (username, user_type, token_hash) VALUES ('publisher_01', 'mq_normal', ?)", (hashed,))
        database.execute("INSERT INTO namespace_permissions (user_id, namespace_id, role, granted_by) VALUES (2, 1, 'pub', 'admin')")
    database.close()
    # What the helper logs in with; ours would write such a file only for a database without users.
    os.rename(directory / ".pulsemq_admin", directory / ".pulsemq_admin.python")
    (directory / ".pulsemq_admin").write_text(json.dumps(admin))
    broker = Broker(directory=str(directory))
    try:
        assert [user["username"] for user in broker.call("GET", "/api/users")] == ["admin", "publisher_01"]
        assert [topic["name"] for topic in broker.call("GET", "/api/topics")] == ["sz000651.trade"]
        publish(broker.pub_port, "publisher_01", token, "sz000651.kline.1m")
        assert (directory / "pulsemq.db.pulse-mq").stat().st_mode & 0o777 == 0o600
    finally:
        broker.stop()
