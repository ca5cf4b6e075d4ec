"""A case whose matter this software cannot read, as `tongban case show` shows it: what its events say by themselves."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console

from tongban.adapters.cli.output import moment, pairs, table
from tongban.projections.case_history import UnfoldedHistory
from tongban.projections.timeline import TimelineRow, unfolded_timeline_rows
from tongban.projections.tracker import TrackerRow, unfolded_tracker_rows

ADVICE = "本地软件版本过旧，更新后即可展开 its format came with a later version of Tongban: upgrade, then look again"


class ShownUnfolded:
    """One case. Made while the store is open: names are looked up in it."""

    def __init__(self, region: str, history: UnfoldedHistory) -> None:
        self._region = region
        (self._tracker,) = unfolded_tracker_rows(history)
        self._timeline = unfolded_timeline_rows(history)

    def as_json(self) -> dict[str, Any]:
        """With the same names as of a case that was folded; what needs the matter is empty."""
        return {
            "region": self._region,
            "tracker": asdict(self._tracker),
            "materials": [],
            "limit": {"promised": None, "set_by": None},
            "head": None,
            "past_head": [],
            "requests": [],
            "contributions": [],
            "values": [],
            "timeline": [{**asdict(row), "findings": []} for row in self._timeline],
            "findings": [],
        }

    def show(self, console: Console) -> None:
        """For people."""
        pairs(console, f"办件 Case {self._tracker.case}", _header(self._tracker))
        columns = ("when", "城市 city", "机构 organization", "岗位 post, officer", "办理 act", "key", "")
        console.print(table("办理过程 Timeline", columns, map(_row, self._timeline)))


def _header(tracker: TrackerRow) -> Iterator[tuple[str, str]]:
    yield "事项 matter", f"{tracker.matter}/{tracker.matter_version}"
    yield "阶段 phase", f"{tracker.phase_zh} {tracker.phase}"
    yield "", ADVICE
    yield "方式 handling", tracker.handling or ""
    yield "收件地 received in", tracker.receiving_region
    yield "办理地 decides", tracker.deciding_region or ""
    if tracker.frozen_at is not None:
        yield "冻结 FROZEN", f"at event {tracker.frozen_at}"
    yield "更新 updated", moment(tracker.updated_at)


def _row(row: TimelineRow) -> tuple[str, ...]:
    by = row.officer_name or row.channel_zh or row.officer or row.channel or ""
    marks = [
        *([] if row.standing else [row.change_en]),
        *([] if row.covered_at is not None else ["not covered yet"]),
    ]
    return (
        moment(row.occurred_at),
        f"{row.region_zh} {row.region_en}",
        " ".join(filter(None, (row.organization_zh, row.organization_en))),
        " ".join(filter(None, (row.post_zh, row.post_en, by))),
        f"{row.act_zh} {row.act_en}",
        row.key[:8],
        ", ".join(marks),
    )
