"""One server for all test processes of a run, and none after it.

    python -m tests.shared_server MODULE:CLASS:ADDRESS FOLDER

Rules:

- The first process that needs a server starts this program; `FOLDER/address` then holds the attribute ADDRESS of a server
  `CLASS(FOLDER/server)`.
- A process that uses the server keeps `FOLDER/users` (a pipe) open for writing. The kernel closes it when the process
  ends, however it ends; when nobody holds it any more the server stops. So neither a crashed worker nor an interrupted
  run leaves a server behind.
- Starting and ending happen under a lock on `FOLDER/lock`, so nobody is handed a server that is about to stop.
"""

import fcntl
import importlib
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def folder_of_this_run(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    # Under pytest-xdist each worker has its own folder inside that of the run.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return run / name


@contextmanager
def use_server(kind: str, folder: Path) -> Iterator[str]:
    """The address of the server of `folder`, started if it does not run; it runs until the block ends, or longer.

    `kind`: `module:Class:address`. An instance is made with a folder of its own, runs within `with`, and has that attribute.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        if not (folder / "address").exists():
            _start(kind, folder)
        address = (folder / "address").read_text()
        users = os.open(folder / "users", os.O_WRONLY | os.O_CLOEXEC)
    try:
        yield address
    finally:
        os.close(users)


def serve(kind: str, folder: Path) -> None:
    """Run a server until nobody uses it. Whoever started this program holds the lock until `ready` was said."""
    users = os.open(folder / "users", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    module, made, address = kind.split(":")
    with getattr(importlib.import_module(module), made)(folder / "server") as server:
        (folder / "address").write_text(getattr(server, address))
        print("ready", flush=True)
        while True:
            _wait_until_unused(users)
            with _locked(folder):
                if _is_unused(users):
                    (folder / "address").unlink()
                    return


def _start(kind: str, folder: Path) -> None:
    pipe = folder / "users"
    if not pipe.exists():
        os.mkfifo(pipe, 0o600)
    with (folder / "program.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.shared_server", kind, str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert program.stdout is not None
    with program.stdout as output:
        said = output.readline()
    if said != b"ready\n":
        program.wait()
        raise RuntimeError(f"the shared server did not start:\n{(folder / 'program.log').read_text()[-4000:]}")
    # It outlives the one who started it, so nobody waits for it.
    program.returncode = 0


def _wait_until_unused(users: int) -> None:
    poll = select.poll()
    poll.register(users, select.POLLIN)
    poll.poll()


def _is_unused(users: int) -> bool:
    try:
        return os.read(users, 1) == b""
    except BlockingIOError:
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
