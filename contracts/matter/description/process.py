"""The sections on the course of a case: powers, steps, other authorities, special procedures."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tongban.contracts.matter.description.condition import Conditional
from tongban.contracts.matter.description.limits import LawfulLimit, LimitEntry
from tongban.contracts.yaml.model import BilingualText, CatalogCode, Coded, Model, Name
from tongban.domain.events.assistance import HelpKind
from tongban.domain.events.event_type import Act


class Side(StrEnum):
    """Which region does something: where the application is handed in (收件地), or where it is decided (办理地)."""

    RECEIVING = "receiving"
    DECIDING = "deciding"


STEP = "step"
"""Act 18 of LIFECYCLE.md (承办／审核): the act of every step that has no act of its own."""

ACTS: Mapping[str, frozenset[Side]] = {
    **{act.value: frozenset({Side.DECIDING}) for act in Act if act is not Act.FEDERATION_TAKEOVER},
    **{
        name: frozenset({Side.DECIDING})
        for name in (STEP, "start_special_procedure", "end_special_procedure", "tell_interested_parties", "extend",
                     "refer_up", "issue", "terminate", "accept_with_debts")
    },
    **{
        name: frozenset(Side)
        for name in ("take_in", "apply", "decline_intake", "fix_on_the_spot", "offer", "take_over", "decline", "supply",
                     "withdraw", "contribute", "answer", "deliver", "move_originals")
    },
}  # fmt: skip
"""Every act that a power may be for, and the sides that may have it: those of the ledger (`tongban.domain.law.table`) and
those of LIFECYCLE.md that it does not record yet. Acceptance, decision and liability stay with the deciding region; a
takeover is the federation's, and no post has that power."""

ActName = Name


class PowerEntry(Coded):
    """An entry of the list of powers and duties (权责清单): which side may do which act, and by what law.

    `act` is what an officer's post must have as a power for this matter; several entries may share one, as two steps that
    are both `step`.
    """

    act: ActName
    side: Side
    basis: BilingualText | None = None


class StepEntry(Coded, Conditional):
    """A smallest task. Steps that name the same steps in `after` run in parallel; one that names several waits for all.

    `power`: one of `powers`, which also says whose step it is. `other_officer_than`: earlier steps whose officer may not do
    this one (four eyes). `officers`: signatures that it needs, as two on site.
    """

    power: Name
    after: tuple[Name, ...] = ()
    limit: LimitEntry | None = None
    other_officer_than: tuple[Name, ...] = ()
    officers: Annotated[int, Field(ge=1, le=9)] = 1


class OtherRole(StrEnum):
    """What another authority does for a case."""

    OPINION = "opinion"
    """征求意见"""
    VERIFICATION = "verification"
    """核验"""
    RECORDS = "records"
    """调档"""
    DECISION = "decision"
    """It decides itself: a case of its own, with its own document and remedy."""

    @property
    def help_kind(self) -> HelpKind | None:
        """What it is asked for by a request of the case; None where it decides itself."""
        return None if self is OtherRole.DECISION else HelpKind(self.value)


class JoinedHandling(StrEnum):
    """How several authorities handle a matter (行政许可法 art. 26)."""

    UNIFIED = "unified"
    """统一办理: one authority takes in, asks the others, and answers for all."""
    JOINT = "joint"
    """联合办理: they handle it together."""


class SilenceEffect(StrEnum):
    """What follows where another authority does not answer in time, after its supervisor was notified."""

    WAIT = "wait"
    """The case waits."""
    AGREED = "agreed"
    """It is taken to agree, as the contract states."""


class OtherAuthority(Coded, Conditional):
    """Another authority. `step`: the step that waits for it. `matter`: for a decision of its own, the matter of that case."""

    role: OtherRole
    handled: JoinedHandling
    step: Name
    answer_limit: LimitEntry | None = None
    silence: SilenceEffect = SilenceEffect.WAIT
    matter: CatalogCode | None = None


class SpecialProcedure(Coded, Conditional):
    """特别程序: stops the clock. `kind`: one that the regime lists, or any with a basis of its own."""

    kind: Name
    step: Name
    expected: LimitEntry
    basis: BilingualText | None = None


class LimitEntries(Model):
    """The limits of a matter. What the law sets comes from the regime; `statutory` and `notice` only where another law does.

    `promised` and `statutory` run from acceptance, `notice` from receipt, `answer` from an offer to another region.
    """

    promised: LimitEntry | None = None
    statutory: LawfulLimit | None = None
    notice: LawfulLimit | None = None
    answer: LimitEntry | None = None
