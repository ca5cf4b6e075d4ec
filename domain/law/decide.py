"""What a command makes happen: the bodies of its events, or a refusal that says which requirement it does not meet.

Strict where `evolve` is total: an act is refused here for every breach that `evolve` would record as a finding. Pure: no
clock, no randomness; the caller adds header, hash and signature.

    >>> from tongban.contracts.matter.folders import shipped_matter
    >>> from tongban.domain.events.values import Handling
    >>> from tongban.domain.header import Actor, ActorKind
    >>> from tongban.domain.law.acceptance import Accept
    >>> from tongban.domain.law.intake import TakeIn
    >>> from tongban.domain.law.state import INITIAL
    >>> HEFEI = RegionCode("340100")
    >>> rules = shipped_matter("000199003000").rules
    >>> window = Acting(RegionCode("310000"), Actor(ActorKind.OFFICER, "window"), occurred_at=1_789_952_400_000_000)
    >>> [type(body).__name__ for body in decide(INITIAL, TakeIn(Handling.REMOTE_INTAKE, HEFEI, ()), window, rules)]
    ['TakenIn']
    >>> try: decide(INITIAL, Accept(), window, rules)
    ... except ActRefusedError as refused: print(refused.breach.code, refused.expected, refused.found)
    wrong_phase taken_in none

Not handled here: powers and keys (`tongban.domain.chain.authority`), commitments (`tongban.domain.commitment`).
"""

from typing import Any

from tongban.domain.errors import ActRefusedError
from tongban.domain.events.catalogue import BY_BODY, ActBody
from tongban.domain.events.event_type import Pen, StreamKind
from tongban.domain.identifiers import HASH_BYTES, EventHash, RegionCode
from tongban.domain.law.act import Command, Law
from tongban.domain.law.doing import Acting, doing_as
from tongban.domain.law.judging import STREAM_FROZEN, breaches, pen_moved, take_effect
from tongban.domain.law.rules import MatterRules
from tongban.domain.law.state import CaseState
from tongban.domain.law.table import LAWS, MADE_BY

_NOT_SIGNED_YET = EventHash(bytes(HASH_BYTES))


def decide(state: CaseState, command: Command, acting: Acting, rules: MatterRules) -> tuple[ActBody, ...]:
    """The bodies of the events that a command makes, in order. Raises ActRefusedError on the first breach."""
    bodies = proposed(state, command, acting, rules)
    for body in bodies:
        law, doing = LAWS[type(body)], doing_as(body, acting)
        _refuse_if_frozen(law, state)
        found = breaches(law, state, doing, rules)
        if found:
            raise ActRefusedError(found[0])
        state = take_effect(law, pen_moved(law, state, doing), doing, _NOT_SIGNED_YET)
    return bodies


def proposed(state: CaseState, command: Command, acting: Acting, rules: MatterRules) -> tuple[ActBody, ...]:
    """The bodies that a command would make, not yet judged."""
    return MADE_BY[type(command)].bodies(command, state, acting, rules)


def causes(state: CaseState, body: ActBody, region: RegionCode) -> tuple[EventHash, ...]:
    """The events of other streams that an act rests on, for its header.

    Those that its body speaks of: a join rests on the contribution, an adoption on the act past the head. What a region
    writes in its assistance stream rests on the event that gave it a part in the case, too, and on the last event of the
    case that it knew.
    """
    event_type = BY_BODY[type(body)]
    spoken_of = event_type.causes(body)
    if event_type.stream is not StreamKind.ASSISTANCE:
        return spoken_of
    party = state.party(region)
    named_by = party.named_by if party else None
    return tuple(dict.fromkeys(each for each in (named_by, *spoken_of, state.last) if each is not None))


def _refuse_if_frozen(law: Law[Any], state: CaseState) -> None:
    """Asked here only: what stands behind a freeze is not folded at all (`tongban.domain.chain.history`)."""
    if state.frozen_at is not None and law.event.pen is not Pen.NONE:
        raise ActRefusedError(STREAM_FROZEN.breached("a stream that goes on", f"frozen at number {state.frozen_at}"))
