"""`tongban case show`: one case in full, computed from its events in the store: state, personal values, timeline."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from tongban.adapters.cli.case.names import find_case
from tongban.adapters.cli.case.options import CaseArgument
from tongban.adapters.cli.case.unfolded import ShownUnfolded
from tongban.adapters.cli.case.values import ShownValue, values_of
from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.guide.words import limit_words
from tongban.adapters.cli.output import moment, pairs, table
from tongban.adapters.cli.session import looking, refresh
from tongban.contracts.forms.fields import Answers
from tongban.contracts.guide.personal import Guide
from tongban.contracts.guide.questions import known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import CaseUnknownError
from tongban.domain.events.values import FORM
from tongban.domain.law.state import Finding
from tongban.domain.law.status import STATUS_ZH
from tongban.domain.law.table import LAWS
from tongban.domain.law.tracks import HelpRequest
from tongban.ledger.promises import settings_in_force
from tongban.projections.case_history import CaseHistory, UnfoldedHistory
from tongban.projections.timeline import TimelineRow, timeline_rows
from tongban.projections.tracker import TrackerRow, tracker_rows

RefreshOption = Annotated[
    bool, typer.Option("--refresh", help="Read the log to its end first (needs the passphrase; a node does it anyway).")
]


def register(group: typer.Typer) -> None:
    """Add the command to `tongban case`."""

    @command(group, "show", example="tongban case show 0d5c1f\ntongban case show 0d5c1f --sealed --json")
    def show(
        call: Call,
        case: CaseArgument,
        sealed: Annotated[bool, typer.Option("--sealed", help="Leave personal values sealed.")] = False,
        from_log: RefreshOption = False,
    ) -> None:
        """查看办件 Show a case: where it stands, what this region was given, and its whole history.

        A value that this region was given and that has not come yet is 待收 awaited; one that went to others only is
        未提供 not given.
        """
        if from_log:
            refresh(call)
        with looking(call) as region, region.store.reading() as tx:
            found = find_case(tx, case)
            history = region.node.histories.read(tx, found)
            if history is None:
                raise CaseUnknownError(f"no case {found} is here", advice="see `tongban case list`")
            if isinstance(history, UnfoldedHistory):
                unfolded = ShownUnfolded(region.code, history)
                call.output.result(unfolded.as_json(), unfolded.show)
                return
            _, contract = region.node.acts.state(tx, found)
            values = [] if sealed else list(values_of(tx, region.node.contents, region.code, history, contract))
            guide = Guide(contract, settings_in_force(tx, region.node.knowledge, history), _answers(contract, values))
            (tracker,) = tracker_rows(history)
            timeline = timeline_rows(history)  # looks up names in the store
        told = {
            "region": region.code,
            "tracker": asdict(tracker),
            "materials": [
                {
                    "code": each.code,
                    "name_zh": each.name_zh,
                    "name_en": each.name_en,
                    "required": each.required,
                    "here": each.code in history.state.materials.at_hand,
                }
                for each in history.rules.materials
            ],
            "limit": {
                "promised": guide.promised.model_dump(mode="json") if guide.promised else None,
                "set_by": guide.settings.region if guide.settings and guide.settings.promised else None,
            },
            "head": history.state.last.hex() if history.state.last is not None else None,
            "past_head": [
                {
                    "event": each.event.hex(),
                    "act": LAWS[type(each.doing.body)].act,
                    "region": each.doing.region,
                    "status": each.status,
                }
                for each in history.state.past_head.acts
            ],
            "requests": [_plain(each) for each in history.state.help.requests],
            "contributions": [_plain(each) for each in history.state.help.contributions],
            "values": [each.as_json() for each in values],
            "timeline": [{**asdict(row), "findings": json.loads(row.findings)} for row in timeline],
            "findings": [_finding_json(each) for each in history.state.findings],
        }
        call.output.result(told, lambda console: _print(console, history, tracker, timeline, values, guide))


def _answers(contract: MatterContract, values: list[ShownValue]) -> Answers:
    """What the newest form says that this region can open; nothing if there is none."""
    forms = [each.value for each in values if each.name == FORM and isinstance(each.value, dict)]
    return known_answers(contract.about.questions, forms[-1]) if forms else {}


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


def _limit(request: HelpRequest) -> str:
    return "" if request.answer_within is None else f"{request.answer_within} {request.answer_unit}"


def _print(
    console: Console,
    history: CaseHistory,
    tracker: TrackerRow,
    timeline: tuple[TimelineRow, ...],
    values: list[ShownValue],
    guide: Guide,
) -> None:
    pairs(console, f"办件 Case {tracker.case}", _header(history, tracker, guide))
    here = history.state.materials.at_hand
    materials = [
        (each.code, each.name_zh, each.name_en, "必需 required" if each.required else "可补 secondary",
         "已收 here" if each.code in here else "缺 missing")
        for each in history.rules.materials
    ]  # fmt: skip
    console.print(table("材料 Materials", ("code", "名称", "name", "", ""), materials))
    if history.state.help.requests:
        rows = [
            (
                each.event.hex()[:16],
                str(each.region),
                each.organization or "",
                each.kind.value,
                _limit(each),
                each.status.value,
            )
            for each in history.state.help.requests
        ]
        console.print(
            table("协查 Requests", ("request", "region", "organization", "kind", "期限 limit", "status"), rows)
        )
    if history.state.help.contributions:
        contributed = [
            (each.event.hex()[:16], each.region, each.kind.value, ", ".join(each.materials), each.status.value)
            for each in history.state.help.contributions
        ]
        console.print(
            table("协办内容 Contributions", ("contribution", "region", "kind", "materials", "status"), contributed)
        )
    if history.state.past_head.acts:
        past = [
            (
                each.event.hex()[:16],
                each.doing.region,
                LAWS[type(each.doing.body)].zh,
                LAWS[type(each.doing.body)].en,
                each.status,
            )
            for each in history.state.past_head.acts
        ]
        console.print(table("接管点之后 Past the head", ("event", "region", "办理", "act", "status"), past))
    if values:
        told = [(each.given_in, title, text) for each in values for title, text in each.lines()]
        console.print(table("申请人信息 Personal values, sealed to the regions that need them", ("in", "", ""), told))
    columns = (
        "when",
        "城市 city",
        "机构 organization",
        "岗位 post, officer",
        "办理 act",
        "变化 what changed",
        "持笔 pen",
        "key",
        "",
    )
    console.print(table("办理过程 Timeline", columns, map(_row, timeline)))


def _header(history: CaseHistory, tracker: TrackerRow, guide: Guide) -> Iterator[tuple[str, str]]:
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
        yield "冻结 FROZEN", f"at event {tracker.frozen_at}: two events claim that number; the federation takes it over"
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
