"""One link by itself, against a peer that hangs up when it is least expected."""

import asyncio
import socket
import threading

import zmq

from pulse_mq import NotConnectedError
from pulse_mq._link import Link, LinkOptions

GREETING = b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00" + b"NULL" + b"\x00" * 16 + b"\x00" + b"\x00" * 31
READY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER"


class HangingUp:
    """Shakes hands with whoever comes, and closes the connection with that."""

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


def test_a_link_that_is_lost_as_soon_as_it_is_up_is_told_to_whoever_opens_it():
    async def work():
        peer = HangingUp()
        loop = asyncio.get_running_loop()
        refused_count = 0
        for _ in range(100):
            peer.has_hung_up.clear()
            lost = loop.create_future()
            options = LinkOptions("127.0.0.1", peer.port, 20, 10, 10, None)
            link = Link(zmq.DEALER, options, lambda: None, lost.set_result)
            # What happens meanwhile is seen in one go: up and gone.
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
