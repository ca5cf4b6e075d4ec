"""The applicant's answers, read from a case's form where this region has it, and what acceptance then asks for.

Answers are personal and sealed with the form, so the fold knows nothing of them (ADR 0014): only `decide` of a region that
can open the form refuses a set that they show to be incomplete. Which form is valid the fold knows, by its commitment
(`tongban.domain.law.tracks.Form`).
"""

from collections.abc import Mapping

from tongban.contracts.guide.personal import rules_for
from tongban.contracts.guide.questions import known_answers, unanswered
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import ActRefusedError, FormAwaitedError
from tongban.domain.law.acceptance import INCOMPLETE
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.ledger.contents import SealedContents
from tongban.ledger.store import Transaction


class FormAnswers:
    """What the form of one case says."""

    def __init__(self, contract: MatterContract, form: Mapping[str, object]) -> None:
        self._contract = contract
        self._form = form

    @property
    def rules(self) -> MatterRules:
        """The matter's rules, with what these answers bring in."""
        return rules_for(self._contract, known_answers(self._contract.about.questions, self._form))

    def refuse_gaps(self) -> None:
        """Raise ActRefusedError where a question has no answer: then nobody can say which materials the case needs."""
        if gaps := unanswered(self._contract, self._form):
            found = f"no answer to {', '.join(gaps)}"
            raise ActRefusedError(INCOMPLETE.breached("a form that answers each question", found))


def form_answers(tx: Transaction, contents: SealedContents, contract: MatterContract, state: CaseState) -> FormAnswers:
    """What the newest form of a case says; a case without one answers nothing.

    Raises FormAwaitedError where this region was not given it yet.
    """
    digest = state.form.digest if contract.about.questions else None
    if digest is None:
        return FormAnswers(contract, {})
    opened = contents.open(tx, digest)
    if opened is None:
        raise FormAwaitedError(
            "the form of the case is not here yet, and with it what the applicant answered",
            expected="the sealed form from the region that took it in",
            found="its commitment only",
            advice="wait for it (`case show` says 待收 awaited), then do it again",
        )
    return FormAnswers(contract, contract.decode_form(opened.value))
