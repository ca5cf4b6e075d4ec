"""The states of registries by the hash of their head, on any branch, folded as they are asked for.

Authority is judged at the heads that an event names, so old states are asked for as well as new ones. A state shares
most of its memory with the one before it.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.chain.verdict import Awaited, Parked, Rejected
from tongban.domain.errors import StoreCorruptError
from tongban.domain.event import Event
from tongban.domain.header import Head
from tongban.domain.identifiers import RegionCode

State = TypeVar("State", FederationState, RegionState)
Load = Callable[[bytes], Event | None]


class RegistryStates(Generic[State]):
    """All states of the registries of one kind. `initial`: before any event, under the genesis hash."""

    def __init__(self, initial: State, evolve: Callable[[State, Event], State]) -> None:
        self._initial: State = initial
        self._evolve: Callable[[State, Event], State] = evolve
        self._known: dict[bytes, tuple[State, RegionCode | None]] = {}
        self.forget()

    def forget(self) -> None:
        """After a rollback: fold anew."""
        self._known = {self._initial.head.hash: (self._initial, None)}

    def at(self, head: Head, region: RegionCode, load: Load) -> State | Parked | Rejected:
        """The registry of `region` at `head` (rule A1): parked while that event is not here, rejected if it is another's."""
        found = self._fold_to(head.hash, load)
        if found is None:
            return Parked("A1", "head_awaited", Awaited.EVENT, head.hash)
        state, owner = found
        if owner not in (region, None):
            return Rejected("A1", "head_foreign", f"an event of the registry of {region}", f"one of {owner}")
        if state.head.number != head.number:
            return Rejected("A1", "head_number", str(state.head.number), str(head.number))
        return state

    def _fold_to(self, event_hash: bytes, load: Load) -> tuple[State, RegionCode | None] | None:
        pending: list[Event] = []
        while event_hash not in self._known:
            event = load(event_hash)
            if event is None:
                return None
            pending.append(event)
            event_hash = event.header.previous
        state, _ = self._known[event_hash]
        for event in reversed(pending):
            state = self._evolve(state, event)
            self._known[event.hash] = (state, event.header.region)
        return self._known[pending[0].hash] if pending else self._known[event_hash]


def state_at_hand(found: State | Parked | Rejected) -> State:
    """The state at a head that a kept event names, which must be here. Raises StoreCorruptError."""
    if isinstance(found, Parked | Rejected):
        raise StoreCorruptError("a kept event names a registry head that is not here", found=str(found))
    return found
