"""The results as Markdown: a summary of the aims, then each measurement with its floor, its ratio and its profile."""

from collections.abc import Sequence

from benchmarks.measure import Row, Section

HEAD = """\
# What it costs

Written by `make bench` (`python -m benchmarks.run`); nothing here is edited by hand. Each number stands beside its floor:
what nobody can avoid, measured in the same run, in turns, over the same bytes. *Ratio* is of time on the wall, *CPU* of
processor time; where others use the machine too, trust the second.

{machine}
- seed {seed}; events of 334 bytes on average, eight to a case
"""


def render(machine: str, seed: int, sections: Sequence[Section], remarks: str) -> str:
    """The whole page."""
    parts = [HEAD.format(machine=machine, seed=seed), _aims(sections), remarks.strip()]
    parts += [_section(each) for each in sections]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _aims(sections: Sequence[Section]) -> str:
    rows = [row for section in sections for row in section.rows if row.aim is not None]
    lines = ["## Aims", "", "| measured | events | ratio | CPU | aim | |", "|---|---:|---:|---:|---:|---|"]
    lines += [
        f"| {row.name} | {row.events:,} | {_ratio(row.ratio)} | {_ratio(row.cpu_ratio)} | {row.aim} | {_met(row)} |"
        for row in rows
    ]
    return "\n".join(lines)


def _section(section: Section) -> str:
    if section.failed:
        return f"## {section.title}\n\n**This measurement failed:** {section.failed}"
    lines = [f"## {section.title}", "", section.notes.strip(), ""]
    lines += ["| measured | events | here | floor | ratio | CPU | the floor is |", "|---|---:|---:|---:|---:|---:|---|"]
    lines += [
        f"| {row.name} | {row.events:,} | {row.ours} | {row.floor} |"
        f" {_ratio(row.ratio)} | {_ratio(row.cpu_ratio)} | {row.floor_name} |"
        for row in section.rows
    ]
    for name, profile in section.profiles.items():
        lines += ["", f"Where the time goes ({name}):", "", profile]
    return "\n".join(lines)


def _ratio(ratio: float | None) -> str:
    return f"{ratio:.2f}" if ratio is not None else ""


def _met(row: Row) -> str:
    assert row.aim is not None and row.ratio is not None
    if row.doubt:
        return f"in doubt: {row.doubt}"
    return "met" if row.aim.met(row.ratio) else "**missed**"
