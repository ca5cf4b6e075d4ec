"""The timeline: the full history of a case, one row an event, as every city shows it.

Rows stand in canonical causal order: nothing before its predecessor or its causes, the rest by (occurred_at, hash). Events
that were set aside beside a rival are shown too, with `standing` false.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.domain.doing import ACT_OF
from tongban.domain.event import Event
from tongban.domain.header import ActorKind
from tongban.domain.identifiers import EventHash
from tongban.domain.lifecycle import PHASE_ZH, TABLE, Row
from tongban.domain.state import Finding
from tongban.projections.case_history import CaseHistory, Step
from tongban.projections.change import change_of
from tongban.projections.shown import shown
from tongban.projections.view import View


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One act. Hashes and ids are hex, times microseconds UTC. Names are those of the day on which it was done."""

    case: str
    position: int
    """1 to n in canonical order."""
    event: str
    stream: str
    stream_kind: str
    sequence: int
    standing: bool
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


TIMELINE: View[TimelineRow] = View("timeline", TimelineRow, ("case", "position"))


def timeline_rows(history: CaseHistory) -> tuple[TimelineRow, ...]:
    """One row for each event of the case."""
    return tuple(_rows(history))


def _rows(history: CaseHistory) -> Iterator[TimelineRow]:
    case = str(history.case)
    findings = _findings(history.state.findings)
    for position, step in enumerate(history.steps, start=1):
        yield _row(case, position, step, history, findings.get(step.event.hash, "[]"))


def _row(case: str, position: int, step: Step, history: CaseHistory, findings: str) -> TimelineRow:
    event, after = step.event, step.after
    header = event.header
    actor = header.actor
    names = history.names.of(header)
    by_officer, by_channel = actor.kind is ActorKind.OFFICER, actor.kind is ActorKind.CHANNEL
    change = change_of(step, history.rules, history.names)
    act = _act(event)
    return TimelineRow(
        case=case,
        position=position,
        event=event.hash.hex(),
        stream=str(header.stream),
        stream_kind=event.type.stream.value,
        sequence=header.sequence,
        standing=step.stands,
        occurred_at=header.occurred_at,
        recorded_at=header.recorded_at,
        covered_at=event.covered_at,
        region=shown(header.region),
        region_zh=shown(names.region_zh),
        region_en=shown(names.region_en),
        organization=_maybe(actor.organization),
        organization_zh=_maybe(names.organization_zh),
        organization_en=_maybe(names.organization_en),
        post=_maybe(actor.post),
        post_zh=_maybe(names.post_zh),
        post_en=_maybe(names.post_en),
        officer=shown(actor.id) if by_officer else None,
        officer_name=_maybe(names.person),
        channel=shown(actor.id) if by_channel else None,
        channel_zh=_maybe(names.channel_zh),
        channel_en=_maybe(names.channel_en),
        act=act.act.value,
        act_zh=act.zh,
        act_en=act.en,
        change_zh=change.zh,
        change_en=change.en,
        pen_after=after.pen.writer if after.pen is not None else None,
        phase_after=after.phase.value,
        phase_after_zh=PHASE_ZH[after.phase],
        key=header.key.hex(),
        findings=findings,
    )


def _act(event: Event) -> Row:
    return TABLE[ACT_OF[type(event.body)]]


def _maybe(text: str | None) -> str | None:
    return shown(text) if text is not None else None


def _findings(findings: tuple[Finding, ...]) -> dict[EventHash, str]:
    codes: dict[EventHash, list[str]] = {}
    for finding in findings:
        codes.setdefault(finding.event, []).append(f'"{finding.code}"')
    return {event: f"[{','.join(each)}]" for event, each in codes.items()}
