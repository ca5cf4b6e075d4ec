"""The table of acts as a page for people: docs/lifecycle.md is what this prints, and a test holds it to that.

python -m tongban.domain.law.document > docs/lifecycle.md
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tongban.domain.events.event_type import Pen
from tongban.domain.law.act import Chapter, Law, Overlay, Who
from tongban.domain.law.assistance import JOINED_AS
from tongban.domain.law.judging import EVERY_ACT
from tongban.domain.law.phase import ANY, PHASE_ZH, Phase
from tongban.domain.law.table import CHAPTERS, LAWS

WHO_WORDS: dict[Who, str] = {
    Who.OPENER: "the region that opens it (收件地)",
    Who.PEN_HOLDER: "the pen holder (持笔地)",
    Who.DECIDING: "the deciding region (业务属地)",
    Who.LEDGER: "the deciding region's ledger key (账本密钥)",
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

Generated from the chapters in `domain/law/` by `python -m tongban.domain.law.document`; do not edit.

## Phases

{mermaid}

Beside the phase a case may be *offered*: then only *take over* and *decline* are lawful, and they leave the phase as it is.
To join a contribution is to do the act it stands for, where that act is lawful: {joined}.
A takeover by the federation leaves the phase as it is at the head that it names; to adopt an act past that head is to do it.

An act in breach of a requirement stays in the chain as a finding; `decide` refuses it in the own region. It changes nothing of
the case but number and pen, unless the requirement is marked as standing: then others rely on the act, and it takes effect
until somebody sets it aside.

{chapters}"""
_ACTS = ("#", "act", "中文", "who", "in", "leads to", "pen")
_REQUIREMENTS = ("code", "requirement", "中文", "source", "stands")


def document() -> str:
    """The whole of docs/lifecycle.md."""
    joined = ", ".join(f"{kind} → {law.en}" for kind, law in JOINED_AS.items() if law is not None)
    chapters = "\n".join(_chapter(each) for each in (*CHAPTERS, EVERY_ACT))
    return _PAGE.format(mermaid=f"```mermaid\n{mermaid()}\n```", joined=joined, chapters=chapters)


def mermaid() -> str:
    """The phases as a Mermaid state diagram; the acts that lead from one to the same other share an arrow."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {phase}: {PHASE_ZH[phase]} {_words(phase)}" for phase in Phase if phase is not Phase.NONE]
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for law in LAWS.values():
        if law.to is not None:
            for phase in _in_order(law.phases):
                arrows["[*]" if phase is Phase.NONE else phase, law.to].append(f"{law.zh} {law.en}")
    lines += [f"    {start} --> {end}: {' / '.join(acts)}" for (start, end), acts in arrows.items()]
    lines.append(f"    {Phase.ARCHIVED} --> [*]")
    return "\n".join(lines)


def _chapter(chapter: Chapter) -> str:
    """A heading, the chapter's acts, and what they must meet."""
    parts = [f"## {chapter.zh} {chapter.en[0].upper()}{chapter.en[1:]}\n"]
    if chapter.laws:
        parts.append(_table(_ACTS, map(_act_cells, chapter.laws)) + "\n")
    if chapter.requirements:
        rows = (
            (f"`{each.code}`", each.en, each.zh, each.source, "yes" if each.stands else "")
            for each in chapter.requirements
        )
        parts.append(_table(_REQUIREMENTS, rows) + "\n")
    return "\n".join(parts)


def _act_cells(law: Law[Any]) -> tuple[str, ...]:
    phases = "any" if law.phases == ANY else ", ".join(_words(phase) for phase in _in_order(law.phases))
    leads_to = _words(law.to) if law.to else "the same"
    where = f"{phases}, while offered" if Overlay.OFFERED in law.only_while else phases
    return str(law.number), law.en, law.zh, WHO_WORDS[law.who], where, leads_to, PEN_WORDS[law.event.pen]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _in_order(phases: frozenset[Phase]) -> list[Phase]:
    return [phase for phase in Phase if phase in phases]


def _words(phase: Phase) -> str:
    return "–" if phase is Phase.NONE else phase.replace("_", " ")


if __name__ == "__main__":
    print(document(), end="")
