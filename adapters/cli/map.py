"""`tongban map`: records of an old system become forms, and what is wrong with them becomes a report."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.exit_codes import ExitCode
from tongban.adapters.cli.output import pairs, table
from tongban.adapters.mapping.result_files import ResultFiles, finding_json, result_files
from tongban.adapters.mapping.run import Source, Summary, run_mapping
from tongban.contracts.mapping.findings import Finding, Severity
from tongban.contracts.mapping.mapping_file import FieldRule, MappingFile
from tongban.contracts.mapping.meanings import MEANINGS
from tongban.contracts.mapping.reading import CheckedMapping, read_mapping

SHOWN_FINDINGS = 20
"""Findings that a person is shown; `--report` has them all."""
REPORTED_FINDINGS = 1_000
"""Findings that `--json` repeats; `--report` has them all."""

MappingArgument = Annotated[
    str, typer.Argument(help="映射 A mapping that ships, as 511602/service-items, or the path of one's file.")
]
FileArgument = Annotated[
    Path | None, typer.Argument(help="来源文件 The old system's file. Without one, the mapping is checked and shown.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="表单 Write the forms here, one JSON object a line.")]
NumberedOption = Annotated[
    bool, typer.Option("--numbered", help="Put each form into an object with its record's number and id.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="校正清单 Write every finding here: FILE.csv or FILE.jsonl.")
]
PersonalOption = Annotated[
    bool,
    typer.Option("--show-personal", help="Repeat the values of personal fields in findings; for the data's owner."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = (
        "tongban map 511602/service-items items.json --out items.jsonl --report faults.csv\n"
        "tongban map 511602/service-items"
    )
    command(app, "map", example=example)(map_records)


def map_records(
    call: Call,
    mapping: MappingArgument,
    file: FileArgument = None,
    out: OutOption = None,
    numbered: NumberedOption = False,
    report: ReportOption = None,
    show_personal: PersonalOption = False,
) -> None:
    """数据转换 Turn an old system's records into forms, and tell every fault of every record.

    A faulty record never stops the rest. Exit code 6: at least one record did not become a form, or the file could not
    be read to its end. Warnings leave it at 0.
    """
    checked = read_mapping(mapping)
    if file is None:
        call.output.result(_mapping_json(checked), lambda console: _show_mapping(console, checked))
        return
    with (
        result_files(out, report, numbered=numbered, personal=show_personal) as files,
        call.output.progress("转换 converting", in_bytes=True) as progress,
    ):
        results = _Kept(files, REPORTED_FINDINGS if call.as_json else SHOWN_FINDINGS)
        summary = run_mapping(checked, file, results, progress)
    reported = [finding_json(*each, personal_too=show_personal) for each in results.findings()]
    value = _summary_json(checked.about, summary, reported) | {
        "out": str(out) if out else None,
        "report": str(report) if report else None,
    }
    call.output.result(value, lambda console: _show(console, checked.about, summary, reported))
    if summary.faulty or not summary.complete:
        raise typer.Exit(ExitCode.FINDINGS)


class _Kept:
    """Hands results on to the files, and keeps the first findings for the answer: errors before warnings."""

    def __init__(self, files: ResultFiles, limit: int) -> None:
        self._files = files
        self._limit = limit
        self._kept: dict[Severity, list[tuple[Source, Finding]]] = {each: [] for each in Severity}

    def form(self, source: Source, values: dict[str, Any]) -> None:
        self._files.form(source, values)

    def finding(self, source: Source, finding: Finding) -> None:
        self._files.finding(source, finding)
        if len(self._kept[finding.severity]) < self._limit:
            self._kept[finding.severity].append((source, finding))

    def findings(self) -> list[tuple[Source, Finding]]:
        """The first errors, and warnings if there is room, in the order of their records."""
        first = [*self._kept[Severity.ERROR], *self._kept[Severity.WARNING]][: self._limit]
        return sorted(first, key=lambda each: each[0].number)


# A run ---------------------------------------------------------------------------------------------------------------


def _summary_json(about: MappingFile, summary: Summary, reported: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "mapping": about.place,
        "encoding": summary.encoding,
        "records": summary.records,
        "converted": summary.converted,
        "faulty": summary.faulty,
        "warned": summary.warned,
        "complete": summary.complete,
        "errors": summary.total(Severity.ERROR),
        "warnings": summary.total(Severity.WARNING),
        "counts": [
            {"field": kind.field, "code": kind.code, "severity": kind.severity.value, "count": count}
            for kind, count in _counted(summary)
        ],
        "findings": reported,
    }


def _counted(summary: Summary) -> list[tuple[Any, int]]:
    return sorted(summary.counts.items(), key=lambda item: (item[0].severity, -item[1], item[0]))


def _show(console: Console, about: MappingFile, summary: Summary, reported: list[dict[str, Any]]) -> None:
    errors, warnings = summary.total(Severity.ERROR), summary.total(Severity.WARNING)
    lines = [
        ("记录 records", str(summary.records)),
        ("转换 converted", f"{summary.converted}, with warnings {summary.warned}"),
        ("有误 faulty", str(summary.faulty)),
        ("问题 findings", f"{errors} errors, {warnings} warnings"),
        ("文件 file", f"{summary.encoding}, {'read to its end' if summary.complete else '未读完 NOT READ TO ITS END'}"),
    ]
    pairs(console, f"{about.place} {about.name.zh} {about.name.en}", lines)
    if not reported:
        return
    columns = ("字段 field", "问题 finding", "", "条数 count")
    rows = [
        (kind.field, f"{MEANINGS[kind.code].zh} {MEANINGS[kind.code].en}", kind.severity.value, str(count))
        for kind, count in _counted(summary)
    ]
    console.print(table("按字段汇总 By field", columns, rows))
    first = (
        f", the first {len(reported)} (errors before warnings; --report has all)"
        if len(reported) < errors + warnings
        else ""
    )
    heads = ("记录 record", "编号 id", "字段 field", "应为 expected", "实为 found", "怎么办 what to do")
    console.print(table(f"逐条 Each finding{first}", heads, map(_row, reported)))


def _row(reported: dict[str, Any]) -> tuple[str, ...]:
    field = f"{reported['field']} ← {reported['source']}" if reported["source"] else reported["field"]
    number = f"{reported['record']} ({reported['place']})"
    return (
        number,
        reported["id"],
        field,
        reported["expected"],
        f"{reported['severity']}: {reported['found']}",
        reported["advice"],
    )


# A mapping -----------------------------------------------------------------------------------------------------------


def _mapping_json(mapping: CheckedMapping) -> dict[str, Any]:
    about = mapping.about
    rules = {each.name: about.fields[each.name] for each in mapping.schema.fields}
    return {
        "mapping": about.place,
        "name_zh": about.name.zh,
        "name_en": about.name.en,
        "example": about.example,
        "target": about.target.matter or about.target.schema_name,
        "format": about.file.format.value,
        "encoding": about.file.encoding.value,
        "fields": {name: _origin(rule) for name, rule in rules.items()},
    }


def _show_mapping(console: Console, mapping: CheckedMapping) -> None:
    about = mapping.about
    lines = [
        ("目标 fills", about.target.matter or about.target.schema_name or ""),
        ("文件 file", f"{about.file.format}, {about.file.encoding}"),
    ]
    pairs(console, f"{about.place} {about.name.zh} {about.name.en}: 无误 nothing is wrong", lines)
    rows = []
    for each in mapping.schema.fields:
        ((kind, text),) = _origin(about.fields[each.name]).items()
        rows.append((each.name, f"{each.title_zh} {each.title_en}", kind, str(text)))
    console.print(table("字段 Fields", ("field", "名称 title", "", "来源 source"), rows))


def _origin(rule: FieldRule) -> dict[str, Any]:
    return {name: rule.of(name) for name in ("from", "expression", "constant", "absent") if rule.of(name) is not None}
