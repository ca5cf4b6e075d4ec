"""Without the pen, a supply, a withdrawal or a delivery becomes a contribution, for the holder to join."""

from inspect import signature

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.plan import Plan
from tongban.domain.events.assistance import ContributionKind
from tongban.domain.law.act import Command
from tongban.domain.law.assistance import JOINED_AS, Contribute

AS_CONTRIBUTION = "this region does not hold the pen: recorded as a contribution (窗口代收), for the holder to join"

CONTRIBUTED_AS: dict[type[Command], ContributionKind] = {
    law.made_by.command: kind for kind, law in JOINED_AS.items() if law is not None and law.made_by is not None
}
"""To join such a contribution is to do the act that it took the place of (ADR 0007)."""


def in_place_of(plan: Plan, at_hand: CaseAtHand) -> Plan:
    """The plan as this region can carry it out: as it is, or as a contribution."""
    contributed = contribution_of(plan.command)
    if contributed is None or at_hand.holds_pen:
        return plan
    return Plan(contributed, plan.values, AS_CONTRIBUTION)


def contribution_of(command: Command) -> Contribute | None:
    """The contribution that can take a command's place: it says the same."""
    kind = CONTRIBUTED_AS.get(type(command))
    if kind is None:
        return None
    return Contribute(kind, **{name: getattr(command, name) for name in signature(type(command)).parameters})
