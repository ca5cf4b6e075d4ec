"""What an act would bring about: the events that it makes, and where the case is after them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.domain.events.catalogue import ActBody
from tongban.domain.events.event_type import Act
from tongban.domain.identifiers import HASH_BYTES, EventHash, RegionCode
from tongban.domain.law.doing import Acting, doing_as
from tongban.domain.law.judging import pen_moved, take_effect
from tongban.domain.law.phase import Phase
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS

_NOT_SIGNED_YET = EventHash(bytes(HASH_BYTES))


@dataclass(frozen=True, slots=True)
class Consequence:
    """`acts`: more than one where an act brings another with it. `pen`: who holds it then, or offered it to `offered_to`."""

    acts: tuple[Act, ...]
    phase: Phase
    pen: RegionCode | None
    offered_to: RegionCode | None


def consequence(state: CaseState, bodies: Sequence[ActBody], acting: Acting) -> Consequence:
    """What these bodies, which the law lets through, bring about."""
    after = state
    for body in bodies:
        law, doing = LAWS[type(body)], doing_as(body, acting)
        after = take_effect(law, pen_moved(law, after, doing), doing, _NOT_SIGNED_YET)
    pen = after.pen
    return Consequence(
        acts=tuple(LAWS[type(body)].act for body in bodies),
        phase=after.phase,
        pen=pen.holder if pen is not None else None,
        offered_to=pen.offered_to if pen is not None else None,
    )
