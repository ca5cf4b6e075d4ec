"""Counts by deciding city and matter, from tracker rows alone. Computed when asked for; nothing is kept.

A case counts once, under the region that decides it; where that is not known yet (a case frozen at its first number),
under the region that took it in. `offers_*` and `findings` are those of these cases, no matter who made or caused them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from tongban.domain.events.decision import ClosureResult
from tongban.domain.law.phase import Phase
from tongban.projections.case_history import UNFOLDED
from tongban.projections.tracker import TrackerRow

_PHASES = (*(phase.value for phase in Phase), UNFOLDED)


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How many cases stand in a phase."""

    phase: str
    cases: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One region and matter, all its versions. `phases`: only those in which a case stands, in the order of the table."""

    region: str
    matter: str
    matter_zh: str
    matter_en: str
    cases: int
    taken_in_elsewhere: int
    """Cases that another region took in."""
    phases: tuple[PhaseCount, ...]
    granted: int
    refused: int
    delivered: int
    archived: int
    offers_made: int
    offers_declined: int
    open_requests: int
    findings: int
    frozen: int
    events: int


def summarize(rows: Iterable[TrackerRow]) -> tuple[SummaryRow, ...]:
    """One row for each region and matter, sorted by both. The order of `rows` does not matter; they are not kept."""
    groups: dict[tuple[str, str], _Group] = defaultdict(_Group)
    for row in rows:
        region = row.deciding_region or row.receiving_region
        groups[region, row.matter].add(row, region)
    return tuple(group.summary(region, matter) for (region, matter), group in sorted(groups.items(), key=itemgetter(0)))


@dataclass(slots=True)
class _Group:
    counts: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    names: tuple[str, str, str] = ("", "", "")
    """Version, and the names at that version: the greatest is shown."""

    def add(self, row: TrackerRow, region: str) -> None:
        self.names = max(self.names, (row.matter_version, row.matter_zh, row.matter_en))
        self.phases[row.phase] += 1
        self.counts.update(
            cases=1,
            taken_in_elsewhere=row.receiving_region != region,
            granted=row.closure == ClosureResult.GRANTED,
            refused=row.closure == ClosureResult.REFUSED,
            delivered=row.delivered,
            archived=row.archived,
            offers_made=row.offers_made,
            offers_declined=row.offers_declined,
            open_requests=row.open_requests,
            findings=row.findings,
            frozen=row.frozen_at is not None,
            events=row.events,
        )

    def summary(self, region: str, matter: str) -> SummaryRow:
        _, zh, en = self.names
        phases = tuple(PhaseCount(each, self.phases[each]) for each in _PHASES if each in self.phases)
        counts = {name: int(count) for name, count in self.counts.items()}  # a first True would stay one
        return SummaryRow(region=region, matter=matter, matter_zh=zh, matter_en=en, phases=phases, **counts)
