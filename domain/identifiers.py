"""Identifiers, one type each, and the ids that bind a stream to the one who may write it.

| stream                       | id                                                           |
|------------------------------|--------------------------------------------------------------|
| case, epoch 0                | case id = UUIDv5(CASES, "<region>/<command of its event 1>") |
| case, epoch n                | UUIDv5(case id, "<n>")                                       |
| assistance                   | UUIDv5(case id, "<region>")                                  |
| federation registry          | UUIDv5(REGISTRIES, "<genesis hash, hex>")                    |
| region registry              | UUIDv5(federation registry id, "<region>")                   |

Nobody can open a rival to another's case, because event 1 must carry the header from which the id follows.
UUIDv5: RFC 9562, section 5.5.
"""

from typing import NewType
from uuid import NAMESPACE_URL, UUID, uuid5

RegionCode = NewType("RegionCode", str)
"""Six digits of 行政区划代码 (GB/T 2260), or `federation` for the federation itself."""
CaseId = NewType("CaseId", UUID)
StreamId = NewType("StreamId", UUID)
CommandId = NewType("CommandId", UUID)
EventHash = NewType("EventHash", bytes)
"""SHA-256 of an event's signing input, 32 bytes."""
KeyId = NewType("KeyId", bytes)
"""SHA-256 over suite and public key, 32 bytes."""
GenesisHash = NewType("GenesisHash", bytes)
"""SHA-256 of the genesis file: the predecessor of every stream's event 1, 32 bytes."""

FEDERATION = RegionCode("federation")
HASH_BYTES = 32

CASES = uuid5(NAMESPACE_URL, "urn:tongban:case")
REGISTRIES = uuid5(NAMESPACE_URL, "urn:tongban:registry")


def case_id(region: RegionCode, command: CommandId) -> CaseId:
    """The id of the case that `command` opens in `region`."""
    return CaseId(uuid5(CASES, f"{region}/{command}"))


def case_stream(case: CaseId, epoch: int) -> StreamId:
    """The stream of a case in an epoch; epoch 0 is the case id itself."""
    return StreamId(case if epoch == 0 else uuid5(case, str(epoch)))


def assistance_stream(case: CaseId, region: RegionCode) -> StreamId:
    """The stream in which `region` contributes to a case without the pen."""
    return StreamId(uuid5(case, region))


def federation_registry(genesis: GenesisHash) -> StreamId:
    """The stream of the federation's registry."""
    return StreamId(uuid5(REGISTRIES, genesis.hex()))


def region_registry(genesis: GenesisHash, region: RegionCode) -> StreamId:
    """The stream of a region's registry."""
    return StreamId(uuid5(federation_registry(genesis), region))
