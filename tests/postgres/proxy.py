"""A wire between a client and a PostgreSQL server that a test cuts at the worst moment.

    with Proxy(server_port) as proxy:
        proxy.cut(b"COMMIT", Cut.BEHIND)

It understands nothing of the protocol: it looks for bytes in what the client sends.
"""

import contextlib
import select
import socket
import threading
from enum import Enum
from typing import Self

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
        with client, socket.create_connection(("127.0.0.1", self._server_port)) as server:
            while True:
                ready = _readable(client, server, self._stopped)
                if self._stopped in ready:
                    return
                for source, target in ((client, server), (server, client)):
                    if source not in ready:
                        continue
                    with contextlib.suppress(ConnectionError):
                        if self._pass_on(source, target, from_client=source is client):
                            continue
                    return

    def _pass_on(self, source: socket.socket, target: socket.socket, *, from_client: bool) -> bool:
        data = source.recv(CHUNK_BYTES)
        if not data:
            return False
        if not from_client or self._cut is None or self._cut[0] not in data:
            target.sendall(data)
            return True
        where, self._cut = self._cut[1], None
        if where is Cut.BEHIND:
            target.sendall(data)
            target.recv(CHUNK_BYTES)  # the answer: what was asked for is done
        return False


def _readable(*sockets: socket.socket) -> list[socket.socket]:
    return select.select(sockets, [], [])[0]
