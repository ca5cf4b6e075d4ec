"""Records in a JSON document: the objects of a list, at its top or where the mapping says (`data/rows`). Read with ijson.

- A record that is no object, too large, too deep, or that says a key twice is reported, and the next one is read.
- Where the text is no JSON, nothing after it can be trusted to be a record: what was read before is kept, and the place
  is reported by line. (Line by line, JSON Lines does better.)
- ijson's own messages quote the text, so they are not repeated.
- Its backend in Python is asked for. The one in C (3.6.0 tried) ends the process at an integer of 4,301 digits: the
  conversion fails, and an event without a value comes out. It also turns an unpaired `\\ud800` into `?`.
"""

from collections.abc import Iterator
from typing import Any

import ijson

from tongban.adapters.mapping.source_record import (
    DEPTH_MAX,
    NESTING_MAX,
    RECORD_MAX_CHARACTERS,
    TOKEN_MAX_CHARACTERS,
    SourceRecord,
    broken,
    endless,
    file_broken,
    too_large,
)
from tongban.adapters.mapping.source_text import SourceText
from tongban.contracts.mapping.findings import Finding

_BACKEND = ijson.get_backend("python")
Event = tuple[str, Any]
EVENT_CHARACTERS = 8
"""What an event counts at least towards the size of a record."""


def json_records(text: SourceText, names: tuple[str, ...]) -> Iterator[SourceRecord]:
    """Yield the records of the list under `names`."""
    finder = _ListFinder(names)
    number, begun = 0, text.place
    for place, event in _events(text):
        if isinstance(event, Finding):
            yield SourceRecord(number + 1, place, None, (event,))
            return
        if finder.between_records:
            begun = place
        for value in finder.take(event):
            number += 1
            if isinstance(value, Finding):
                yield SourceRecord(number, begun, None, (value,))
            else:
                yield SourceRecord(number, begun, value)
        if (flaw := finder.flaw()) is not None:
            yield SourceRecord(number + 1, place, None, (flaw,))
            return
    if not finder.found:
        where = "/".join(names) or "its top"
        yield SourceRecord(
            1, "line 1", None, (file_broken(f"记录的列表，位于 a list of records at {where}", "无 none"),)
        )


def _events(text: SourceText) -> Iterator[tuple[str, Event | Finding]]:
    """Yield ijson's events with their places, and at last what is wrong with the text, if anything is."""
    events = ijson.sendable_list()
    parser = _BACKEND.basic_parse_coro(events)
    silent = 0
    try:
        while piece := text.piece():
            flaw = _sent(parser, piece)
            silent = 0 if events else silent + len(piece)
            yield from ((text.place, event) for event in events)
            del events[:]
            if flaw is None and silent > TOKEN_MAX_CHARACTERS:
                flaw = endless()
            if flaw is not None:
                yield text.place, flaw
                return
        if not _closed(parser):
            yield (
                text.place,
                file_broken("JSON 的结尾 the end of the JSON document", "文件结尾 the end of the file"),
            )
    finally:
        _closed(parser)


def _closed(parser: Any) -> bool:
    """Close the parser; whether the document was whole."""
    try:
        parser.close()
    except (ijson.JSONError, ValueError):
        return False
    return True


def _sent(parser: Any, piece: str) -> Finding | None:
    try:
        parser.send(piece.encode("utf-8"))
    except ijson.JSONError:
        return file_broken("JSON", "不是 JSON 的文本 text that is none")
    except (ValueError, ArithmeticError):
        return file_broken("JSON", "无效的文本或数字 a text or number that is none")
    return None


class _ListFinder:
    """Finds the list of records in a document, and puts each record together."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._open: list[str | None] = []
        self._key: str | None = None
        self._inside = False
        self._record: _Builder | None = None
        self.found = False

    @property
    def between_records(self) -> bool:
        """Whether the next event begins a record, if any."""
        return self._record is None

    def flaw(self) -> Finding | None:
        """What is wrong with the document: lists and objects in one another without end."""
        depth = len(self._open) + (self._record.depth if self._record else 0)
        return (
            file_broken(f"至多 {NESTING_MAX} 层 at most {NESTING_MAX} levels", "更多 more")
            if depth > NESTING_MAX
            else None
        )

    def take(self, event: Event) -> Iterator[dict[str, Any] | Finding]:
        """Take an event; yield the record that it ends, if it ends one."""
        kind, value = event
        if self._inside:
            yield from self._take_inside(kind, value)
        elif kind == "map_key":
            self._key = value
        elif kind in ("start_map", "start_array"):
            self._open.append(self._key)
            self._key = None
            if kind == "start_array" and not self.found and tuple(self._open[1:]) == self._names:
                self._inside = self.found = True
        elif kind in ("end_map", "end_array"):
            self._open.pop()

    def _take_inside(self, kind: str, value: Any) -> Iterator[dict[str, Any] | Finding]:
        if self._record is None:
            if kind == "end_array":
                self._inside = False
                self._open.pop()
            elif kind in ("start_map", "start_array"):
                self._record = _Builder()
                self._record.take(kind, value)
            else:
                yield broken("JSON 对象 a JSON object", "其他 JSON 值 another JSON value")
            return
        self._record.take(kind, value)
        if self._record.done:
            yield self._record.result()
            self._record = None


class _Builder:
    """One record, from its first event to its last. What breaks a bound is counted, and not kept."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._keys: list[str] = []
        self.depth = 0
        self._size = 0
        self._flaw: Finding | None = None
        self._value: Any = None
        self.done = False

    def take(self, kind: str, value: Any) -> None:
        """Take the next event of the record."""
        self._size += EVENT_CHARACTERS + (len(value) if isinstance(value, str) else 0)
        if kind in ("start_map", "start_array"):
            self.depth += 1
        elif kind in ("end_map", "end_array"):
            self.depth -= 1
        if self._flaw is None and (self._size > RECORD_MAX_CHARACTERS or self.depth > DEPTH_MAX):
            self._give_up(too_large())
        if self._flaw is None:
            self._keep(kind, value)
        self.done = self.depth == 0

    def result(self) -> dict[str, Any] | Finding:
        """The record, or what is wrong with it."""
        if self._flaw is not None:
            return self._flaw
        return self._value if isinstance(self._value, dict) else broken("JSON 对象 a JSON object", "列表 a list")

    def _keep(self, kind: str, value: Any) -> None:
        match kind:
            case "map_key":
                if value in self._stack[-1]:
                    self._give_up(broken("键不重复 each key once", "重复的键 a key that stands twice"))
                else:
                    self._keys.append(value)
            case "start_map" | "start_array":
                container: Any = {} if kind == "start_map" else []
                if self._stack:
                    self._put(container)
                else:
                    self._value = container
                self._stack.append(container)
            case "end_map" | "end_array":
                self._stack.pop()
            case _:
                self._put(value)

    def _put(self, value: Any) -> None:
        if isinstance(self._stack[-1], dict):
            self._stack[-1][self._keys.pop()] = value
        else:
            self._stack[-1].append(value)

    def _give_up(self, flaw: Finding) -> None:
        self._flaw = flaw
        self._stack, self._keys, self._value = [], [], None
