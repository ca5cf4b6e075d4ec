"""franz-go's in-memory schema registry (`srfake/`) as a process: it keeps its port, and forgets all when it is stopped."""

import json
import subprocess
from pathlib import Path


class FakeRegistry:
    """One process of the program; `start` after `stop` serves the same address."""

    def __init__(self, program: Path, *options: str) -> None:
        self._program = program
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.ca = ""

    def start(self) -> None:
        port = ["-port", self.url.rpartition(":")[2]] if self.url else []
        self._process = subprocess.Popen(
            [self._program, *self._options, *port], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        told = json.loads(self._process.stdout.readline())
        self.url, self.ca = told["url"], told["ca"]

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate()  # it ends with its standard input
            self._process = None
