"""Being the writer of a region, for a moment or for long: the steps that a command and the process have in common.

    the store's writer lock ─► begin_writing ─► (act · publish_step)* ─► end_writing ─► the lock is free

- A writer says in the store when it is ready; from then on commands append beside it.
- Fenced, it lists the acts that it acknowledged and that nobody will accept.

Not handled here: who takes the lock, and when (`tongban.adapters.node.ready_home`, `tongban.adapters.node.process`).
"""

from dataclasses import dataclass

from tongban.adapters.node.home import OpenHome
from tongban.domain.errors import FencedError
from tongban.ledger.node import ALL_UNCOVERED
from tongban.ledger.writer import READY


def begin_writing(region: OpenHome, *, accept_newer: bool = False) -> None:
    """Become the writer; the caller holds the store's lock. Raises what `Node.start` raises."""
    with region.store.transaction() as tx:
        tx.facts.set(READY, "")  # a writer that died said that it was ready; nobody may append before the start counts
    region.node.start(accept_newer=accept_newer)


def publish_step(region: OpenHome) -> bool:
    """Relay what is ready, and read back; whether every own event is covered."""
    region.node.relay()
    region.node.follow()
    return region.node.drained()


def end_writing(region: OpenHome) -> bool:
    """Let no command append any more, if every own event is covered; whether that is so.

    Both in one transaction: so no command beside this writer appends what nobody is left to publish.
    """
    with region.store.transaction() as tx:
        if tx.outbox.partitions():
            return False
        region.node.writer.stopped(tx)
        return True


# What is not published ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnAct:
    """An act that was kept here and that no checkpoint lists. `occurred_at`: microseconds UTC."""

    event: str
    type: str
    case: str | None
    command: str
    by: str
    occurred_at: int

    def as_json(self) -> dict[str, object]:
        """As programs read it."""
        return {name: getattr(self, name) for name in self.__slots__}

    def as_text(self) -> str:
        """As an officer reads it."""
        return f"{self.type} by {self.by}, case {self.case or '-'}, command {self.command}, event {self.event[:12]}"


class FencedWithActsError(FencedError):
    """Another writer is at work; `acts` were acknowledged here, and nobody will accept them."""

    def __init__(self, cause: FencedError, acts: tuple[OwnAct, ...]) -> None:
        super().__init__(cause.message, expected=cause.expected, found=cause.found, advice=cause.advice)
        self.acts = acts


def uncovered_acts(region: OpenHome) -> tuple[OwnAct, ...]:
    """Own acts that no checkpoint lists, in the order in which they were to be published."""
    acts: list[OwnAct] = []
    with region.store.reading() as tx:
        for place in tx.outbox.partitions():
            for own in tx.outbox.uncovered(place, ALL_UNCOVERED):
                kept = tx.events.get(own.hash)
                if kept is None:
                    continue
                event = region.node.knowledge.event(kept)
                header = event.header
                acts.append(
                    OwnAct(
                        event=event.hash.hex(),
                        type=event.type.name,
                        case=str(header.case) if header.case is not None else None,
                        command=str(header.command),
                        by=header.actor.id,
                        occurred_at=header.occurred_at,
                    )
                )
    return tuple(acts)


def fenced(region: OpenHome, cause: FencedError) -> FencedWithActsError:
    """The error with the list of what nobody will accept."""
    return FencedWithActsError(cause, uncovered_acts(region))
