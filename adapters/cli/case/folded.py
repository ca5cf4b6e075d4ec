"""One case as `tongban case show` says it: for a person in tables, for a program as JSON. The case was folded here.

Not handled here: cases that cannot be folded (`unfolded`), and finding the case (`show`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from tongban.adapters.cli.case.values import ShownValue
from tongban.adapters.cli.guide.words import limit_words
from tongban.adapters.cli.output import moment, pairs, table
from tongban.contracts.guide.personal import Guide
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.state import CaseState, Finding
from tongban.domain.law.status import STATUS_ZH
from tongban.domain.law.table import LAWS
from tongban.domain.law.tracks import HelpRequest
from tongban.projections.case_history import CaseHistory
from tongban.projections.timeline import TimelineRow
from tongban.projections.tracker import TrackerRow

TIMELINE_COLUMNS = (
    "when", "城市 city", "机构 organization", "岗位 post, officer", "办理 act", "变化 what changed", "持笔 pen", "key", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as the region `region` shows it: with the values that it was given, and under the settings in force."""

    region: RegionCode
    history: CaseHistory
    tracker: TrackerRow
    timeline: tuple[TimelineRow, ...]
    values: Sequence[ShownValue]
    guide: Guide

    def as_json(self) -> dict[str, Any]:
        """The whole case as one JSON object."""
        state, guide = self.history.state, self.guide
        return {
            "region": self.region,
            "tracker": asdict(self.tracker),
            "materials": list(_materials_json(self.history)),
            "limit": {
                "promised": guide.promised.model_dump(mode="json") if guide.promised else None,
                "set_by": guide.settings.region if guide.settings and guide.settings.promised else None,
            },
            "head": state.last.hex() if state.last is not None else None,
            "past_head": list(_past_head_json(state)),
            "requests": [_plain(each) for each in state.help.requests],
            "contributions": [_plain(each) for each in state.help.contributions],
            "values": [each.as_json() for each in self.values],
            "timeline": [{**asdict(row), "findings": json.loads(row.findings)} for row in self.timeline],
            "findings": [_finding_json(each) for each in state.findings],
        }

    def show(self, console: Console) -> None:
        """The case in tables; a table that would be empty is left out."""
        state = self.history.state
        pairs(console, f"办件 Case {self.tracker.case}", self._header())
        console.print(_materials(self.history))
        if state.help.requests:
            console.print(_requests(state))
        if state.help.contributions:
            console.print(_contributions(state))
        if state.past_head.acts:
            console.print(_past_head(state))
        if self.values:
            told = [(each.given_in, title, text) for each in self.values for title, text in each.lines()]
            console.print(
                table("申请人信息 Personal values, sealed to the regions that need them", ("in", "", ""), told)
            )
        console.print(table("办理过程 Timeline", TIMELINE_COLUMNS, map(_row, self.timeline)))

    def _header(self) -> Iterator[tuple[str, str]]:
        history, tracker, guide = self.history, self.tracker, self.guide
        yield "事项 matter", f"{tracker.matter}/{tracker.matter_version} {tracker.matter_zh} {tracker.matter_en}"
        number = tracker.national_status
        status = f"  (办件状态 {number} {STATUS_ZH[number]})" if number is not None else ""
        yield "阶段 phase", f"{tracker.phase_zh} {tracker.phase}{status}"
        yield "方式 handling", tracker.handling or ""
        set_by = guide.settings.region if guide.settings and guide.settings.promised else None
        yield "承诺时限 promised", limit_words(guide.promised) + (f" (实施清单 {set_by})" if set_by else "")
        yield "收件地 received in", tracker.receiving_region
        yield "办理地 decides", tracker.deciding_region or ""
        offered = f", offered to 移交至 {tracker.offered_to}" if tracker.offered_to else ""
        yield "持笔 pen", (tracker.pen_holder or "") + offered
        if tracker.granted is not None:
            yield "决定 decision", "准予 granted" if tracker.granted else "不予 refused"
        yield "送达 delivered", "是 yes" if tracker.delivered else ""
        if tracker.frozen_at is not None:
            yield (
                "冻结 FROZEN",
                f"at event {tracker.frozen_at}: two events claim that number; the federation takes it over",
            )
        if tracker.epoch:
            yield "接管 taken over", f"epoch 第 {tracker.epoch} 轮"
        if history.state.last is not None:
            yield "接管点 head", history.state.last.hex()
        for finding in history.state.findings:
            yield (
                "发现 finding",
                (
                    f"{finding.code}: {finding.breach.requirement.zh} {finding.breach.requirement.en} "
                    f"(expected {finding.breach.expected}, found {finding.breach.found})"
                ),
            )
        yield "更新 updated", moment(tracker.updated_at)


