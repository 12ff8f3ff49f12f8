"""Starts the broker of the package pulse-mq 0.3.0 in a process of its own."""

import pathlib
import re
import socket
import subprocess


def adjacent_ports() -> int:
    """Returns the first of two free adjacent ports. The package prints no ports, so it cannot choose them itself."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


class PythonBroker:
    """The broker on 127.0.0.1, with its files in `directory`. `python` is an interpreter that has the package."""

    def __init__(self, python: str | pathlib.Path, directory: pathlib.Path):
        self.pub_port = adjacent_ports()
        ports = f"pub_port={self.pub_port}, sub_port={self.pub_port + 1}"
        code = f"from pulse_mq import PulseMQServer; PulseMQServer(host='127.0.0.1', {ports}).run()"
        command = [python, "-I", "-u", "-c", code]
        self.process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, text=True)
        assert any("Health" in line for line in self.process.stdout), "the Python broker did not start"
        text = (directory / ".pulsemq_admin").read_text(encoding="utf-8")
        self.password = re.search(r"密码:\s+(\S+)", text)[1]
        self.token = re.search(r"Token:\s+(\S+)", text)[1]

    def arguments(self, **more):
        """Returns the constructor arguments of a client of its administrator."""
        return {"host": "127.0.0.1", "pub_port": self.pub_port, "username": "admin", "token": self.token, **more}

    def kill(self):
        """Ends it with SIGKILL, so that it writes nothing further."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
