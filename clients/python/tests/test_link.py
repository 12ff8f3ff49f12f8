"""One link on its own, with a peer that hangs up right after the handshake."""

import asyncio
import socket
import threading

import pytest
import zmq

from pulse_mq import NotConnectedError
from pulse_mq._link import Endpoint, Link, LinkOptions

GREETING = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00" + b"NULL" + b"\x00" * 16 + b"\x00" + b"\x00" * 31
READY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER"


class HangingUp:
    """Completes the ZMTP handshake with every peer, and closes the connection."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.has_hung_up = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self):
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            with one:
                one.sendall(GREETING + bytes((4, len(READY))) + READY)
                seen = b""
                while b"READY" not in seen:
                    seen += one.recv(1_024)
            self.has_hung_up.set()


def test_open_raises_when_the_link_is_closed_right_after_the_handshake():
    async def work():
        with zmq.Context() as context, context.socket(zmq.ROUTER) as peer:
            port = peer.bind_to_random_port("tcp://127.0.0.1")
            endpoint = Endpoint("127.0.0.1", port, connect_timeout=20, ping_interval=10, ping_timeout=3)
            link = Link(zmq.DEALER, LinkOptions(endpoint, 10, 10, False), lambda: None, lambda error: None)
            # The test reads the handshake in place of the loop, and closes the link before `open` runs again.
            link._monitor_watch.stop()
            opening = asyncio.ensure_future(link.open())
            while not link._monitor.poll(0):
                await asyncio.sleep(0)
            link._read_monitor()
            link.close()
            with pytest.raises(NotConnectedError, match="was closed"):
                await opening

    asyncio.run(asyncio.wait_for(work(), 50))


def test_open_raises_when_the_link_is_lost_right_after_the_handshake():
    async def work():
        peer = HangingUp()
        loop = asyncio.get_running_loop()
        endpoint = Endpoint("127.0.0.1", peer.port, connect_timeout=20, ping_interval=10, ping_timeout=3)
        refused_count = 0
        for _ in range(100):
            peer.has_hung_up.clear()
            lost = loop.create_future()
            link = Link(zmq.DEALER, LinkOptions(endpoint, 10, 10, False), lambda: None, lost.set_result)
            # Blocks the loop, so that it sees the handshake and the loss in one turn.
            loop.call_later(0, peer.has_hung_up.wait, 10)
            try:
                await link.open()
                await asyncio.wait_for(lost, 5)
            except NotConnectedError:
                refused_count += 1
            link.close()
        peer.stop()
        assert refused_count > 0

    asyncio.run(asyncio.wait_for(work(), 50))
