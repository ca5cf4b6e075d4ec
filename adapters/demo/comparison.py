"""What cities compare afterwards: one case as each of them sees it, their views, and the views rebuilt from the log alone.

Nothing is taken for granted here: digests are computed from each city's own database, signatures are verified again in each
city with the key that its own copy of the registry names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tongban.adapters.demo.federation import CITIES, DemoFederation
from tongban.adapters.node.home import OpenHome
from tongban.contracts.wire.signatures import verify
from tongban.domain.chain.registries import RegionState
from tongban.domain.header import ActorKind
from tongban.domain.identifiers import CaseId, RegionCode
from tongban.ledger.store import Transaction
from tongban.projections.digest import digest_of
from tongban.projections.summary import SummaryRow, summarize
from tongban.projections.timeline import TIMELINE, TimelineRow

Progress = Callable[[int, int], None]
"""Cities done, cities in all."""


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """One case's timeline in one city. `digest`: of these rows, hex. `verified`: for each row, whether its key signed it."""

    region: RegionCode
    rows: tuple[TimelineRow, ...]
    digest: str
    verified: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ViewCompared:
    """A view of one city: the digest of the live one, and of the one rebuilt from the log; hex."""

    region: RegionCode
    view: str
    live: str
    rebuilt: str

    @property
    def same(self) -> bool:
        """Whether they are equal."""
        return self.live == self.rebuilt


def case_seen(region: OpenHome, case: CaseId) -> CaseSeen:
    """A case as this city's own view and store have it."""
    rows = region.views.timeline(str(case))
    with region.store.reading() as tx:
        verified = tuple(_is_verified(region, tx, row) for row in rows)
    return CaseSeen(region.code, rows, digest_of(TIMELINE, rows).hex(), verified)


def summary(region: OpenHome) -> tuple[SummaryRow, ...]:
    """Counts by deciding city and matter, from this city's view."""
    return summarize(region.views.each_tracker())


def live_digests(region: OpenHome) -> Mapping[str, str]:
    """The digests of a city's views as they are, hex."""
    return {name: digest.hex() for name, digest in region.views.digests().items()}


def compared_views(federation: DemoFederation, progress: Progress) -> tuple[ViewCompared, ...]:
    """Each city's views beside those that the log alone gives."""
    found: list[ViewCompared] = []
    for done, region in enumerate(federation.cities):
        progress(done, len(CITIES))
        live, rebuilt = live_digests(region), rebuilt_digests(federation, region.code)
        found += [ViewCompared(region.code, name, live[name], rebuilt[name]) for name in live]
    progress(len(CITIES), len(CITIES))
    return tuple(found)


def rebuilt_digests(federation: DemoFederation, code: RegionCode) -> Mapping[str, str]:
    """The digests of views made from the log, the genesis and the city's keys, in an empty store: nothing else."""
    with TemporaryDirectory(prefix="tongban-") as folder:
        region = federation.reader_of(code, Path(folder))
        try:
            region.read_log()
            region.projector.rebuild()
            return live_digests(region)
        finally:
            region.close()


def _is_verified(region: OpenHome, tx: Transaction, row: TimelineRow) -> bool:
    """Verify an event's signature once more, with the key that the registry named when it was done."""
    kept = tx.events.get(bytes.fromhex(row.event))
    if kept is None:
        return False
    signed, header = kept.signed, region.node.knowledge.event(kept).header
    state = region.node.knowledge.region_at(tx, header.region, header.under.region)
    signer = state.signers.get(header.key) if isinstance(state, RegionState) else None
    if signer is None or header.actor.kind not in (ActorKind.OFFICER, ActorKind.CHANNEL):
        return False
    return row.key == header.key.hex() and verify(
        signer.key.suite, signer.key.key, signed.signing_input, signed.signature
    )


def all_equal(values: Sequence[object]) -> bool:
    """Whether there are values, and only one."""
    return bool(values) and all(each == values[0] for each in values)
