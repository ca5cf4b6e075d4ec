"""Go programs for the tests: built with the machine's Go, or skipped with the reason (in CI: failed)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

NEWEST_OLD_GO = (1, 23)
"""franz-go's registry asks for Go 1.24."""


def require_go() -> str:
    """The path of `go`; skips where there is none that is new enough."""
    reason = _why_not()
    if reason is None:
        return shutil.which("go") or "go"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def build(source: Path, program: Path) -> Path:
    """Build the program in a folder. What was downloaded and built once is in Go's own caches.

    All programs are built in the same way, so that they share what was built of the standard library.
    """
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    command = [require_go(), "build", "-trimpath", "-buildvcs=false", "-o", str(program), "."]
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


def _why_not() -> str | None:
    go = shutil.which("go")
    if go is None:
        return "no Go: install golang, 1.24 or newer"
    found = subprocess.run(
        [go, "env", "GOVERSION"],
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    version = re.match(r"go(\d+)\.(\d+)", found)
    if version is None or (int(version[1]), int(version[2])) <= NEWEST_OLD_GO:
        return f"Go is too old for the registry's fake: 1.24 or newer, found {found or 'no version'}"
    return None
