"""`tongban case adopt` and `annul`: what the new holder does with the acts that a takeover left behind."""

from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import CaseAtHand, Plan, act_on
from tongban.adapters.cli.case.names import find_event
from tongban.adapters.cli.case.options import CaseArgument
from tongban.adapters.cli.command import ActingCall, command
from tongban.domain.events.takeover import AnnulmentReason
from tongban.domain.identifiers import EventHash
from tongban.domain.law.takeover import Adopt, Annul

EventArgument = Annotated[
    str, typer.Argument(metavar="EVENT", help="办理 Hash of the act past the head, or its unique beginning.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(group, "adopt", example="tongban case adopt 0d5c 9b1e40 --officer hf-handler")
    def adopt(call: ActingCall, case: CaseArgument, event: EventArgument) -> None:
        """采认 Make an act past the head of a takeover this region's own: it takes effect now."""
        act_on(call, case, lambda at_hand: Plan(Adopt(_past(at_hand, event))))

    @command(group, "annul", example="tongban case annul 0d5c 9b1e40 --officer hf-handler --code contradictory")
    def annul(
        call: ActingCall,
        case: CaseArgument,
        event: EventArgument,
        code: Annotated[AnnulmentReason, typer.Option("--code", help="原因 Why it is not adopted.")],
    ) -> None:
        """不予采认 Leave an act past the head of a takeover without effect, having looked at it."""
        act_on(call, case, lambda at_hand: Plan(Annul(_past(at_hand, event), code)))


def _past(at_hand: CaseAtHand, name: str) -> EventHash:
    return find_event(name, (each.event for each in at_hand.state.past_head.acts), "act past the head")
