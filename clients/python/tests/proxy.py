"""A TCP proxy in front of the broker. A test can cut its links, refuse new ones, or swallow the bytes on open ones."""

import asyncio
import socket

#: What the kernel keeps of the broker's bytes while the proxy does not read. The default may grow to tens of MB.
_RECEIVE_BUFFER_BYTES = 65_536


class Proxy:
    """Passes bytes between clients and a port of the broker, on the loop of the test."""

    def __init__(self, target):
        self._target = target
        self._links = []
        self._accepted = []
        self._refuses = self._is_stopped = False
        self._garbage = b""
        self._answer_count = 0
        self._answered = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        #: True to swallow what one side sends, while the links stay open.
        self.swallows_to_broker = False
        self.swallows_to_client = False

    async def start(self):
        """Listens on `port`."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Stops listening and cuts the links."""
        self._is_stopped = True
        # What has connected already is accepted, and closed by `_join`: asyncio would leak a socket that a closed server accepts.
        for _ in range(10):
            await asyncio.sleep(0)
        self._server.close()
        self.cut()
        for writer in self._accepted:
            writer.transport.abort()
        # A transport closes on the next turn of the loop.
        await asyncio.sleep(0)

    def swallow(self, swallows=True):
        """Swallows what either side sends."""
        self.swallows_to_broker = self.swallows_to_client = swallows

    def garble(self):
        """Sends bytes that are not ZMTP to the client on every link, also on new ones, and nothing else."""
        self.swallow()
        self._garbage = b"\x7f\x00\xff" * 100
        for _, writers in self._links:
            writers[0].write(self._garbage)

    def hold(self):
        """Does not read what the broker sends, until `release`: the broker's backlog fills."""
        self._may_read.clear()

    def release(self):
        """Reads again."""
        self._may_read.set()

    def cut(self):
        """Resets all links."""
        for tasks, writers in self._links:
            for task in tasks:
                task.cancel()
            for writer in writers:
                writer.transport.abort()
        self._links.clear()

    def cut_and_refuse(self):
        """Resets all links, and every new one until `accept`: the client cannot reconnect meanwhile."""
        self._refuses = True
        self.cut()

    def accept(self):
        """Passes new links again."""
        self._refuses = False

    async def answers(self, count):
        """Returns when the broker has sent something this many times from now on."""
        until = self._answer_count + count
        while self._answer_count < until:
            self._answered.clear()
            await self._answered.wait()

    async def _join(self, near_reader, near_writer):
        self._accepted.append(near_writer)
        if self._refuses or self._is_stopped:
            near_writer.transport.abort()
            return
        try:
            far_reader, far_writer = await self._open()
        except OSError:
            near_writer.transport.abort()
            return
        if self._is_stopped:
            far_writer.transport.abort()
            return
        ways = (
            (near_reader, far_writer, self._may_pass_to_broker, None),
            (far_reader, near_writer, self._may_pass_to_client, self._may_read),
        )
        tasks = [asyncio.ensure_future(_pass(*way)) for way in ways]
        self._links.append((tasks, (near_writer, far_writer)))
        near_writer.write(self._garbage)

    async def _open(self):
        end = socket.socket()
        end.setblocking(False)
        # Before it connects: the window is agreed on then.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        try:
            await asyncio.get_running_loop().sock_connect(end, ("127.0.0.1", self._target))
            return await asyncio.open_connection(sock=end)
        except BaseException:
            end.close()
            raise

    def _may_pass_to_broker(self):
        return not self.swallows_to_broker

    def _may_pass_to_client(self):
        self._answer_count += 1
        self._answered.set()
        return not self.swallows_to_client


async def _pass(reader, writer, may_pass, may_read):
    try:
        while data := await reader.read(65_536):
            if may_read:
                await may_read.wait()
            if may_pass():
                writer.write(data)
                await writer.drain()
    except OSError:
        # One side was reset. The other one is reset below.
        pass
    writer.transport.abort()
