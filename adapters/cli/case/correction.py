"""`tongban case notice`, `supply`, `accept`, `not-accept` and `withdraw`: acts before the decision."""

from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import CaseAtHand, Plan, act_on
from tongban.adapters.cli.case.options import (
    CaseArgument,
    DocumentOption,
    FormOption,
    MaterialOption,
    ReasonOption,
    ReceivedOption,
    TextOption,
    WithinOption,
)
from tongban.adapters.cli.command import ActingCall, command, parse_time
from tongban.adapters.cli.values import parse_document, parse_materials, read_values, texts
from tongban.domain.events.acceptance import NonAcceptance
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.values import FORM
from tongban.domain.law.acceptance import Accept, NotAccept
from tongban.domain.law.assistance import Contribute
from tongban.domain.law.correction import Notice, Supply
from tongban.domain.law.ending import Withdraw

AS_CONTRIBUTION = "this region does not hold the pen: recorded as a contribution (窗口代收), for the holder to join"


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(
        group,
        "notice",
        example="tongban case notice 0d5c --officer hf-handler --item inspection_report --within 15 "
        "--reason 检验报告已过有效期",
    )
    def notice(
        call: ActingCall,
        case: CaseArgument,
        item: Annotated[
            list[str], typer.Option("--item", help="材料代码 Code of a material that is missing; repeatable.")
        ],
        within: WithinOption = None,
        document: DocumentOption = None,
        reason: ReasonOption = None,
    ) -> None:
        """一次性补正告知 Tell the applicant once everything that is missing."""
        made = Notice(tuple(item), within, parse_document(document))
        act_on(call, case, lambda _: Plan(made, texts(reason=reason)))

    @command(group, "supply", example="tongban case supply 0d5c --officer sh-window --material inspection_report:copy")
    def supply(
        call: ActingCall,
        case: CaseArgument,
        material: MaterialOption = None,
        received_at: ReceivedOption = None,
        form: FormOption = None,
        text: TextOption = None,
    ) -> None:
        """补正 Record what the applicant supplied. At a window without the pen it becomes a contribution."""
        received = parse_time(received_at) if received_at else None

        def plan(at_hand: CaseAtHand) -> Plan:
            contract = at_hand.contract
            brought = parse_materials(material, contract)
            values = texts(text=text)
            if form is not None:
                values[FORM] = contract.encode_form(read_values(form, contract.form_schema))
            if at_hand.holds_pen:
                return Plan(Supply(brought, received), values)
            contributed = Contribute(ContributionKind.MATERIALS, brought, received)
            return Plan(contributed, values, AS_CONTRIBUTION)

        act_on(call, case, plan)

    @command(group, "accept", example="tongban case accept 0d5c --officer hf-handler --document 受理通知书:2026-101")
    def accept(call: ActingCall, case: CaseArgument, document: DocumentOption = None) -> None:
        """受理 Accept a complete application: the limits of the decision begin to run."""
        act_on(call, case, lambda _: Plan(Accept(parse_document(document))))

    @command(
        group,
        "not-accept",
        example="tongban case not-accept 0d5c --officer hf-handler --kind not_competent --competent-body 合肥市市场监督管理局",
    )
    def not_accept(
        call: ActingCall,
        case: CaseArgument,
        kind: Annotated[
            NonAcceptance, typer.Option("--kind", help="不受理（无需许可）或不予受理（无权管辖）Which of the two.")
        ],
        competent_body: Annotated[
            str | None, typer.Option("--competent-body", help="有权机关 Where the applicant must turn instead.")
        ] = None,
        document: DocumentOption = None,
        reason: ReasonOption = None,
    ) -> None:
        """不受理／不予受理 Do not accept: no licence is needed, or another body is competent."""
        made = NotAccept(kind, competent_body, parse_document(document))
        act_on(call, case, lambda _: Plan(made, texts(reason=reason)))

    @command(group, "withdraw", example="tongban case withdraw 0d5c --officer sh-window --reason 申请人撤回申请")
    def withdraw(call: ActingCall, case: CaseArgument, reason: ReasonOption = None) -> None:
        """撤件 Record that the applicant withdraws. At a window without the pen it becomes a contribution."""

        def plan(at_hand: CaseAtHand) -> Plan:
            values = texts(reason=reason)
            if at_hand.holds_pen:
                return Plan(Withdraw(), values)
            return Plan(Contribute(ContributionKind.WITHDRAWAL), values, AS_CONTRIBUTION)

        act_on(call, case, plan)
