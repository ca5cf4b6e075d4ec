"""Connections to brokers, as kafka-python makes them, that end with the reason why they could not be made.

Rules:

- A broker that refuses a login, or that cannot show who it is, is not asked again while a client is made: where all of the
  given brokers did so, making the client fails with that reason. kafka-python would try until its time is over, and then
  say only that it was.
- What a broker says before it ends a connection is heard. kafka-python drops what it reads together with the end, and a
  broker that refuses a login sends both together.
- A client that was made once goes on trying, whatever the answer is: a password may be set, a certificate replaced.
- A connection that fails closes its socket at once (kafka-python would leave it to the garbage collector; for the handshake
  of an encrypted one see `tongban.adapters.kafka.tls`).

Not handled here: which client is made with which settings (`tongban.adapters.kafka.clients`).
"""

import socket
import ssl
from typing import Any

from tongban.adapters.kafka.library import kafka
from tongban.adapters.kafka.tls import tls_context

DIRECT_SCHEME = "tongban-direct"
DIRECT = f"{DIRECT_SCHEME}://"
"""The `proxy_url` of a connection without a proxy, made by the class below."""

REFUSALS = (
    kafka.errors.SaslAuthenticationFailedError,
    kafka.errors.UnsupportedSaslMechanismError,
    ssl.SSLError,
)


class _DirectSocket(kafka.net.inet.KafkaNetSocket):  # type: ignore[misc]
    """No proxy, as without `proxy_url`; kafka-python finds this class by its scheme."""

    SCHEMES = (DIRECT_SCHEME,)

    async def sock_connect(self, net: Any, sock: socket.socket, sockaddr: Any, timeout_at: float | None = None) -> Any:
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise


class _Connections(kafka.net.manager.KafkaConnectionManager):  # type: ignore[misc]
    """All connections of a client. `_refusals`: why a broker is refused, or refuses, by the id of its node."""

    def __init__(self, net: Any, **configs: Any) -> None:
        super().__init__(net, **configs)
        self._refusals: dict[Any, Exception] = {}

    def get_connection(self, node_id: Any, *arguments: Any, **options: Any) -> Any:
        given = [broker.node_id for broker in self.cluster.bootstrap_brokers()]
        if not self.bootstrapped and node_id in given and self._refusals.keys() >= set(given):
            raise self._refusals[node_id]
        return super().get_connection(node_id, *arguments, **options)

    async def _build_transport(self, node: Any, timeout_at: float | None = None) -> Any:
        try:
            transport = await super()._build_transport(node, timeout_at=timeout_at)
        except kafka.errors.KafkaConnectionError as err:
            if isinstance(err.__context__, ssl.SSLError):
                self._refusals[node.node_id] = err.__context__
            raise
        _hear_last_words(transport)
        return transport

    async def _connect(self, node: Any, conn: Any, *arguments: Any, **options: Any) -> None:
        await super()._connect(node, conn, *arguments, **options)
        if conn.init_future.succeeded():
            self._refusals.pop(node.node_id, None)
        elif isinstance(conn.init_future.exception, REFUSALS):
            self._refusals[node.node_id] = conn.init_future.exception


def net_client(**configs: Any) -> Any:
    """What kafka-python's clients take as `kafka_client`."""
    if str(configs["security_protocol"]).endswith("SSL"):
        files = (configs[name] for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"))
        configs["ssl_context"] = tls_context(*files)
    net = kafka.net.selector.NetworkSelector(**configs)
    return kafka.net.compat.KafkaNetClient(net=net, manager=_Connections(net, **configs), **configs)


def _hear_last_words(transport: Any) -> None:
    receive = transport._sock_recv

    def receive_before_the_end() -> tuple[bytes, Exception | None]:
        received, end = receive()
        return (received, None) if received else (received, end)  # the end is met again by the next read

    transport._sock_recv = receive_before_the_end
