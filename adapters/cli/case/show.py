"""`tongban case show`: one case in full, computed from its events in the store: state, personal values, timeline."""

from typing import Annotated

import typer

from tongban.adapters.cli.case.folded import ShownCase
from tongban.adapters.cli.case.names import find_case
from tongban.adapters.cli.case.options import CaseArgument
from tongban.adapters.cli.case.unfolded import ShownUnfolded
from tongban.adapters.cli.case.values import ShownValue, values_of
from tongban.adapters.cli.command import Call, command
from tongban.adapters.cli.session import looking, refresh
from tongban.contracts.forms.fields import Answers
from tongban.contracts.guide.personal import Guide
from tongban.contracts.guide.questions import known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import CaseUnknownError
from tongban.domain.events.values import FORM
from tongban.ledger.promises import settings_in_force
from tongban.projections.case_history import UnfoldedHistory
from tongban.projections.timeline import timeline_rows
from tongban.projections.tracker import tracker_rows

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
        shown = ShownCase(region.code, history, tracker, timeline, values, guide)
        call.output.result(shown.as_json(), shown.show)


def _answers(contract: MatterContract, values: list[ShownValue]) -> Answers:
    """What the newest form says that this region can open; nothing if there is none."""
    forms = [each.value for each in values if each.name == FORM and isinstance(each.value, dict)]
    return known_answers(contract.about.questions, forms[-1]) if forms else {}
