"""What somebody may do on a case now: each act with its consequence, or with its refusal and what to do instead.

An act is tried with commands in place of the one that will be filled in (`Description.trials`), by the same `decide` that
will judge the real one. So what is offered can be done, and what is refused is refused with the same code. What only a
field decides (a ground that is missing, a second notice's items) is refused when it is filled in.

Not handled here: own events of the case that wait for what they rest on; then nothing is appended at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.consequence import Consequence, consequence
from tongban.desk.contribution import contribution_of
from tongban.desk.description import Description
from tongban.desk.powers import Entitlement, Powers
from tongban.desk.refusal import Refusal, of_error
from tongban.desk.situation import Situation
from tongban.desk.table import BY_COMMAND, DESCRIPTIONS
from tongban.domain.errors import ActRefusedError, FormAwaitedError, KeystoreError
from tongban.domain.events.catalogue import BY_BODY, ActBody
from tongban.domain.events.event_type import Act
from tongban.domain.header import Actor
from tongban.domain.identifiers import EventHash
from tongban.domain.law.acceptance import INCOMPLETE
from tongban.domain.law.act import Command
from tongban.domain.law.decide import decide
from tongban.domain.law.doing import Acting
from tongban.domain.law.judging import NOT_DECIDING, PEN_NOT_HELD

Deciding = Callable[[Command], tuple[ActBody, ...]]
"""Decides a command on the case at hand. Raises ActRefusedError, FormAwaitedError, KeystoreError."""

PEN_ELSEWHERE = frozenset({PEN_NOT_HELD.code, NOT_DECIDING.code})
"""Refused for the pen alone: the act belongs to the phase, and what it says can be contributed."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an act can be done now, with what it brings about.

    `command` takes the place of the one that will be made: only an earlier event that it names is real, other fields are not.
    """

    command: Command
    consequence: Consequence

    @property
    def event(self) -> EventHash | None:
        """The earlier event that the act names; None for an act that names none."""
        field = BY_COMMAND[type(self.command)].event_field
        return getattr(self.command, field.target) if field is not None else None


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act: `ways` to do it, or else its `refusal`. `instead`: the contribution that takes its place without the pen.

    There is one way, unless the act names an earlier event: then one for each event that it can name.
    """

    act: Act
    ways: tuple[Way, ...] = ()
    refusal: Refusal | None = None
    instead: Way | None = None

    @property
    def may_be_done(self) -> bool:
        """Whether the act itself may be done now."""
        return bool(self.ways)


def offered(at_hand: CaseAtHand, actor_id: str, occurred_at: int) -> tuple[OfferedAct, ...]:
    """All acts on the case at hand, as an officer or channel of this region may do them. `occurred_at`: microseconds UTC.

    Reads in the transaction of `at_hand`. Raises OfficerUnknownError; WrongPassphraseError, ExposedFileError.
    """
    acts, tx = at_hand.node.acts, at_hand.tx
    signer = acts.signer(tx, actor_id)
    registry = at_hand.node.knowledge.current_region(tx, at_hand.region)
    rules = at_hand.contract.rules
    acting = Acting(at_hand.region, Actor(signer.kind, signer.id, signer.organization, signer.post), occurred_at)
    powers = Powers(signer.kind, signer.post or signer.id, registry.powers(signer), rules.catalog_code)
    situation = Situation(at_hand.state, rules, acting, at_hand.regions)

    def decided(command: Command) -> tuple[ActBody, ...]:
        _refuse_without_the_form(situation, command)
        return acts.decided(tx, at_hand.case, at_hand.state, command, acting, at_hand.contract)

    return offered_in(situation, decided, powers.refusal)


def _refuse_without_the_form(situation: Situation, command: Command) -> None:
    """Raise ActRefusedError for all that can be seen in clear: the form is opened only where nothing else is in the way.

    Where something is missing the answers in the form may ask for more, and all of it is said at once.
    """
    try:
        decide(situation.state, command, situation.acting, situation.rules)
    except ActRefusedError as err:
        if err.breach.code != INCOMPLETE.code:
            raise


def offered_in(situation: Situation, decided: Deciding, entitled: Entitlement) -> tuple[OfferedAct, ...]:
    """The same of a folded case alone."""
    return tuple(_offered(each, situation, decided, entitled) for each in DESCRIPTIONS.values())


def _offered(description: Description, situation: Situation, decided: Deciding, entitled: Entitlement) -> OfferedAct:
    ways: list[Way] = []
    refusals: list[Refusal] = []
    for command in description.trials(situation):
        tried = _tried(command, situation, decided, entitled)
        if isinstance(tried, Refusal):
            refusals.append(tried)
            continue
        ways.append(tried)
        if description.event_field is None:
            break
    if ways:
        return OfferedAct(description.act, tuple(ways))
    instead = None
    if refusals[0].code in PEN_ELSEWHERE and not situation.holds_pen:
        contributed = (contribution_of(command) for command in description.trials(situation))
        tries = (_tried(each, situation, decided, entitled) for each in contributed if each is not None)
        instead = next((each for each in tries if isinstance(each, Way)), None)
    return OfferedAct(description.act, refusal=refusals[0], instead=instead)


def _tried(command: Command, situation: Situation, decided: Deciding, entitled: Entitlement) -> Way | Refusal:
    try:
        bodies = decided(command)
    except (ActRefusedError, FormAwaitedError) as err:
        return of_error(err)
    except KeystoreError as err:
        if type(err) is not KeystoreError:  # a wrong passphrase is reported, a missing one leaves the form sealed
            raise
        return of_error(err)
    missing = (entitled(BY_BODY[type(body)]) for body in bodies)
    refusal = next((each for each in missing if each is not None), None)
    return refusal or Way(command, consequence(situation.state, bodies, situation.acting))
