"""One Kafka broker in KRaft mode, started from jars, without a container.

    with KafkaBroker() as broker:
        KafkaEventLog(broker.bootstrap)

    python tests/adapters/kafka/broker.py run       prints host:port, runs until interrupted

Rules: free ports, a folder of its own, topics are never created on the way, ready means that the broker said so. The
jars come from `tests/adapters/kafka/fetch.sh`. Each broker keeps its ports and its data over `restart`.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[3]
VERSION = "4.3.1"
READY = b"Kafka Server started"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
HEAP = "-Xmx512m"

# What a broker needs to be small and quick; a broker in production has other settings.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENTS://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENTS
listener.security.protocol.map=CLIENTS:{protocol},CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
delete.topic.enable=true
num.partitions=1
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=8388608
broker.heartbeat.interval.ms=300
broker.session.timeout.ms=1500
{extra}
"""


# Users with passwords, and nothing allowed that no right allows. The controller's own listener, which no client is told
# of, knows nobody: so ANONYMOUS is a superuser, and no client is ever anonymous.
AUTHORIZED = """\
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required username="{admin}" password="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{admin};User:ANONYMOUS
"""
ADMIN = "admin"

# Encrypted, with the broker's own certificate and key in one file.
ENCRYPTED = """\
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
"""


PROTOCOLS = {
    (False, False): "PLAINTEXT",
    (False, True): "SSL",
    (True, False): "SASL_PLAINTEXT",
    (True, True): "SASL_SSL",
}
"""By whether it knows users, and whether it encrypts."""


def libs_folder() -> Path:
    """Where the jars are, or will be."""
    cache = Path(os.environ.get("TONGBAN_CACHE") or ".cache")
    return ROOT / cache / f"kafka-{VERSION}" / "libs"


def why_unavailable() -> str | None:
    """Why no broker can be started here, or None when one can."""
    if shutil.which("java") is None:
        return "no java on the path"
    if not (libs_folder() / "complete").exists():
        return f"no Kafka jars in {libs_folder()}: run `sh tests/adapters/kafka/fetch.sh`"
    return None


class KafkaBroker:
    """A broker that is started by `with` or `start`. `bootstrap` is its host:port, `log_file` what it said.

    `users`: names and passwords; with them, `admin` among them, it knows who asks and allows only what is allowed.
    `keystore`: a file with its key and certificate, made out for `localhost`, and the certificate of the authority that
    signed it; with them, connections are encrypted.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        properties: dict[str, str] | None = None,
        users: dict[str, str] | None = None,
        keystore: tuple[Path, Path] | None = None,
    ) -> None:
        self._made = tempfile.mkdtemp(prefix="tongban-kafka-") if folder is None else None
        self.folder = Path(self._made or str(folder))
        self.log_file = self.folder / "broker.log"
        self._properties = properties or {}
        self._users = users or {}
        self._keystore = keystore
        self._host = "localhost" if keystore else "127.0.0.1"
        self._port, self._controller_port = _free_ports()
        self._process: subprocess.Popen[bytes] | None = None
        self._pump: threading.Thread | None = None

    @property
    def bootstrap(self) -> str:
        """host:port"""
        return f"{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._port

    @property
    def pid(self) -> int:
        """The process of a broker that runs."""
        return self._running().pid

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start, and return when the broker serves. Raises RuntimeError with the end of its log if it does not."""
        reason = why_unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        if not (self.folder / "server.properties").exists():
            self._format()
        self._process = subprocess.Popen(
            self._java("kafka.Kafka", "server.properties"),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # An interrupt from the terminal goes to the tests, which then stop the broker.
            start_new_session=True,
        )
        atexit.register(self.kill)
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Stop in order; a broker that does not end in time is killed. A second call does nothing."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop at once, as a loss of power would. A second call does nothing."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again: same ports, same data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze: connections stay open, and nothing answers."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen broker go on."""
        self._running().send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill the broker and remove the folder, if it was made here."""
        self.kill()
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the broker does not run")
        return self._process

    def _java(self, *command: str) -> list[str]:
        small = (HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        talkative = "-Dorg.slf4j.simpleLogger.defaultLogLevel=info"
        return ["java", *small, talkative, "-cp", f"{libs_folder()}/*", *command]

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        extra = "\n".join(f"{name}={value}" for name, value in self._properties.items())
        if self._users:
            extra += "\n" + AUTHORIZED.format(admin=ADMIN, password=self._users[ADMIN])
        if self._keystore:
            extra += "\n" + ENCRYPTED.format(keystore=self._keystore[0], authority=self._keystore[1])
        text = PROPERTIES.format(
            host=self._host,
            port=self._port,
            controller_port=self._controller_port,
            data=self.folder / "data",
            protocol=PROTOCOLS[bool(self._users), self._keystore is not None],
            extra=extra,
        )
        draft = self.folder / "format.properties"
        draft.write_text(text)
        cluster_id = subprocess.run(
            self._java("kafka.tools.StorageTool", "random-uuid"), capture_output=True, text=True, check=True
        ).stdout.strip()
        scram = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in self._users.items()]
        added = [argument for each in scram for argument in ("--add-scram", each)]
        formatted = subprocess.run(
            self._java("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(draft), *added),
            capture_output=True,
            text=True,
            check=False,
        )
        if formatted.returncode != 0:
            raise RuntimeError(f"formatting the storage failed:\n{formatted.stdout}{formatted.stderr}")
        draft.rename(self.folder / "server.properties")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        ready, ended = threading.Event(), threading.Event()
        self._pump = threading.Thread(target=self._copy_log, args=(process, ready, ended), daemon=True)
        self._pump.start()
        if ready.wait(START_SECONDS) and not ended.is_set():
            return
        self.kill()
        raise RuntimeError(f"the broker did not start; the end of its log:\n{self.log_file.read_text()[-4000:]}")

    def _copy_log(self, process: subprocess.Popen[bytes], ready: threading.Event, ended: threading.Event) -> None:
        assert process.stdout is not None
        with self.log_file.open("ab", buffering=0) as log:
            for line in process.stdout:
                log.write(line)
                if READY in line:
                    ready.set()
        ended.set()
        ready.set()

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.kill)
        process.send_signal(signal.SIGCONT)
        process.send_signal(by)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._pump is not None:
            self._pump.join()
        if process.stdout is not None:
            process.stdout.close()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def main(arguments: list[str]) -> int:
    """`run`: one broker, until interrupted."""
    if arguments != ["run"]:
        print("usage: python tests/adapters/kafka/broker.py run", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with KafkaBroker() as broker:
        print(broker.bootstrap, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            broker.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
