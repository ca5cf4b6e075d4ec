"""What an act is in law: its row in the table of acts, its command, its conditions, its effect, and who is given its values.

    OFFER = Law(5, said.OFFERED, "移交", "offer", Who.PEN_HOLDER, frozenset({Phase.TAKEN_IN, Phase.ACCEPTED}), None,
                made_by=says(Offer, Offered), conditions=(_is_offered_to_another,), effect=_offered)

- A law is complete or cannot be built: command, conditions and effect are said, also where there are none.
- `decide` refuses an act with a breach; `evolve` keeps it as a finding. Nothing here decides whether an event is in the
  chain (`tongban.domain.chain.verdict`): the laws of two versions may differ, two cities' chains may not.
- Laws stand in their chapters; `tongban.domain.law.table` puts them together.

Not handled here: who may sign what (powers and keys: `tongban.domain.chain.authority`), who may append
(`tongban.domain.chain.pen`).
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, fields
from enum import StrEnum
from typing import Any, Generic, TypeVar

from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.event_type import Act, EventType
from tongban.domain.identifiers import EventHash, RegionCode
from tongban.domain.law.doing import Acting, Doing
from tongban.domain.law.phase import Phase
from tongban.domain.law.recipients import to_the_parties
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.requirement import Breach, Requirement


class Command:
    """What an officer wants done, in the imperative. It says only what cannot be derived from the case.

    `contents`, where a command has them, are commitments that the caller computed beforehand (case, stream and next number
    are known); where one command makes two events, they belong to the first.
    """

    __slots__ = ()


B = TypeVar("B", bound=ActBody)
C = TypeVar("C", bound=Command)

Condition = Callable[[CaseState, Doing[B], MatterRules], Breach | None]
"""One thing that an act must meet: a function of the state before it, the act and the matter's rules."""
Effect = Callable[[CaseState, Doing[B], EventHash], CaseState]
"""What an act that takes effect changes, beside the phase. The hash is that of its event: requests are known by it."""


class Who(StrEnum):
    """Which side of a case an act belongs to."""

    OPENER = "opener"
    """The region at whose window or portal the case is opened."""
    PEN_HOLDER = "pen_holder"
    DECIDING = "deciding"
    """The region that holds the pen and decides (业务属地)."""
    LEDGER = "ledger"
    """The deciding region's ledger key: what time alone brings about."""
    OFFERED = "offered"
    """The region to which the pen was offered."""
    CONTRIBUTOR = "contributor"
    """A region with an assistance stream."""
    FEDERATION = "federation"


class Overlay(StrEnum):
    """What may lie over a phase."""

    OFFERED = "offered"
    """An offer is open."""


@dataclass(frozen=True, slots=True)
class Making(Generic[C]):
    """A command, and the bodies of the events that it makes of a case: one, or several that belong together."""

    command: type[C]
    bodies: Callable[[C, CaseState, Acting, MatterRules], tuple[ActBody, ...]]


@dataclass(frozen=True, slots=True)
class Law(Generic[B]):
    """One act. `number`: its row in LIFECYCLE.md. It is lawful for `who` in `phases` and leads to `to` (None: as it was).

    `made_by`: None for an act that no command on a case makes. `only_while`: lawful only under these overlays; `barred_by`:
    not under these. `given_to`: who, beside the writer, can open the values that it commits to.
    """

    number: int
    event: EventType[B]
    zh: str
    en: str
    who: Who
    phases: frozenset[Phase]
    to: Phase | None
    _: KW_ONLY
    made_by: Making[Any] | None
    conditions: tuple[Condition[B], ...]
    effect: Effect[B]
    only_while: frozenset[Overlay] = frozenset()
    barred_by: frozenset[Overlay] = frozenset({Overlay.OFFERED})
    given_to: Callable[[CaseState, B], frozenset[RegionCode]] = to_the_parties

    @property
    def act(self) -> Act:
        """The act, which is also the power that it takes."""
        act = self.event.act
        assert act is not None, "an act on a case has a name"
        return act


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the life cycle: its acts, and the requirements that bind them."""

    zh: str
    en: str
    laws: tuple[Law[Any], ...]
    requirements: tuple[Requirement, ...] = ()


def says(command: type[C], body: type[ActBody]) -> Making[C]:
    """A command that makes one body of its own fields. Raises TypeError, at import, where their fields differ."""
    names = tuple(sorted(each.name for each in fields(command)))  # type: ignore[arg-type]
    if names != tuple(sorted(each.name for each in fields(body))):
        raise TypeError(f"{command.__name__} does not say what {body.__name__} does")

    def bodies(made_of: C, _: CaseState, __: Acting, ___: MatterRules) -> tuple[ActBody, ...]:
        return (body(**{name: getattr(made_of, name) for name in names}),)

    return Making(command, bodies)


def no_effect(state: CaseState, _: Doing[Any], __: EventHash) -> CaseState:
    """Nothing changes but the phase."""
    return state