# JSON ------------------------------------------------------------------------------------------------------------------


def _materials_json(history: CaseHistory) -> Iterator[dict[str, Any]]:
    for each in history.rules.materials:
        yield {
            "code": each.code,
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "required": each.required,
            "here": each.code in history.state.materials.at_hand,
        }


def _past_head_json(state: CaseState) -> Iterator[dict[str, Any]]:
    for each in state.past_head.acts:
        yield {
            "event": each.event.hex(),
            "act": LAWS[type(each.doing.body)].act,
            "region": each.doing.region,
            "status": each.status,
        }


def _plain(value: Any) -> dict[str, Any]:
    """A frozen value of the domain as JSON: hashes as hex."""
    return {name: each.hex() if isinstance(each, bytes) else each for name, each in asdict(value).items()}


def _finding_json(finding: Finding) -> dict[str, str]:
    words = finding.breach.requirement
    return {
        "event": finding.event.hex(),
        "code": words.code,
        "message_en": words.en,
        "message_zh": words.zh,
        "expected": finding.breach.expected,
        "found": finding.breach.found,
    }


# Tables ----------------------------------------------------------------------------------------------------------------


def _materials(history: CaseHistory) -> Table:
    here = history.state.materials.at_hand
    rows = [
        (each.code, each.name_zh, each.name_en, "必需 required" if each.required else "可补 secondary",
         "已收 here" if each.code in here else "缺 missing")
        for each in history.rules.materials
    ]  # fmt: skip
    return table("材料 Materials", ("code", "名称", "name", "", ""), rows)


def _requests(state: CaseState) -> Table:
    rows = [
        (each.event.hex()[:16], str(each.region), each.organization or "", each.kind.value, _limit(each),
         each.status.value)
        for each in state.help.requests
    ]  # fmt: skip
    return table("协查 Requests", ("request", "region", "organization", "kind", "期限 limit", "status"), rows)


def _limit(request: HelpRequest) -> str:
    return "" if request.answer_within is None else f"{request.answer_within} {request.answer_unit}"


def _contributions(state: CaseState) -> Table:
    rows = [
        (each.event.hex()[:16], each.region, each.kind.value, ", ".join(each.materials), each.status.value)
        for each in state.help.contributions
    ]
    return table("协办内容 Contributions", ("contribution", "region", "kind", "materials", "status"), rows)


def _past_head(state: CaseState) -> Table:
    done = ((LAWS[type(each.doing.body)], each) for each in state.past_head.acts)
    rows = [(each.event.hex()[:16], each.doing.region, law.zh, law.en, each.status) for law, each in done]
    return table("接管点之后 Past the head", ("event", "region", "办理", "act", "status"), rows)


def _row(row: TimelineRow) -> tuple[str, ...]:
    by = row.officer_name or row.channel_zh or row.officer or row.channel or ""
    post = " ".join(filter(None, (row.post_zh, row.post_en)))
    marks = [
        *json.loads(row.findings),
        *([] if row.standing else ["past the head" if row.past_head else "set aside"]),
        *([] if row.covered_at is not None else ["not covered yet"]),
    ]
    return (
        moment(row.occurred_at),
        f"{row.region_zh} {row.region_en}",
        " ".join(filter(None, (row.organization_zh, row.organization_en))),
        f"{post} {by}".strip(),
        f"{row.act_zh} {row.act_en}",
        f"{row.change_zh} {row.change_en}",
        row.pen_after or "",
        row.key[:8],
        ", ".join(marks),
    )
