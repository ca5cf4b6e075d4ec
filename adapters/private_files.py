"""Files that only their owner may read: keystores, and stores with cases in them.

Rules:

- A file that group or others can read or write is refused, not repaired: somebody may have read it already.
- Writing replaces the whole file or nothing, also across a crash: the new bytes are on disk under another name before
  the name moves, and the move itself is on disk before `write_private` returns.
- New files have mode 0600 from their first byte on, whatever the umask says.

Not handled here: access control lists, and who may enter the folder above.
"""

import os
import stat
import tempfile
from pathlib import Path

from tongban.domain.errors import ExposedFileError

PRIVATE_MODE = 0o600

_EXPOSED = stat.S_IRWXG | stat.S_IRWXO


def check_private(path: Path) -> None:
    """Raise ExposedFileError if anybody but the owner has a right to `path`; FileNotFoundError if it is not there."""
    _check_status(path, path.stat())


def read_private(path: Path, limit_bytes: int) -> bytes:
    """The file's bytes, at most `limit_bytes + 1` of them, after `check_private` on the very file that is read."""
    with path.open("rb") as file:
        _check_status(path, os.fstat(file.fileno()))
        return file.read(limit_bytes + 1)


def write_private(path: Path, data: bytes) -> None:
    """Replace the file at `path`, or make it, durably and atomically."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _check_status(path: Path, status: os.stat_result) -> None:
    if status.st_mode & _EXPOSED:
        wanted = "700" if stat.S_ISDIR(status.st_mode) else "600"
        raise ExposedFileError(
            f"{path} is open to other users of this machine",
            expected=f"mode {wanted}",
            found=f"mode {stat.S_IMODE(status.st_mode):o}",
            advice=f"Run: chmod {wanted} {path}. If somebody may have read it, revoke the keys it holds.",
        )


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk: a file that was made or renamed there outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
