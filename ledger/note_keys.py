"""Whose signatures a log note needs: the ledger key at the heads that it names, and the one under the note before it.

    note    names heads           signed by
    n       g3: key k0                k0
    n + 1   g4: k0 replaced by k1     k0 and k1   the old key vouches for heads that a reader may not have yet
    n + 2   g4                        k1

The key under the note before it is known to every reader who came so far, whatever topics it has read. So a note that
the region did not sign is void for all of them at once, and only the holder of that key can make a partition wait for
heads. Before the first note of a partition, the key of the region's enrolment serves: who follows its topics knows that.

Both are needed even where the named heads are here: whether a note counts must not depend on that (docs/adr/0008).
"""

from tongban.domain.chain.authority import ledger_key
from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.chain.verdict import Parked, Rejected
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Under
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.partition_log import PartitionLog
from tongban.ledger.store import Transaction


def key_at(
    tx: Transaction, knowledge: Knowledge, region: RegionCode, heads: Under
) -> PublicKey | Parked | Rejected | None:
    """The ledger key of `region` at these heads; None if it has none there, Parked while the heads are not here."""
    federation = knowledge.federation_at(tx, heads.federation)
    if not isinstance(federation, FederationState):
        return federation
    registry = knowledge.region_at(tx, region, heads.region)
    if not isinstance(registry, RegionState):
        return registry
    return ledger_key(federation, registry, region, knowledge.genesis.key)


def keys_until(tx: Transaction, knowledge: Knowledge, region: RegionCode, log: PartitionLog) -> tuple[PublicKey, ...]:
    """The ledger keys that `region` had up to the last note that counted in a partition, the one under it first.

    Empty while the region is not enrolled here.
    """
    if region == FEDERATION:
        return (knowledge.genesis.key,)
    enrolled = knowledge.current_federation(tx).regions.get(region)
    if enrolled is None:
        return ()
    if log.heads is None:
        return (enrolled.ledger_key,)
    registry = knowledge.region_at(tx, region, log.heads.region)
    assert isinstance(registry, RegionState), "a note counted under it"
    return (*reversed(registry.ledger_keys), enrolled.ledger_key)
