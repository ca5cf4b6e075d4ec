"""Ending before a decision: row 16, the applicant withdraws (撤件)."""

from dataclasses import dataclass

from tongban.domain.events import ending as said
from tongban.domain.events.ending import Withdrawn
from tongban.domain.events.values import Commitment
from tongban.domain.law.act import Chapter, Command, Law, Who, no_effect, says
from tongban.domain.law.intake import online_is_offered_first
from tongban.domain.law.phase import OPEN, Phase


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """撤件."""

    contents: tuple[Commitment, ...] = ()


WITHDRAW = Law(
    16, said.WITHDRAWN, "撤件", "withdraw", Who.PEN_HOLDER, OPEN, Phase.WITHDRAWN,
    made_by=says(Withdraw, Withdrawn), conditions=(online_is_offered_first("withdraw"),), effect=no_effect,
)  # fmt: skip

CHAPTER = Chapter("撤件", "ending", laws=(WITHDRAW,))
