"""What a command holds, while an act is tried, in place of a field that nobody filled in yet."""

from collections.abc import Iterable, Iterator

from tongban.desk.situation import Situation
from tongban.domain.events.values import SubmittedMaterial
from tongban.domain.identifiers import HASH_BYTES, EventHash

NO_EVENT = EventHash(bytes(HASH_BYTES))
"""A hash that no event has: where a case holds none of a kind, the law says so of this one."""


def open_first(events: Iterable[tuple[EventHash, bool]]) -> Iterator[EventHash]:
    """The events that still wait, then the others; one that does not exist where there are none."""
    known = sorted(events, key=lambda each: not each[1])
    return iter([event for event, _ in known] or [NO_EVENT])


def any_material(situation: Situation) -> tuple[SubmittedMaterial, ...]:
    """One material that the matter knows, if it knows any: what was asked for last, where something was."""
    known = sorted(situation.rules.materials, key=lambda each: each.code not in situation.state.materials.noticed)
    return tuple(SubmittedMaterial(each.code, each.form) for each in known[:1])
