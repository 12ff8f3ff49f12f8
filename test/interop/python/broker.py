"""Starts our broker in a process of its own, and calls its admin API."""

import json
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request


def find_root() -> pathlib.Path:
    """The root of the repository: the folder above this file that holds the package lock."""
    return next(
        folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "package-lock.json").exists()
    )


ROOT = find_root()
#: Holds this folder and the Node programs that Python tests start.
INTEROP = pathlib.Path(__file__).resolve().parents[1]
COMMAND = ROOT / "packages" / "cli" / "bin" / "pulsemq.js"


class Broker:
    """A broker on 127.0.0.1. Without `ports` it takes free ones; without `directory` it gets a new one for its files."""

    def __init__(self, *, config: str | None = None, directory: str | None = None, ports: tuple[int, int] = (0, 0)):
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="pulsemq-interop-"))
        arguments = ["--host", "127.0.0.1", "--pub-port", str(ports[0]), "--admin-port", str(ports[1])]
        if config is not None:
            (self.directory / "config.yaml").write_text(config)
            arguments += ["--config", "config.yaml"]
        self.process = subprocess.Popen(
            ["node", str(COMMAND), *arguments],
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        banner = ""
        for line in self.process.stdout:
            banner += line
            if line.startswith("====") and "Health" in banner:
                break
        assert "Health" in banner, f"the broker did not start: {banner}"
        self.pub_port = int(re.search(r"PUB\(XSUB\) : tcp://[^:]+:(\d+)", banner)[1])
        self.sub_port = int(re.search(r"SUB\(XPUB\) : tcp://[^:]+:(\d+)", banner)[1])
        self.admin_port = int(re.search(r"Admin     : http://[^:]+:(\d+)", banner)[1])
        self.admin = json.loads((self.directory / ".pulsemq_admin").read_text())
        self.jwt = self.call("POST", "/login", {"username": "admin", "password": self.admin["password"]})["token"]

    def call(self, method: str, path: str, body=None):
        """Calls the admin API and returns the JSON of the response. Fails the test on an error status."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if path != "/login":
            headers["Authorization"] = f"Bearer {self.jwt}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def namespace(self, name: str) -> int:
        """Creates a namespace and returns its id."""
        return self.call("POST", "/api/namespaces", {"name": name})["id"]

    def user(self, name: str, grants: dict[int, str]) -> str:
        """Creates a user with a role in each namespace id, and returns its token."""
        created = self.call("POST", "/api/users", {"username": name})
        for namespace_id, role in grants.items():
            self.call("POST", f"/api/namespaces/{namespace_id}/permissions", {"user_id": created["id"], "role": role})
        return created["token"]

    def user_id(self, name: str) -> int:
        """Returns the id of a user."""
        return next(user["id"] for user in self.call("GET", "/api/users") if user["username"] == name)

    def stop(self):
        """Ends the broker with SIGTERM, and checks that it ends well."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()


class Prepared:
    """A broker with a namespace `market` and the users `publisher`, `reader` and `outsider`. The last one has no rights."""

    def __init__(self, broker: Broker):
        self.broker = broker
        self.namespace_id = broker.namespace("market")
        self.tokens = {
            "publisher": broker.user("publisher", {self.namespace_id: "pub"}),
            "reader": broker.user("reader", {self.namespace_id: "sub"}),
            "outsider": broker.user("outsider", {}),
        }

    def arguments(self, name: str, **more):
        """Returns the constructor arguments of a client of this user."""
        return {
            "host": "127.0.0.1",
            "pub_port": self.broker.pub_port,
            "sub_port": self.broker.sub_port,
            "username": name,
            "token": self.tokens[name],
            **more,
        }
