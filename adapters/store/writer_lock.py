"""The lock of a store's one writer process: `flock` on a file beside it, which the kernel releases with the process.

The lock file stays when the lock is released: removing it would let two processes lock two files of one name.
Not handled here: network file systems whose `flock` binds one machine only.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.adapters.private_files import PRIVATE_MODE
from tongban.domain.errors import StoreUnavailableError

_held: set[int] = set()


@contextmanager
def writer_lock(path: Path) -> Iterator[bool]:
    """Try to lock `path`, without waiting; yields whether this block has it. Raises StoreUnavailableError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_MODE)
    except OSError as err:
        raise StoreUnavailableError(f"cannot open the lock {path}", found=err.strerror or str(err)) from err
    _held.add(descriptor)
    try:
        yield _try_lock(descriptor)
    finally:
        if descriptor in _held:
            _held.remove(descriptor)
            os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _close_inherited() -> None:
    # A child that outlives its killed parent must not keep the parent's lock.
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_close_inherited)
