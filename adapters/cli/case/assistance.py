"""`tongban case ask`, `answer`, `contribute`, `join` and `refuse`: what regions do for each other's cases."""

from collections.abc import Sequence
from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import CaseAtHand, Plan, act_on
from tongban.adapters.cli.case.names import find_event
from tongban.adapters.cli.case.options import (
    CaseArgument,
    MaterialOption,
    ReceiptOption,
    ReceivedOption,
    TextOption,
    WithinOption,
)
from tongban.adapters.cli.command import ActingCall, command, parse_time
from tongban.adapters.cli.values import EXTRACT, parse_document, parse_materials, texts
from tongban.contracts.content.form_extract import extract
from tongban.domain.errors import CaseUnknownError, NotAppendableError
from tongban.domain.events.assistance import AnswerKind, AnswerUnit, ContributionKind, HelpKind, RefusalReason
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.events.values import FORM
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.assistance import Answer, Ask, Contribute, Join, Refuse

ContributionOption = Annotated[
    str | None, typer.Option("--contribution", help="协办内容 Its hash, or the beginning (default: the only open one).")
]


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(
        group,
        "ask",
        example="tongban case ask 0d5c --officer hf-handler --region 310000 --kind verification "
        "--share enterprise_name --share credit_code --question 营业执照是否有效 --within 5",
    )
    def ask(
        call: ActingCall,
        case: CaseArgument,
        region: Annotated[str, typer.Option("--region", help="协办地 Region asked.")],
        kind: Annotated[HelpKind, typer.Option("--kind", help="协查类别 What is asked for.")],
        question: Annotated[
            str | None, typer.Option("--question", help="问题 In words; sealed to the region asked.")
        ] = None,
        share: Annotated[
            list[str] | None,
            typer.Option("--share", help="字段 Field of the form that it is given; repeatable, no others."),
        ] = None,
        organization: Annotated[
            str | None, typer.Option("--organization", help="协办机构 Body asked, if named.")
        ] = None,
        within: WithinOption = None,
        within_minutes: Annotated[
            int | None, typer.Option("--within-minutes", min=1, help="分钟 Within so many minutes of opening hours.")
        ] = None,
    ) -> None:
        """协查 Ask another region. It is given the question and the named fields of the form, and nothing else."""

        def plan(at_hand: CaseAtHand) -> Plan:
            shared = tuple(share or ())
            values = texts(question=question)
            if shared:
                values[EXTRACT] = _extract(at_hand, shared)
            limit, unit = _answer_limit(within, within_minutes)
            made = Ask(RegionCode(region), kind, organization, limit, shared, answer_unit=unit)
            return Plan(made, values)

        act_on(call, case, plan)

    @command(group, "answer", example="tongban case answer 0d5c --officer sh-archive --text 经核实，营业执照有效")
    def answer(
        call: ActingCall,
        case: CaseArgument,
        request: Annotated[
            str | None, typer.Option("--request", help="请求 Its hash, or the beginning (default: the only open one).")
        ] = None,
        kind: Annotated[
            AnswerKind, typer.Option("--answer", help="答复类别 Answered, or declined.")
        ] = AnswerKind.ANSWERED,
        text: TextOption = None,
    ) -> None:
        """协办答复 Answer what another region asked. The answer waits until the holder joins it."""

        def plan(at_hand: CaseAtHand) -> Plan:
            known = [each.event for each in at_hand.state.help.requests]
            wanted = (
                find_event(request, known, "request")
                if request
                else _only(at_hand.requests_here(), "open request to this region", "--request")
            )
            return Plan(Answer(wanted, kind), texts(text=text))

        act_on(call, case, plan)

    @command(
        group, "contribute", example="tongban case contribute 0d5c --officer sh-window --kind delivery --method window"
    )
    def contribute(
        call: ActingCall,
        case: CaseArgument,
        kind: Annotated[ContributionKind, typer.Option("--kind", help="类别 What it is.")],
        material: MaterialOption = None,
        received_at: ReceivedOption = None,
        method: Annotated[
            DeliveryMethod | None, typer.Option("--method", help="送达方式 How it was delivered.")
        ] = None,
        receipt: ReceiptOption = None,
        text: TextOption = None,
    ) -> None:
        """窗口代收 Record what an applicant brought to, or received at, this window, without the pen."""
        received = parse_time(received_at) if received_at else None

        def plan(at_hand: CaseAtHand) -> Plan:
            brought = parse_materials(material, at_hand.contract)
            made = Contribute(kind, brought, received, method, parse_document(receipt))
            return Plan(made, texts(text=text))

        act_on(call, case, plan)

    @command(group, "join", example="tongban case join 0d5c --officer hf-handler")
    def join(call: ActingCall, case: CaseArgument, contribution: ContributionOption = None) -> None:
        """并入 Make a contribution part of the case: an answer, materials, a withdrawal, a delivery."""
        act_on(call, case, lambda at_hand: Plan(Join(_contribution(at_hand, contribution))))

    @command(group, "refuse", example="tongban case refuse 0d5c --officer hf-handler --code late")
    def refuse(
        call: ActingCall,
        case: CaseArgument,
        code: Annotated[RefusalReason, typer.Option("--code", help="原因 Why it is left out.")],
        contribution: ContributionOption = None,
    ) -> None:
        """不予并入 Leave a contribution out, after having looked at it."""
        act_on(call, case, lambda at_hand: Plan(Refuse(_contribution(at_hand, contribution), code)))


def _answer_limit(workdays: int | None, minutes: int | None) -> tuple[int | None, AnswerUnit]:
    if workdays is not None and minutes is not None:
        raise typer.BadParameter("a limit counts one of both", param_hint="--within / --within-minutes")
    return (workdays, AnswerUnit.WORKDAYS) if minutes is None else (minutes, AnswerUnit.MINUTES)


def _extract(at_hand: CaseAtHand, shared: Sequence[str]) -> bytes:
    form = at_hand.newest_value(FORM)
    if form is None:
        raise NotAppendableError(
            "the form whose fields are to be shared is not here",
            expected="the form, sealed to this region",
            found="none that was given to it, or none yet",
            advice="wait for it (`tongban case show`), or ask without --share",
        )
    return extract(at_hand.contract, form, shared)


def _contribution(at_hand: CaseAtHand, name: str | None) -> EventHash:
    known = [each.event for each in at_hand.state.help.contributions]
    if name:
        return find_event(name, known, "contribution")
    return _only(at_hand.open_contributions(), "open contribution", "--contribution")


def _only(found: Sequence[EventHash], what: str, option: str) -> EventHash:
    if len(found) != 1:
        raise CaseUnknownError(
            f"the case has {len(found) or 'no'} {what}{'s' if len(found) != 1 else ''}",
            expected="exactly one" if not found else f"exactly one, or {option} with one of those found",
            found=", ".join(each.hex()[:16] for each in found) or "none",
            advice="see `tongban case show`; what another city did may not be here yet"
            if not found
            else f"give {option}",
        )
    return found[0]
