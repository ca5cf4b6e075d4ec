"""A wire between a client and a PostgreSQL server that a test cuts at the worst moment.

    with Proxy(server_port) as proxy:
        proxy.cut(b"COMMIT", Cut.BEHIND)

It understands nothing of the protocol: it looks for bytes in what the client sends.
"""

import contextlib
import re
import select
import socket
import threading
from enum import Enum
from typing import Self

from psycopg.conninfo import conninfo_to_dict

CHUNK_BYTES = 65_536


class Cut(Enum):
    """Where the wire is cut."""

    BEFORE = "the server never gets the bytes"
    BEHIND = "the server gets them and answers; the client never gets the answer"


class Proxy:
    """Listens on `port`, forwards to a port of 127.0.0.1."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._cut: tuple[bytes, Cut] | None = None
        self._threads: list[threading.Thread] = []
        self._stopping, self._stopped = socket.socketpair()

    @classmethod
    def to(cls, url: str) -> Self:
        """A wire to the server of an address."""
        return cls(int(str(conninfo_to_dict(url)["port"])))

    def instead_of(self, url: str) -> str:
        """The same address, over this wire."""
        return re.sub(r"@[^/]*/", f"@127.0.0.1:{self.port}/", url)

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.close()
        for thread in self._threads:
            thread.join()
        self._listener.close()
        self._stopped.close()

    def cut(self, at: bytes, where: Cut) -> None:
        """Cut the next wire on which these bytes go to the server, once."""
        self._cut = at, where

    def _run(self, target, *arguments) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self._listener in _readable(self._listener, self._stopped):
            client, _ = self._listener.accept()
            self._run(self._forward, client)

    def _forward(self, client: socket.socket) -> None:
        with (
            client,
            socket.create_connection(("127.0.0.1", self._server_port)) as server,
            contextlib.suppress(ConnectionError),
        ):
            for each in (client, server):  # small messages go at once, as libpq's do
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            deaf = False
            while True:
                ready = _readable(client, server, self._stopped)
                if self._stopped in ready:
                    return
                if server in ready:
                    answer = server.recv(CHUNK_BYTES)
                    if deaf or not answer:
                        return
                    client.sendall(answer)
                if client in ready:
                    asked = client.recv(CHUNK_BYTES)
                    if not asked:
                        return
                    if self._cut is not None and self._cut[0] in asked:
                        where, self._cut = self._cut[1], None
                        if where is Cut.BEFORE:
                            return
                        deaf = True  # the server may want more before it answers
                    server.sendall(asked)


def _readable(*sockets: socket.socket) -> list[socket.socket]:
    return select.select(sockets, [], [])[0]
