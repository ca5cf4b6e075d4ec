"""The table of acts as a page for people: docs/lifecycle.md is what this prints, and a test holds it to that.

python -m tongban.domain.law.document > docs/lifecycle.md
"""

from collections import defaultdict
from collections.abc import Iterable

from tongban.domain.law.judging import JOINED_AS
from tongban.domain.law.table import PHASE_ZH, TABLE, Pen, Phase, Row, Who
from tongban.domain.requirement import REQUIREMENTS

WHO_WORDS: dict[Who, str] = {
    Who.OPENER: "the region that opens it (收件地)",
    Who.PEN_HOLDER: "the pen holder (持笔地)",
    Who.DECIDING: "the deciding region (业务属地)",
    Who.OFFERED: "the region offered (接收地)",
    Who.CONTRIBUTOR: "a region named in the case (协办地)",
    Who.FEDERATION: "the federation (联盟)",
}
PEN_WORDS: dict[Pen, str] = {
    Pen.TAKES: "to the region that opens",
    Pen.KEEPS: "stays",
    Pen.OFFERS: "to the region offered",
    Pen.ACCEPTS: "stays with the region offered",
    Pen.RETURNS: "back to the offerer",
    Pen.ASSIGNS: "to the region that the takeover names, in a new epoch",
    Pen.NONE: "not needed",
}
_PAGE = """\
# The life cycle of a case

Generated from `domain/law/table.py` and `domain/requirement.py` by `python -m tongban.domain.law.document`; do not edit.

## Phases

{mermaid}

Beside the phase a case may be *offered*: then only *take over* and *decline* are lawful, and they leave the phase as it is.
To join a contribution is to do the act it stands for, where that act is lawful: {joined}.
A takeover by the federation leaves the phase as it is at the head that it names; to adopt an act past that head is to do it.

## Acts

{acts}

## What an act must meet

An act in breach stays in the chain as a finding; `decide` refuses it in the own region. It changes nothing of the case but
number and pen, unless it is marked as standing: then others rely on it, and it takes effect until somebody sets it aside.

{requirements}
"""


def document() -> str:
    """The whole of docs/lifecycle.md."""
    joined = ", ".join(f"{kind} → {TABLE[act].en}" for kind, act in JOINED_AS.items() if act is not None)
    return _PAGE.format(
        mermaid=f"```mermaid\n{mermaid()}\n```", joined=joined, acts=markdown_table(), requirements=requirements_table()
    )


def mermaid() -> str:
    """The phases as a Mermaid state diagram; the acts that lead from one to the same other share an arrow."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {phase}: {PHASE_ZH[phase]} {_words(phase)}" for phase in Phase if phase is not Phase.NONE]
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TABLE.values():
        if row.to is not None:
            for phase in _in_order(row.phases):
                arrows["[*]" if phase is Phase.NONE else phase, row.to].append(f"{row.zh} {row.en}")
    lines += [f"    {start} --> {end}: {' / '.join(acts)}" for (start, end), acts in arrows.items()]
    lines.append(f"    {Phase.ARCHIVED} --> [*]")
    return "\n".join(lines)


def markdown_table() -> str:
    """The acts as a Markdown table."""
    head = ("#", "act", "中文", "who", "in", "leads to", "pen")
    return _table(head, (_act_cells(row) for row in TABLE.values()))


def requirements_table() -> str:
    """The requirements, with their codes and sources, as a Markdown table."""
    head = ("code", "requirement", "中文", "source", "stands")
    rows = ((f"`{each.code}`", each.en, each.zh, each.source, "yes" if each.stands else "") for each in REQUIREMENTS)
    return _table(head, rows)


def _act_cells(row: Row) -> tuple[str, ...]:
    everywhere = row.phases == frozenset(Phase) - {Phase.NONE}
    phases = "any" if everywhere else ", ".join(_words(phase) for phase in _in_order(row.phases))
    leads_to = _words(row.to) if row.to else "the same"
    where = f"{phases}, while offered" if row.while_offered else phases
    return str(row.number), row.en, row.zh, WHO_WORDS[row.who], where, leads_to, PEN_WORDS[row.pen]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _in_order(phases: frozenset[Phase]) -> list[Phase]:
    return [phase for phase in Phase if phase in phases]


def _words(phase: Phase) -> str:
    return "–" if phase is Phase.NONE else phase.replace("_", " ")


if __name__ == "__main__":
    print(document(), end="")
