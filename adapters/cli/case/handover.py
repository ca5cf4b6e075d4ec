"""`tongban case offer`, `take-over` and `decline`: acts that move the pen."""

from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import CaseAtHand, Plan, act_on
from tongban.adapters.cli.case.options import CaseArgument, DocumentOption, ReasonOption
from tongban.adapters.cli.command import ActingCall, command
from tongban.adapters.cli.values import parse_document, texts
from tongban.domain.errors import MalformedError
from tongban.domain.events.handover import DeclineReason, OfferGround
from tongban.domain.identifiers import RegionCode
from tongban.domain.law.handover import Decline, Offer, TakeOver


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(group, "offer", example="tongban case offer 0d5c --officer sh-window\ntongban case offer 0d5c --officer hf-head "
             "--to 330100 --ground designated_jurisdiction --document 指定管辖通知书:2026-17")  # fmt: skip
    def offer(
        call: ActingCall,
        case: CaseArgument,
        to: Annotated[
            str | None, typer.Option("--to", help="接收地 Region offered (default: the deciding one).")
        ] = None,
        ground: Annotated[
            OfferGround | None, typer.Option("--ground", help="法定事由 Ground of law: needed after acceptance.")
        ] = None,
        document: DocumentOption = None,
    ) -> None:
        """移交 Offer the case. From then on only the region offered may act, and only take over or decline."""

        def plan(at_hand: CaseAtHand) -> Plan:
            target = RegionCode(to) if to else at_hand.state.deciding_region
            if target is None:
                raise MalformedError("the region offered is open", expected="--to REGION", found="none")
            return Plan(Offer(target, ground, parse_document(document)))

        act_on(call, case, plan)

    @command(group, "take-over", example="tongban case take-over 0d5c --officer hf-handler")
    def take_over(call: ActingCall, case: CaseArgument) -> None:
        """接收 Take over a case that was offered to this region: the pen is here from now on."""
        act_on(call, case, lambda _: Plan(TakeOver()))

    @command(
        group,
        "decline",
        example="tongban case decline 0d5c --officer hf-handler --code not_competent --reason 属合肥以外管辖",
    )
    def decline(
        call: ActingCall,
        case: CaseArgument,
        code: Annotated[DeclineReason, typer.Option("--code", help="退回原因 Why (never that something is missing).")],
        reason: ReasonOption = None,
    ) -> None:
        """退回移交 Decline an offer: the pen goes back to the region that offered."""
        act_on(call, case, lambda _: Plan(Decline(code), texts(reason=reason)))
