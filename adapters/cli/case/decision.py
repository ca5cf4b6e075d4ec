"""`tongban case decide`, `close`, `deliver` and `archive`: the decision and what follows it."""

from pathlib import Path
from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import CaseAtHand, Plan, act_on
from tongban.adapters.cli.case.correction import AS_CONTRIBUTION
from tongban.adapters.cli.case.options import (
    CaseArgument,
    DocumentOption,
    ReasonOption,
    ReceiptOption,
    ReceivedOption,
)
from tongban.adapters.cli.command import ActingCall, command, parse_time
from tongban.adapters.cli.values import OUTCOME, parse_document, read_values, texts
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.events.delivery import DeliveryMethod
from tongban.domain.law.after_closing import Archive
from tongban.domain.law.assistance import Contribute
from tongban.domain.law.decision import Close, Decide
from tongban.domain.law.delivery import Deliver


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(
        group,
        "decide",
        example="tongban case decide 0d5c --officer hf-approver --grant --outcome outcome.json\n"
        "tongban case decide 0d5c --officer hf-approver --refuse --reason 不符合法定条件",
    )
    def decide(
        call: ActingCall,
        case: CaseArgument,
        granted: Annotated[bool, typer.Option("--grant/--refuse", help="准予 grant, or 不予 refuse.")],
        outcome: Annotated[
            Path | None, typer.Option("--outcome", help="结果 JSON file; the matter's contract checks it.")
        ] = None,
        reason: ReasonOption = None,
        document: DocumentOption = None,
    ) -> None:
        """决定 Decide. Who decides is not who handled, where the matter asks for four eyes."""

        def plan(at_hand: CaseAtHand) -> Plan:
            values = texts(reason=reason)
            contract = at_hand.contract
            if outcome is not None:
                values[OUTCOME] = contract.encode_outcome(read_values(outcome, contract.outcome_schema))
            return Plan(Decide(granted, parse_document(document)), values)

        act_on(call, case, plan)

    @command(group, "close", example="tongban case close 0d5c --officer hf-handler")
    def close(call: ActingCall, case: CaseArgument) -> None:
        """办结 Close the case with the result that was decided."""
        act_on(call, case, lambda _: Plan(Close()))

    @command(
        group, "deliver", example="tongban case deliver 0d5c --officer sh-window --method window --receipt 送达回证:88"
    )
    def deliver(
        call: ActingCall,
        case: CaseArgument,
        method: Annotated[DeliveryMethod, typer.Option("--method", help="送达方式 How.")] = DeliveryMethod.WINDOW,
        receipt: ReceiptOption = None,
        received: ReceivedOption = None,
    ) -> None:
        """送达 Hand the result over. At a window without the pen it becomes a contribution."""
        proof, at = parse_document(receipt), parse_time(received) if received else None

        def plan(at_hand: CaseAtHand) -> Plan:
            if at_hand.holds_pen:
                return Plan(Deliver(method, proof, at))
            contributed = Contribute(ContributionKind.DELIVERY, received_at=at, method=method, receipt=proof)
            return Plan(contributed, note=AS_CONTRIBUTION)

        act_on(call, case, plan)

    @command(
        group, "archive", example="tongban case archive 0d5c --officer hf-handler --number HF-2026-0001 --years 30"
    )
    def archive(
        call: ActingCall,
        case: CaseArgument,
        number: Annotated[str, typer.Option("--number", help="档号 The archive's number.")],
        years: Annotated[
            int | None, typer.Option("--years", min=1, help="保管期限 Years kept (default: permanently).")
        ] = None,
    ) -> None:
        """归档 Archive the case, delivered or ended."""
        act_on(call, case, lambda _: Plan(Archive(number, years)))
