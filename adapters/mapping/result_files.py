"""Where a mapping's results go: forms as JSON lines, findings as CSV or JSON lines, in files that only the owner reads.

- A file appears whole, when everything was written, or not at all.
- A form's line is what `tongban case take-in --form` takes. With `numbered`, it is in `{"record", "id", "form"}`.
- Values of personal fields are left out of findings unless asked for.
- CSV begins with a byte order mark, for spreadsheets; a cell that one would take for a formula begins with `'`.
"""

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from tongban.adapters.mapping.run import Source
from tongban.contracts.forms.json_values import to_json
from tongban.contracts.mapping.findings import Finding
from tongban.domain.errors import SettingsError

REPORT_COLUMNS = ("record", "place", "id", "severity", "field", "source", "code", "expected", "found", "advice")
_CSV, _JSON_LINES = ".csv", ".jsonl"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class ResultFiles:
    """Takes results (`run.Results`) and writes them. `forms` and `report` are open, or None."""

    def __init__(
        self, forms: TextIO | None, report: TextIO | None, *, as_csv: bool, numbered: bool, personal: bool
    ) -> None:
        self._forms = forms
        self._report = report
        self._numbered = numbered
        self._personal = personal
        self._csv = csv.writer(report) if report is not None and as_csv else None
        if self._csv is not None:
            self._csv.writerow(REPORT_COLUMNS)

    def form(self, source: Source, values: dict[str, Any]) -> None:
        """Write a form as a line."""
        if self._forms is not None:
            written = to_json(values)
            line = {"record": source.number, "id": source.record_id, "form": written} if self._numbered else written
            self._forms.write(json.dumps(line, ensure_ascii=False) + "\n")

    def finding(self, source: Source, finding: Finding) -> None:
        """Write a finding as a row or line."""
        if self._report is None:
            return
        written = finding_json(source, finding, personal_too=self._personal)
        if self._csv is not None:
            self._csv.writerow([_cell(str(written[name])) for name in REPORT_COLUMNS])
        else:
            self._report.write(json.dumps(written, ensure_ascii=False) + "\n")


@contextmanager
def result_files(
    out: Path | None, report: Path | None, *, numbered: bool = False, personal: bool = False
) -> Iterator[ResultFiles]:
    """Open the files; on the way out they take their names, or vanish. Raises SettingsError."""
    if report is not None and report.suffix not in (_CSV, _JSON_LINES):
        raise SettingsError(
            "a report of another kind", expected=f"--report FILE{_CSV} or FILE{_JSON_LINES}", found=str(report)
        )
    as_csv = report is not None and report.suffix == _CSV
    with _private(out, "utf-8") as forms, _private(report, "utf-8-sig" if as_csv else "utf-8") as findings:
        yield ResultFiles(forms, findings, as_csv=as_csv, numbered=numbered, personal=personal)


def finding_json(source: Source, finding: Finding, *, personal_too: bool) -> dict[str, Any]:
    """A finding as programs read it."""
    return {
        "record": source.number,
        "place": source.place,
        "id": source.record_id,
        "severity": finding.severity.value,
        "field": finding.field,
        "source": finding.source,
        "code": finding.code,
        "expected": finding.expected,
        "found": finding.told(personal_too=personal_too),
        "advice": finding.advice,
    }


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


@contextmanager
def _private(path: Path | None, encoding: str) -> Iterator[TextIO | None]:
    """A file that nobody else can read, from its first byte on; it takes its name only when all is written."""
    if path is None:
        yield None
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")  # mode 0600
    except OSError as err:
        raise SettingsError(f"the file {path} cannot be written", found=err.strerror or str(err)) from err
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
