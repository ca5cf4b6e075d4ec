"""What the results were measured on."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("eventsourcing", "PyNaCl", "kafka-python", "fastavro", "SQLAlchemy")


def describe() -> str:
    """Processor, memory, system, versions and date, as a list in Markdown."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    lines = (
        f"{_of('/proc/cpuinfo', 'model name') or platform.processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB",
        f"other work on it: a load of {os.getloadavg()[0]:.1f} at the beginning",
        f"{platform.system()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        packages,
        f"{datetime.now(UTC):%Y-%m-%d}",
    )
    return "\n".join(f"- {line}" for line in lines)


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _of(path: str, name: str) -> str:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
