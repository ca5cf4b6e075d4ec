"""Records that are lines: CSV with a header, and JSON Lines.

- A line that cannot be read is reported, and the next one is read.
- Where the mapping says `multiline`, a quoted CSV value may hold line ends. A quote that is never closed would swallow
  what follows, so lines are given back and read one by one if the record comes out wrong.
"""

import csv
import json
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from tongban.adapters.mapping.source_record import (
    DEPTH_MAX,
    RECORD_MAX_CHARACTERS,
    SourceRecord,
    broken,
    file_broken,
    too_large,
)
from tongban.adapters.mapping.source_text import SourceText
from tongban.contracts.mapping.findings import Finding

RECORD_MAX_LINES = 200
"""Lines that a quoted value may span before its quote is taken to be never closed."""

_HEADER = "首行为列名 a first line that names the columns"

Line = tuple[int, str | None]
"""Its number, and its text; None for one that is too long."""


def csv_records(
    text: SourceText, delimiter: str, columns: frozenset[str], *, multiline: bool
) -> Iterator[SourceRecord]:
    """Yield the records below a header that names the columns; `columns` are those that the mapping reads."""
    rows = _Rows(text, delimiter, RECORD_MAX_LINES if multiline else 1)
    header, flaw = rows.header(columns)
    if flaw is not None:
        yield SourceRecord(1, f"line {max(text.line, 1)}", None, (flaw,))
        return
    for number, (line, row) in enumerate(rows.rows(len(header)), start=1):
        if isinstance(row, Finding):
            yield SourceRecord(number, f"line {line}", None, (row,))
        else:
            yield SourceRecord(number, f"line {line}", dict(zip(header, row, strict=True)))


def json_line_records(text: SourceText) -> Iterator[SourceRecord]:
    """Yield the record of each line that is not blank."""
    number = 0
    for line, each in _lines(text):
        if each is not None and not each.strip():
            continue
        number += 1
        value = too_large() if each is None else parse_object(each)
        if isinstance(value, Finding):
            yield SourceRecord(number, f"line {line}", None, (value,))
        else:
            yield SourceRecord(number, f"line {line}", value)


def parse_object(text: str) -> dict[str, Any] | Finding:
    """A JSON object: numbers exact, no key twice, no NaN; or what is wrong with it."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_float=Decimal, parse_constant=_refuse)
    except json.JSONDecodeError as err:
        return broken("JSON 对象 a JSON object", f"{err.msg} at column {err.colno}")
    except (ValueError, ArithmeticError) as err:
        return broken("键不重复、无 NaN 的 JSON 对象 a JSON object with each key once and no NaN", type(err).__name__)
    except RecursionError:
        return too_large()
    if not isinstance(value, dict):
        return broken("JSON 对象 a JSON object", "其他 JSON 值 another JSON value")
    return too_large() if _deeper(value, DEPTH_MAX) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict | list):
        return levels == 0 or any(
            _deeper(each, levels - 1) for each in (value.values() if isinstance(value, dict) else value)
        )
    return False


def _lines(text: SourceText) -> Iterator[Line]:
    """Whole lines; of one that is too long, only its number, and its rest is passed over."""
    while piece := text.piece():
        line, parts, size = text.line, [piece], len(piece)
        while not parts[-1].endswith(("\n", "\r")) and (piece := text.piece()):
            size += len(piece)
            parts = [*parts, piece] if size <= RECORD_MAX_CHARACTERS else [piece]
        yield line, "".join(parts) if size <= RECORD_MAX_CHARACTERS else None


class _Rows:
    """CSV rows out of lines."""

    def __init__(self, text: SourceText, delimiter: str, lines_max: int) -> None:
        self._lines = _lines(text)
        self._given_back: deque[Line] = deque()
        self._delimiter = delimiter
        self._lines_max = lines_max

    def header(self, columns: frozenset[str]) -> tuple[list[str], Finding | None]:
        """The names of the columns, or what is wrong with them."""
        for _, row in self.rows(None):
            if isinstance(row, Finding):
                return [], file_broken(_HEADER, row.found)
            names = [each.strip() for each in row]
            if doubled := sorted({each for each in names if names.count(each) > 1}):
                return [], file_broken(
                    "列名不重复 each column once", "重复的列名 columns that stand twice", "、".join(doubled)
                )
            if lacking := sorted(columns - set(names)):
                return [], file_broken(
                    f"映射读取的列 the columns that the mapping reads, also {'、'.join(lacking)}",
                    f"{len(names)} 个其他列 {len(names)} columns without them",
                    "、".join(names),
                )
            return names, None
        return [], file_broken(_HEADER, "空文件 an empty file")

    def rows(self, width: int | None) -> Iterator[tuple[int, list[str] | Finding]]:
        """Yield the line at which a row begins, and the row or what is wrong with it."""
        while (first := self._next()) is not None:
            number, text = first
            if text is None:
                yield number, too_large()
            elif text.strip():
                yield number, self._row(first, width)

    def _next(self) -> Line | None:
        return self._given_back.popleft() if self._given_back else next(self._lines, None)

    def _row(self, first: Line, width: int | None) -> list[str] | Finding:
        taken = [first]
        row = self._parsed(taken)
        if len(taken) > 1 and (isinstance(row, Finding) or (width is not None and len(row) != width)):
            self._given_back.extendleft(reversed(taken[1:]))
            return broken(
                "有结尾引号的值 a quoted value that ends",
                f"引号未正常结束 a quote that does not end as it should within {len(taken)} lines",
            )
        if isinstance(row, list) and width is not None and len(row) != width:
            return broken(
                f"{width} 列，同首行 {width} columns, as in the first line", f"{len(row)} 列 {len(row)} columns"
            )
        return row

    def _parsed(self, taken: list[Line]) -> list[str] | Finding:
        """Parse a row from its first line, taking more lines while a quote is open."""

        def feed() -> Iterator[str]:
            yield taken[0][1] or ""
            size = len(taken[0][1] or "")
            while len(taken) < self._lines_max and size <= RECORD_MAX_CHARACTERS and (line := self._next()) is not None:
                taken.append(line)
                if line[1] is None:
                    return
                size += len(line[1])
                yield line[1]

        try:
            return next(csv.reader(feed(), delimiter=self._delimiter, strict=True), [])
        except csv.Error as err:
            return broken("一行 CSV a line of CSV", str(err))


csv.field_size_limit(RECORD_MAX_CHARACTERS)
