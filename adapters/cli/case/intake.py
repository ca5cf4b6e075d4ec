"""`tongban case take-in` and `apply`: acts that open a case."""

from pathlib import Path
from typing import Annotated

import typer

from tongban.adapters.cli.case.acting import Plan, open_case
from tongban.adapters.cli.case.options import FormOption, MaterialOption, ReceiptOption
from tongban.adapters.cli.command import ActingCall, command
from tongban.adapters.cli.session import Desk
from tongban.adapters.cli.values import parse_document, parse_materials, read_values
from tongban.contracts.faults import refuse_faulty
from tongban.contracts.guide.personal import rules_for
from tongban.contracts.guide.questions import form_faults, known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.domain.errors import MalformedError
from tongban.domain.events.values import Handling, SubmittedMaterial
from tongban.domain.identifiers import RegionCode
from tongban.domain.law import commands as do
from tongban.ledger.answers import FORM

MatterOption = Annotated[str, typer.Option("--matter", help="事项 Catalogue code, or code/version (default: newest).")]
HandlingOption = Annotated[
    Handling | None,
    typer.Option("--handling", help="办理方式 Way of handling (default: the only one that the matter allows)."),
]
DecidingOption = Annotated[
    str | None,
    typer.Option("--deciding", help="办理地 Region that decides (default: the one that the form names)."),
]
CompleteOption = Annotated[bool, typer.Option("--all-materials", help="材料齐全 All required materials are here.")]


def register(group: typer.Typer) -> None:
    """Add the commands to `tongban case`."""

    @command(
        group,
        "take-in",
        example="tongban case take-in --officer sh-window --matter 000199003000 --form form.json --all-materials\n"
        "tongban case take-in --officer sh-window --matter 000199003000 --handling remote_intake --deciding 340100 "
        "--form form.json --material application_form --material business_licence:copy:2",
    )
    def take_in(
        call: ActingCall,
        matter: MatterOption,
        form: FormOption = None,
        handling: HandlingOption = None,
        deciding: DecidingOption = None,
        material: MaterialOption = None,
        all_materials: CompleteOption = False,
        receipt: ReceiptOption = None,
    ) -> None:
        """收件 Take an application in at a window. The form is sealed to the receiving and the deciding region only."""

        def plan(desk: Desk, contract: MatterContract) -> Plan:
            opening = _Opening(contract, form, handling, deciding, material, all_materials)
            made = do.TakeIn(opening.handling(), opening.deciding(desk), opening.materials(), parse_document(receipt))
            return Plan(made, opening.values(), opening.completeness())

        open_case(call, matter, plan)

    @command(
        group,
        "apply",
        example="tongban case apply --channel sh-portal --matter 002099001000 --form form.json --all-materials",
    )
    def apply(
        call: ActingCall,
        matter: MatterOption,
        form: FormOption = None,
        handling: HandlingOption = None,
        deciding: DecidingOption = None,
        material: MaterialOption = None,
        all_materials: CompleteOption = False,
        receipt: ReceiptOption = None,
    ) -> None:
        """网上申请 Apply through a channel. Wholly online (全程网办) and decided elsewhere, it is offered there at once."""

        def plan(desk: Desk, contract: MatterContract) -> Plan:
            opening = _Opening(contract, form, handling, deciding, material, all_materials)
            made = do.Apply(opening.handling(), opening.deciding(desk), opening.materials(), parse_document(receipt))
            return Plan(made, opening.values(), opening.completeness())

        open_case(call, matter, plan)


class _Opening:
    """What an opening says, as far as it can be derived from the matter and the form."""

    def __init__(
        self,
        contract: MatterContract,
        form: Path | None,
        handling: Handling | None,
        deciding: str | None,
        materials: list[str] | None,
        complete: bool,
    ) -> None:
        self._contract = contract
        self._form = read_values(form, contract.form_schema) if form is not None else None
        self._encoded = self._checked(contract) if self._form is not None else None
        answers = known_answers(contract.about.questions, self._form or {})
        self._rules = rules_for(contract, answers)
        self._handling = handling
        self._deciding = deciding
        self._materials = materials
        self._complete = complete

    def _checked(self, contract: MatterContract) -> bytes:
        """The form, encoded. Raises FaultyContractError also where it leaves open what its own answers ask for."""
        assert self._form is not None, "there is a form to check"
        encoded = contract.encode_form(self._form)
        refuse_faulty(form_faults(contract, self._form))
        return encoded

    def handling(self) -> Handling:
        """As given, or the only way that the matter allows. Raises MalformedError where there are several."""
        allowed = self._contract.rules.handlings
        if self._handling is None and len(allowed) != 1:
            raise MalformedError("the way of handling is open", expected=f"--handling {' or '.join(allowed)}")
        return self._handling or allowed[0]

    def deciding(self, desk: Desk) -> RegionCode:
        """As given, or as the form names it; a region of this federation. Raises MalformedError."""
        lead = self._contract.rules.lead
        code = self._deciding or (str(self._form[lead.field]) if self._form is not None else None)
        if code is None:
            raise MalformedError("the deciding region is open", expected="--deciding REGION, or a form that names it")
        region = desk.region
        with region.store.reading() as tx:
            enrolled = sorted(region.node.knowledge.current_federation(tx).regions)
        if code not in enrolled:
            raise MalformedError(
                f"no region {code} is in this federation",
                expected=", ".join(enrolled),
                found=code,
                advice="correct --deciding, or the form's field " + lead.field,
            )
        return RegionCode(code)

    def materials(self) -> tuple[SubmittedMaterial, ...]:
        """As given; with --all-materials, all that the form's answers require and that are not given otherwise."""
        given = parse_materials(self._materials, self._contract)
        if not self._complete:
            return given
        named = {each.code for each in given}
        missing = (each for each in self._rules.required_materials if each.code not in named)
        return (*given, *(SubmittedMaterial(each.code, each.form) for each in missing))

    def completeness(self) -> str:
        """What the officer can tell the applicant at once: whether this set will be accepted as complete."""
        if self._form is None and self._contract.about.questions:
            return "without a form nobody can say which materials the answers ask for"
        here = {each.code for each in self.materials()}
        missing = [each for each in self._rules.required_materials if each.code not in here]
        if not missing:
            return "材料齐全 the set is complete"
        return "缺 missing: " + ", ".join(f"{each.code} {each.name_zh} {each.name_en}" for each in missing)

    def values(self) -> dict[str, bytes]:
        """The form, encoded."""
        return {FORM: self._encoded} if self._encoded is not None else {}
