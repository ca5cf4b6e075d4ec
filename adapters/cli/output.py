"""What commands say: tables and text for people, one JSON object or JSON lines for programs. Notes go to standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tongban.projections.shown import shown

UNBOUND_WIDTH = 200
"""Characters a line may have where the output is no terminal: wide enough for a timeline."""
CHINA = timezone(timedelta(hours=8))


class Output:
    """Where one command writes."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, value: dict[str, Any], show: Callable[[Console], None]) -> None:
        """The answer: `value` as one line of JSON, or whatever `show` prints."""
        if self.as_json:
            self.line(value)
        else:
            show(self.console())

    def line(self, value: dict[str, Any]) -> None:
        """One line of JSON on standard output."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Something that a person should know; not part of the answer."""
        if not self.as_json:
            Console(stderr=True, highlight=False, soft_wrap=True).print(safe(text), style="yellow")

    def console(self) -> Console:
        """Standard output for people."""
        console = Console(highlight=False)
        return console if console.is_terminal else Console(highlight=False, width=UNBOUND_WIDTH)

    @contextmanager
    def progress(self, doing: str, *, in_bytes: bool = False) -> Iterator[Callable[[int, int], None]]:
        """A progress bar on standard error; yields what to call with (done, in all)."""
        if self.as_json:
            yield lambda done, total: None
            return
        count = DownloadColumn() if in_bytes else MofNCompleteColumn()
        columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=not sys.stderr.isatty()) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def safe(text: str) -> str:
    """Text that others wrote, for a terminal: nothing in it moves the cursor, hides or marks up anything."""
    return escape("\n".join(map(shown, text.split("\n"))))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, fold: bool = True) -> Table:
    """A table of plain texts."""
    made = Table(title=safe(title) if title else None, title_justify="left")
    for column in columns:
        made.add_column(escape(column), overflow="fold" if fold else "ellipsis")
    for row in rows:
        made.add_row(*map(safe, row))
    return made


def pairs(console: Console, title: str, lines: Iterable[tuple[str, str]]) -> None:
    """A title and below it names with values, aligned."""
    told = [(name, text) for name, text in lines if text]
    width = max((cell_len(name) for name, _ in told), default=0)
    console.print(f"[bold]{safe(title)}[/]", soft_wrap=True)
    for name, text in told:
        padding = " " * (width - cell_len(name))
        console.print(f"  {safe(name)}{padding}  {safe(text)}", soft_wrap=True)


def moment(at: int | None) -> str:
    """A time (microseconds UTC) on the clock of China; empty for none."""
    return _datetime(at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if at is not None else ""


def moment_json(at: int | None) -> str | None:
    """A time (microseconds UTC) in RFC 3339, UTC."""
    return _datetime(at).isoformat(timespec="microseconds").replace("+00:00", "Z") if at is not None else None


def _datetime(at: int) -> datetime:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    except OverflowError:  # another city's clock may say anything; a table must not end with it
        return datetime(9999 if at > 0 else 1, 1, 1, tzinfo=UTC)
