"""The source of one plain function, put together line by line, and the function made of it.

- Lines are indented as the `with` blocks around them are.
- Only names that are made here, and names of what was given, may be in the lines: nothing of any input gets into
  the text.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class FunctionSource:
    """The source of a function. `head`: its name and parameters, as `read(data, at)`; `given`: what its lines may name."""

    def __init__(self, head: str, given: Mapping[str, Any]) -> None:
        self._head = head
        self._given = dict(given)
        self._lines: list[str] = []
        self._depth = 1
        self._variables = 0

    def add(self, *lines: str) -> None:
        """Add lines at the present depth."""
        self._lines += (" " * self._depth + line for line in lines)

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Add the lines of the block one deeper."""
        self._depth += 1
        yield
        self._depth -= 1

    def variable(self) -> str:
        """The name of a new variable."""
        self._variables += 1
        return f"v{self._variables}"

    def give(self, value: Any) -> str:
        """A name by which the lines can use this value."""
        name = f"given{len(self._given)}"
        self._given[name] = value
        return name

    def function(self, result: str, file: str) -> Callable[..., Any]:
        """The function, which returns what the expression `result` gives. `file`: how tracebacks call its source."""
        source = "\n".join((f"def {self._head}:", *self._lines, f" return {result}"))
        exec(compile(source, file, "exec"), self._given)  # see the rules above: nothing of any input is in it
        made: Callable[..., Any] = self._given[self._head.partition("(")[0]]
        return made
