"""One broker for all test processes of a run, and none after it.

    python -m tests.kafka.shared_broker FOLDER

Rules:

- The first process that needs a broker starts this program; `FOLDER/address` then holds its host:port.
- A process that uses the broker keeps `FOLDER/users` (a pipe) open for writing. The kernel closes it when the process
  ends, however it ends; when nobody holds it any more the broker stops. So neither a crashed worker nor an interrupted
  run leaves a broker behind.
- Starting and ending happen under a lock on `FOLDER/lock`, so nobody is handed a broker that is about to stop.
"""

import fcntl
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kafka.broker import ROOT, KafkaBroker


@contextmanager
def use_broker(folder: Path) -> Iterator[str]:
    """The host:port of the broker of `folder`, started if it does not run; it runs until the block ends, or longer."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        if not (folder / "address").exists():
            _start(folder)
        address = (folder / "address").read_text()
        users = os.open(folder / "users", os.O_WRONLY | os.O_CLOEXEC)
    try:
        yield address
    finally:
        os.close(users)


def serve(folder: Path) -> None:
    """Run a broker until nobody uses it. Whoever started this program holds the lock until `ready` was said."""
    users = os.open(folder / "users", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with KafkaBroker(folder / "broker") as broker:
        (folder / "address").write_text(broker.bootstrap)
        print("ready", flush=True)
        while True:
            _wait_until_unused(users)
            with _locked(folder):
                if _is_unused(users):
                    (folder / "address").unlink()
                    return


def _start(folder: Path) -> None:
    pipe = folder / "users"
    if not pipe.exists():
        os.mkfifo(pipe, 0o600)
    with (folder / "program.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.kafka.shared_broker", str(folder)],
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
        raise RuntimeError(f"the shared broker did not start:\n{(folder / 'program.log').read_text()[-4000:]}")
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
    serve(Path(sys.argv[1]))
