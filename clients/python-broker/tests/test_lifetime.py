"""The broker lives as long as the Python program, however that ends."""

import os
import signal
import socket

from programs import children_of, is_alive, wait_for_end
from test_server import ON_FREE_PORTS

RUN = ON_FREE_PORTS + "server.run()\nprint('ended')\n"
START = ON_FREE_PORTS + "server.start()\nprint(server.admin_port)\n"


def broker_of(program):
    """Returns the process id of the broker that a program has started."""
    [pid] = children_of(program.process.pid)
    return pid


def test_run_prints_the_addresses_and_ends_at_ctrl_c_without_a_trace(start):
    program = start("python", "-u", "-c", RUN)
    program.line_with("Health")
    broker = broker_of(program)
    program.interrupt()
    assert program.line_with("ended") == "ended"
    assert program.code() == 0
    assert not is_alive(broker)
    log = program.rest("stderr")
    assert "stopped" in log and "Traceback" not in log


def test_run_ends_at_sigterm(start):
    program = start("python", "-u", "-c", RUN)
    program.line_with("Health")
    program.process.send_signal(signal.SIGTERM)
    assert program.line_with("ended") == "ended"
    assert program.code() == 0


def test_ctrl_c_during_the_start_ends_it(start):
    program = start("python", "-u", "-c", RUN)
    while not children_of(program.process.pid):
        assert program.process.poll() is None
    program.interrupt()
    assert program.code() == 0
    assert "Traceback" not in program.rest("stderr")


def test_the_handlers_of_signals_are_put_back(environment, tmp_path):
    code = """
import signal, threading
before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
def stop():
    while not server.is_running:
        pass
    server.stop()
threading.Thread(target=stop).start()
server.run()
print((signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before)
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path).splitlines()[-1] == "True"


def test_the_broker_ends_when_python_is_killed(start):
    program = start("python", "-u", "-c", START + "import time\ntime.sleep(600)")
    program.line()
    broker = broker_of(program)
    program.process.kill()
    wait_for_end(broker)


def test_the_broker_ends_when_python_is_killed_during_the_start(start):
    program = start("python", "-u", "-c", RUN)
    while not children_of(program.process.pid):
        assert program.process.poll() is None
    broker = broker_of(program)
    program.process.kill()
    wait_for_end(broker)


def test_the_broker_ends_although_a_forked_process_lives_on(start):
    code = START + "import os, time\nif os.fork() == 0:\n    print(os.getpid())\ntime.sleep(600)"
    program = start("python", "-u", "-c", code)
    program.line()
    fork = int(program.line())
    [broker] = [pid for pid in children_of(program.process.pid) if pid != fork]
    program.process.kill()
    wait_for_end(broker)
    assert is_alive(fork)
    os.kill(fork, signal.SIGKILL)


def test_a_forked_process_leaves_the_broker_alone(environment, tmp_path):
    code = """
import os
with server:
    pid = os.fork()
    if pid == 0:
        server.stop()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    socket = __import__("socket").create_connection(("127.0.0.1", server.admin_port))
    socket.close()
    print(server.is_running)
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path) == "True\n"


def test_the_end_of_the_thread_that_started_it_changes_nothing(environment, tmp_path):
    code = """
import socket, threading
thread = threading.Thread(target=server.start)
thread.start()
thread.join()
socket.create_connection(("127.0.0.1", server.admin_port)).close()
print(server.is_running)
server.stop()
"""
    assert environment.output(ON_FREE_PORTS + code, tmp_path) == "True\n"


def test_the_ports_are_free_when_a_program_has_ended_without_stop(start):
    program = start("python", "-u", "-c", START)
    port = int(program.line())
    assert program.code() == 0
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))
    assert "stopped" in program.rest("stderr")


def test_run_raises_when_the_broker_dies(start):
    program = start("python", "-u", "-c", RUN)
    program.line_with("Health")
    os.kill(broker_of(program), signal.SIGKILL)
    assert program.code() == 1
    assert "BrokerEndedError: the broker ended with exit code -9" in program.rest("stderr")


def test_a_start_that_takes_too_long_ends_it(environment, tmp_path):
    code = """
from pulse_mq import StartupError
try:
    server.start(timeout=0.01)
except StartupError as error:
    print(error)
print(server.is_running)
"""
    first, last = environment.output(ON_FREE_PORTS + code, tmp_path).splitlines()
    assert first.startswith("the broker was not up after 0.01 s") and last == "False"
