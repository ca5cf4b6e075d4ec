"""One PostgreSQL server, started from the programs on this machine, without a container.

    with PostgresServer() as server:
        PostgresLedgerStore(server.url)

    python tests/adapters/postgres/server.py        prints the address, runs until interrupted

Rules: a free port on 127.0.0.1, a folder of its own, a role that may make schemas and databases but is no superuser, a
password for everybody; ready means that the server said so. It never runs as root: root hands it to the user `postgres`.
A server keeps its port and its data over `restart`. What was written is not synchronized to the disk: `kill` ends
processes, it is no loss of power.
"""

import atexit
import contextlib
import functools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

READY = b"database system is ready to accept connections"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
ROLE, DATABASE = "tongban", "tongban"
UNPRIVILEGED = "postgres"
SETTINGS = {
    "fsync": "off",
    "autovacuum": "off",  # its worker is a superuser's: a test could not drop the database that it works in
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "lc_messages": "C",
    "listen_addresses": "127.0.0.1",
}


@functools.cache
def programs() -> Path | None:
    """The folder of the server's programs; None where there are none."""
    found = []
    if shutil.which("initdb"):
        found.append(Path(str(shutil.which("initdb"))).resolve().parent)
    if shutil.which("pg_config"):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout
        found.append(Path(said.strip()))
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(versions, key=lambda path: path.parent.name.zfill(3), reverse=True)
    wanted = ("initdb", "postgres", "psql", "pg_dump")
    return next((path for path in found if all((path / name).exists() for name in wanted)), None)


def why_unavailable() -> str | None:
    """Why no server can be started here, or None when one can."""
    if programs() is None:
        return "no PostgreSQL server programs (initdb, postgres) on the path or where pg_config says"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(UNPRIVILEGED)
        except KeyError:
            return f"the server does not run as root, and there is no user {UNPRIVILEGED}"
    return None


def program_path(name: str) -> str:
    """Where one of PostgreSQL's programs is."""
    return str(Path(str(programs())) / name)


def run_program(program: str, *arguments: str, url: str) -> str:
    """Run one of PostgreSQL's programs on a database; what it said. Raises RuntimeError with what it complained of."""
    settings = ["-X", "-q", "-v", "ON_ERROR_STOP=1"] if program == "psql" else []
    done = subprocess.run(
        [program_path(program), *settings, "-d", url, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed:\n{done.stderr}")
    return done.stdout.strip()


class PostgresServer:
    """A server that is started by `with` or `start`. `url` is the address of its database, `log_file` what it said."""

    def __init__(self, logs: Path | None = None, *, settings: dict[str, str] | None = None) -> None:
        # Not in a folder of the tests: the server's user may not be allowed to go there.
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-postgres-"))
        self.log_file = (logs or self.folder) / "server.log"
        self.port = _free_port()
        self.password = secrets.token_hex(8)
        self._settings = SETTINGS | (settings or {})
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._pump: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the database, for a role that may make schemas in it."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

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
        """Start, and return when the server serves. Raises RuntimeError with the end of its log if it does not."""
        reason = why_unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        is_new = not (self.folder / "data").exists()
        if is_new:
            self._initialize()
        settings = self._settings | {"port": str(self.port), "unix_socket_directories": ""}
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [*_ends_with_its_parent(), program_path("postgres"), "-D", str(self.folder / "data"), *options],
            cwd=self.folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # An interrupt from the terminal goes to the tests, which then stop the server.
            start_new_session=True,
        )
        atexit.register(self.kill)
        self._wait_until_ready(self._process)
        if is_new:
            owner = (
                f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'; CREATE DATABASE {DATABASE} OWNER {ROLE}"
            )
            for statement in owner.split("; "):
                run_program("psql", "-c", statement, url=self._superuser_url())

    def ensure_running(self) -> None:
        """Start, unless it runs."""
        if self._process is None:
            self.start()

    def stop(self) -> None:
        """Stop in order: open transactions are rolled back. A second call does nothing."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill every process of the server at once; the next start recovers. A second call does nothing."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again: same port, same data."""
        self.stop()
        self.start()

    def disconnect(self, application_name: str = "tongban") -> int:
        """End all sessions of this name, as an administrator may at any time; how many."""
        ended = run_program(
            "psql",
            "-Atc",
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
            f" WHERE application_name = '{application_name}'",
            url=self._superuser_url(),
        )
        return int(ended)

    def dump(self, path: Path, *, schema: str) -> None:
        """Write one schema to a file, as a backup does."""
        run_program("pg_dump", "--clean", "--if-exists", f"--schema={schema}", f"--file={path}", url=self.url)

    def restore(self, path: Path) -> None:
        """Put a dumped schema back in the place of what is there now. Nobody may be using it."""
        run_program("psql", "--single-transaction", "--file", str(path), url=self.url)

    def close(self) -> None:
        """Kill the server and remove the folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _superuser_url(self) -> str:
        return f"postgresql://{UNPRIVILEGED}:{self.password}@127.0.0.1:{self.port}/postgres"

    def _initialize(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        if self._user is not None:
            for path in (self.folder, password):
                shutil.chown(path, self._user, self._user)
        options = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        made = subprocess.run(
            [
                program_path("initdb"),
                *options,
                f"--username={UNPRIVILEGED}",
                f"--pwfile={password}",
                str(self.folder / "data"),
            ],
            cwd=self.folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        ready, ended = threading.Event(), threading.Event()
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self._pump = threading.Thread(target=self._copy_log, args=(process, ready, ended), daemon=True)
        self._pump.start()
        if ready.wait(START_SECONDS) and not ended.is_set():
            return
        self.kill()
        raise RuntimeError(f"the server did not start; the end of its log:\n{self.log_file.read_text()[-4000:]}")

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
        children = _children(process.pid) if by is signal.SIGKILL else []
        process.send_signal(by)
        for child in children:
            _kill(child)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            children = _children(process.pid)
            process.kill()
            for child in children:
                _kill(child)
            process.wait()
        if self._pump is not None:
            self._pump.join()  # until the last process of the server is gone: all of them write to the pipe
        if process.stdout is not None:
            process.stdout.close()


def _ends_with_its_parent() -> list[str]:
    # A test process that is killed cannot stop its server.
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") and sys.platform == "linux" else []


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:  # another system: they see by themselves that their parent is gone
        return []
    return [int(child) for child in text.split()]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """One server, until interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with PostgresServer() as server:
        print(server.url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
