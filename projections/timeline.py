"""The timeline: the full history of a case, one row an event, as every city shows it.

Rows stand in canonical causal order: nothing before its predecessor or its causes, the rest by (occurred_at, hash). Events
that were set aside beside a rival are shown too, with `standing` false.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tongban.domain.events.catalogue import Body
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.header import ActorKind
from tongban.domain.identifiers import EventHash
from tongban.domain.law.phase import PHASE_ZH, Phase
from tongban.domain.law.state import Finding
from tongban.domain.law.table import LAWS
from tongban.projections.case_history import (
    UNFOLDED,
    UNFOLDED_ZH,
    CaseHistory,
    History,
    Step,
    UnfoldedHistory,
)
from tongban.projections.case_view import CaseView
from tongban.projections.shown import shown
from tongban.projections.words.change import change_of, not_counted
from tongban.projections.words.phrase import NOTHING, Words


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One act. Hashes and ids are hex, times microseconds UTC. Names are those of the day on which it was done."""

    case: str
    position: int
    """1 to n in canonical order."""
    event: str
    stream: str
    stream_kind: str
    epoch: int
    """How often the federation had taken the case over; a takeover's own is the one that it begins."""
    sequence: int
    standing: bool
    past_head: bool
    """A takeover goes on behind an earlier event; this one counts only if the new holder adopts it."""
    occurred_at: int
    recorded_at: int
    covered_at: int | None
    """Time of the checkpoint that lists the event; null while only its writer has it."""
    region: str
    region_zh: str
    region_en: str
    organization: str | None
    organization_zh: str | None
    organization_en: str | None
    post: str | None
    post_zh: str | None
    post_en: str | None
    officer: str | None
    officer_name: str | None
    channel: str | None
    channel_zh: str | None
    channel_en: str | None
    act: str
    act_zh: str
    act_en: str
    change_zh: str
    change_en: str
    pen_after: str | None
    """The one region that may append after this event."""
    phase_after: str
    phase_after_zh: str
    key: str
    """Id of the key that signed."""
    findings: str
    """Codes as a JSON array, e.g. `["incomplete"]`."""


def timeline_rows(history: CaseHistory) -> tuple[TimelineRow, ...]:
    """One row for each event of the case."""

    def change(step: Step) -> Words:
        return change_of(step, history.rules, history.names)

    return tuple(_rows(history, change, _PHASES, _findings(history.state.findings)))


def unfolded_timeline_rows(history: UnfoldedHistory) -> tuple[TimelineRow, ...]:
    """The same of a case that this software cannot fold: who did what and when, and not what it changed."""

    def change(step: Step) -> Words:
        return NOTHING if step.stands else not_counted(step)

    return tuple(_rows(history, change, {Phase.NONE: (UNFOLDED, UNFOLDED_ZH)}, {}))


TIMELINE: CaseView[TimelineRow] = CaseView(
    "timeline", 2, TimelineRow, ("case", "position"), rows=timeline_rows, unfolded=unfolded_timeline_rows
)


class _Act(NamedTuple):
    stream: str
    act: str
    zh: str
    en: str


_ACTS: dict[type[Body], _Act] = {
    body: _Act(law.event.stream.value, law.act.value, law.zh, law.en) for body, law in LAWS.items()
}
_PHASES: dict[Phase, tuple[str, str]] = {phase: (phase.value, zh) for phase, zh in PHASE_ZH.items()}


def _rows(
    history: History,
    changed: Callable[[Step], Words],
    phases: Mapping[Phase, tuple[str, str]],
    findings: Mapping[EventHash, str],
) -> Iterator[TimelineRow]:
    case = str(history.case)
    streams = {stream: str(stream) for stream in {step.event.header.stream for step in history.steps}}
    for position, step in enumerate(history.steps, start=1):
        event, after = step.event, step.after
        header = event.header
        actor = header.actor
        names = history.names.of(header)
        act = _ACTS[type(event.body)]
        change = changed(step)
        phase, phase_zh = phases[after.phase]
        by = shown(actor.id)
        yield TimelineRow(
            case=case,
            position=position,
            event=event.hash.hex(),
            stream=streams[header.stream],
            stream_kind=act.stream,
            epoch=event.body.epoch if isinstance(event.body, CaseTakenOver) else header.epoch,
            sequence=header.sequence,
            standing=step.stands,
            past_head=step.past_head,
            occurred_at=header.occurred_at,
            recorded_at=header.recorded_at,
            covered_at=event.covered_at,
            region=shown(header.region),
            region_zh=names.region_zh,
            region_en=names.region_en,
            organization=_maybe(actor.organization),
            organization_zh=names.organization_zh,
            organization_en=names.organization_en,
            post=_maybe(actor.post),
            post_zh=names.post_zh,
            post_en=names.post_en,
            officer=by if actor.kind is ActorKind.OFFICER else None,
            officer_name=names.person,
            channel=by if actor.kind is ActorKind.CHANNEL else None,
            channel_zh=names.channel_zh,
            channel_en=names.channel_en,
            act=act.act,
            act_zh=act.zh,
            act_en=act.en,
            change_zh=change.zh,
            change_en=change.en,
            pen_after=after.pen.writer if after.pen is not None else None,
            phase_after=phase,
            phase_after_zh=phase_zh,
            key=header.key.hex(),
            findings=findings.get(event.hash, "[]"),
        )


def _maybe(text: str | None) -> str | None:
    return shown(text) if text is not None else None


def _findings(findings: tuple[Finding, ...]) -> dict[EventHash, str]:
    codes: dict[EventHash, list[str]] = {}
    for finding in findings:
        codes.setdefault(finding.event, []).append(f'"{finding.code}"')
    return {event: f"[{','.join(each)}]" for event, each in codes.items()}
