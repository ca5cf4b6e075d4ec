"""What a run of the demo came to: everything that is shown, and the checks on which its exit status depends."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tongban.adapters.demo.auditing import Tampering
from tongban.adapters.demo.comparison import CaseSeen, ViewCompared, all_equal
from tongban.domain.identifiers import CaseId
from tongban.ledger.audit import AuditFault, AuditReport
from tongban.projections.summary import SummaryRow

SAME_HISTORY = "same history in every city"
VERIFIED = "every act of it verified in every city"
SAME_VIEWS = "same views in every city"
REBUILT = "views rebuilt from the log equal the live ones"
SOUND = "the audit finds nothing wrong"
LAWFUL = "no act was unlawful"
NOTICED = "a changed byte is noticed, and the event named"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """One run. `scenarios`: cases by kind of life; `seconds`: by stage."""

    seed: int
    cases: int
    log: str
    topic_prefix: str
    rounds: int
    scenarios: Mapping[str, int]
    left_open: int
    shown_case: CaseId
    shown: tuple[CaseSeen, ...]
    summary: tuple[SummaryRow, ...]
    views: tuple[ViewCompared, ...]
    audit: AuditReport
    tampering: Tampering
    seconds: Mapping[str, float]
    kept: Path | None = None

    @property
    def same_history(self) -> bool:
        """Every city shows the case, and the same."""
        return bool(self.shown[0].rows) and all_equal([(seen.rows, seen.digest) for seen in self.shown])

    @property
    def digests(self) -> Mapping[str, Mapping[str, str]]:
        """The live views' digests by view and city, hex."""
        views = {each.view for each in self.views}
        return {view: {each.region: each.live for each in self.views if each.view == view} for view in sorted(views)}

    @property
    def checks(self) -> Mapping[str, bool]:
        """What had to come true."""
        return {
            SAME_HISTORY: self.same_history,
            VERIFIED: all(all(seen.verified) for seen in self.shown),
            SAME_VIEWS: all(all_equal(list(each.values())) for each in self.digests.values()),
            REBUILT: all(each.same for each in self.views),
            SOUND: self.audit.ok and self.audit.counts.get("cases") == self.cases,
            LAWFUL: not self.audit.findings,
            NOTICED: self.tampering.noticed,
        }

    @property
    def ok(self) -> bool:
        """Whether all of it came true."""
        return all(self.checks.values())

    def to_json(self) -> dict[str, Any]:
        """For programs: only text, numbers, truth values, lists and objects."""
        return {
            "ok": self.ok,
            "checks": dict(self.checks),
            "seed": self.seed,
            "cases": self.cases,
            "log": self.log,
            "topic_prefix": self.topic_prefix,
            "kept": str(self.kept) if self.kept is not None else None,
            "rounds": self.rounds,
            "scenarios": dict(self.scenarios),
            "left_open": self.left_open,
            "case": {"id": str(self.shown_case), "digests": {each.region: each.digest for each in self.shown}},
            "digests": {view: dict(each) for view, each in self.digests.items()},
            "rebuilt": {f"{each.region}/{each.view}": each.rebuilt for each in self.views},
            "summary": [asdict(row) for row in self.summary],
            "audit": _report(self.audit),
            "tampering": {
                "event": self.tampering.event,
                "place": _place(self.tampering.place.topic, self.tampering.place.partition),
                "byte": self.tampering.byte,
                "noticed": self.tampering.noticed,
                "found": _fault(self.tampering.found) if self.tampering.found is not None else None,
                "faults": len(self.tampering.report.faults),
            },
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }


def _report(report: AuditReport) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "counts": dict(report.counts),
        "findings": dict(report.findings),
        "notes": dict(report.notes),
        "faults": [_fault(fault) for fault in report.faults],
    }


def _fault(fault: AuditFault) -> dict[str, Any]:
    return {
        "place": _place(fault.place.topic, fault.place.partition),
        "offset": fault.offset,
        "event": fault.event,
        "check": fault.check,
        "expected": fault.expected,
        "found": fault.found,
    }


def _place(topic: str, partition: int) -> str:
    return f"{topic}/{partition}"
