"""Our broker migrates a database that the Python broker of 0.3.0 has written."""

import asyncio
import hashlib
import json
import os
import pathlib
import sqlite3
import sys
import tempfile

from broker import Broker
from pulse_mq import PulseMQClient
from python_broker import PythonBroker


def publish(pub_port: int, username: str, token: str, topic: str) -> None:
    """Publishes one message to `market_data`."""

    async def main():
        client = PulseMQClient("127.0.0.1", pub_port, pub_port + 1, username, token)
        await client.async_connect()
        try:
            await client.async_publish("market_data", topic, b"price")
        finally:
            await client.async_close()

    asyncio.run(main())


def write_database(directory: pathlib.Path, token: str) -> dict[str, str]:
    """Has the Python broker write a database, and adds a user with this token and a grant.

    Returns the username, password and token of the administrator.
    """
    python_broker = PythonBroker(sys.executable, directory)
    publish(python_broker.pub_port, "admin", python_broker.token, "sz000651.trade")
    python_broker.kill()
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    with sqlite3.connect(directory / "pulsemq.db") as database:
        database.execute(
            "INSERT INTO users (username, user_type, token_hash) VALUES ('publisher_01', 'mq_normal', ?)", (token_hash,)
        )
        database.execute(
            "INSERT INTO namespace_permissions (user_id, namespace_id, role, granted_by) VALUES (2, 1, 'pub', 'admin')"
        )
    database.close()
    return {"username": "admin", "password": python_broker.password, "token": python_broker.token}


def test_users_tokens_passwords_topics_and_grants_are_kept():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="pulsemq-migrate-"))
    token = "0123456789abcdef" * 2
    admin = write_database(directory, token)
    # `Broker` logs in with the JSON in this file. Our broker writes the file only for a database without users.
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
