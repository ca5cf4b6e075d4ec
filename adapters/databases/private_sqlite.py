"""SQLite files that hold cases: made for their owner alone, refused when others can read them, with a write-ahead log.

A file that exists is never opened and closed here by hand: that would drop the locks which this process holds on it, and
another process could then delete its write-ahead log (https://www.sqlite.org/howtocorrupt.html, section 2.2).

Not handled here: what is in the file.
"""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from tongban.adapters.private_files import PRIVATE_MODE, check_private, sync_folder
from tongban.domain.errors import SettingsError

BUSY_SECONDS = 30.0
"""How long a write waits for other writers: longer than any batch takes, shorter than a person waits."""
_AGAIN_SECONDS = 0.01
_PRIMARY_CODE = 0xFF
"""SQLite's extended result codes carry the primary one in the lowest byte."""


def claim(path: Path) -> None:
    """Make the file at `path` if it is missing. Raises ExposedFileError, or SettingsError where it cannot be made."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_MODE))
            sync_folder(path.parent)
        check_private(path)
        for beside in (f"{path}-wal", f"{path}-shm"):
            with suppress(FileNotFoundError):
                check_private(Path(beside))
    except OSError as err:
        raise SettingsError(f"the file {path} cannot be opened", found=err.strerror or str(err)) from err


def use_write_ahead_log(path: Path, connection: sqlite3.Connection, busy_seconds: float = BUSY_SECONDS) -> None:
    """Switch the file to a write-ahead log, which it then keeps. Raises SettingsError where the disk cannot have one, and
    sqlite3.Error where the file is busy.
    """
    # Unlike a write, a change of the mode does not wait for other processes by itself.
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as err:
            busy = (err.sqlite_errorcode or 0) & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            break
    if mode != "wal":
        raise SettingsError(
            f"{path} lies where SQLite has no write-ahead log", expected="a local disk", found=str(mode)
        )
