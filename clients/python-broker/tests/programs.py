"""Programs in an environment of Python, and the processes that they start."""

import os
import pathlib
import queue
import signal
import subprocess
import threading
import time


class Environment:
    """A virtual environment. Programs in it find its own commands on their PATH, and nothing else."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        self.variables = {"PATH": str(self.bin), "HOME": os.environ["HOME"], "LANG": "C.UTF-8", "PYTHONUTF8": "1"}

    def start(self, *words, cwd, variables=None):
        """Starts a command of the environment, such as `pulsemq`."""
        return Program([self.bin / words[0], *words[1:]], cwd, {**self.variables, **(variables or {})})

    def output(self, code, cwd):
        """Runs Python code to its end, and returns what it printed. Fails the test when it prints a warning or an error."""
        done = subprocess.run(
            [self.python, "-W", "error", "-c", code], cwd=cwd, env=self.variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


class Program:
    """A program in a group of its own, as a terminal starts one, whose lines are read as it prints them."""

    def __init__(self, words, cwd, env):
        self.process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        self._queues = {"stdout": queue.Queue(), "stderr": queue.Queue()}
        self._threads = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self._queues]
        for thread in self._threads:
            thread.start()

    def line(self, stream="stdout"):
        """Returns the next line that it prints."""
        line = self._queues[stream].get(timeout=60)
        assert line is not None, f"it ended: {self.rest('stderr')}"
        return line

    def line_with(self, text, stream="stdout"):
        """Returns the next line that contains a text."""
        line = self.line(stream)
        while text not in line:
            line = self.line(stream)
        return line

    def rest(self, stream):
        """Waits until it has closed a stream, and returns the lines that are left."""
        lines = iter(lambda: self._queues[stream].get(timeout=60), None)
        return "\n".join(lines)

    def interrupt(self):
        """Sends what Ctrl+C sends: SIGINT to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def code(self):
        """Waits for its end and returns its exit code."""
        return self.process.wait(timeout=60)

    def end(self):
        """Kills it, when it still runs, and waits for what it has printed."""
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()

    def _read(self, name):
        with getattr(self.process, name) as pipe:
            for line in pipe:
                self._queues[name].put(line.rstrip("\n"))
        self._queues[name].put(None)


def children_of(pid):
    """Returns the process ids of the children of a process."""
    return [
        int(child)
        for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]


def wait_for_end(pid):
    """Returns when a process is gone, which need not be a child of this one."""
    deadline = time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs after 30 s"
        time.sleep(0.02)


def is_alive(pid):
    """True when a process runs; a zombie has ended."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
