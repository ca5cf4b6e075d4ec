"""A whole file through a mapping: every record tried, every finding reported, counts kept, memory bounded.

Not handled here: where forms and findings go (`result_files`), and what a person is shown (`adapters.cli.map`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tongban.adapters.mapping.json_records import json_records
from tongban.adapters.mapping.line_records import csv_records, json_line_records
from tongban.adapters.mapping.source_record import SourceRecord
from tongban.adapters.mapping.source_text import SourceText
from tongban.adapters.mapping.xml_records import xml_records
from tongban.contracts.mapping.converter import Converted
from tongban.contracts.mapping.findings import Finding, Severity
from tongban.contracts.mapping.mapping_file import MappingFile
from tongban.contracts.mapping.reading import CheckedMapping
from tongban.contracts.mapping.source_file import FileFormat

PROGRESS_RECORDS = 200
"""After how many records progress is reported."""


class Source(NamedTuple):
    """Which record something is about: its number in the file, its place, and what the old system calls it."""

    number: int
    place: str
    record_id: str


class Results(Protocol):
    """What takes the results, as they come."""

    def form(self, source: Source, values: dict[str, Any]) -> None:
        """A record that became a form."""

    def finding(self, source: Source, finding: Finding) -> None:
        """Something found in a record."""


class Kind(NamedTuple):
    """What findings are counted by. `field`: the form's field, items of lists as `*`."""

    field: str
    code: str
    severity: Severity


@dataclass
class Summary:
    """What a run came to."""

    encoding: str
    records: int = 0
    converted: int = 0
    warned: int = 0
    complete: bool = True
    counts: Counter[Kind] = field(default_factory=Counter)

    @property
    def faulty(self) -> int:
        """Records that did not become a form."""
        return self.records - self.converted

    def total(self, severity: Severity) -> int:
        """How many findings there are of a severity."""
        return sum(count for kind, count in self.counts.items() if kind.severity is severity)


def run_mapping(
    mapping: CheckedMapping,
    path: Path,
    results: Results,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Summary:
    """Convert the records of a file. Raises SettingsError if it cannot be opened; all else is reported as findings."""
    converter = mapping.converter()
    with SourceText(path, mapping.about.file) as text:
        summary = Summary(text.encoding)
        for record in records_of(text, mapping.about):
            source = Source(record.number, record.place, converter.record_id(record.value) if record.value else "")
            unread = Converted(None, record.findings)
            converted = unread if record.value is None else converter.convert(record.value)
            _count(summary, converted)
            for finding in converted.findings:
                results.finding(source, finding)
            if converted.values is not None:
                results.form(source, converted.values)
            if record.number % PROGRESS_RECORDS == 0:
                progress(text.done_bytes, text.total_bytes)
        progress(text.total_bytes, text.total_bytes)
    return summary


def _count(summary: Summary, converted: Converted) -> None:
    if any(each.code == "file_broken" for each in converted.findings):
        summary.complete = False
    else:
        summary.records += 1
    if converted.values is not None:
        summary.converted += 1
        summary.warned += bool(converted.findings)
    summary.counts.update(Kind(_in_general(each.field), each.code, each.severity) for each in converted.findings)


def _in_general(path: str) -> str:
    return re.sub(r"\.[0-9]+(?=\.|$)", ".*", path)


def records_of(text: SourceText, about: MappingFile) -> Iterator[SourceRecord]:
    """Yield the records of the file, in the format that the mapping says."""
    if (flaw := text.mark_flaw()) is not None:
        yield SourceRecord(1, "line 1", None, (flaw,))
        return
    names = tuple(about.file.records.split("/")) if about.file.records else ()
    match about.file.format:
        case FileFormat.CSV:
            columns = _columns(about)
            yield from csv_records(text, about.file.delimiter, columns, multiline=about.file.multiline)
        case FileFormat.JSON_LINES:
            yield from json_line_records(text)
        case FileFormat.JSON:
            yield from json_records(text, names)
        case FileFormat.XML:
            yield from xml_records(text, names)


def _columns(about: MappingFile) -> frozenset[str]:
    """The columns that the mapping reads by name."""
    read = [rule.from_ for rule in about.fields.values()]
    return frozenset(name for name in (about.record_id, *read) if name is not None)
