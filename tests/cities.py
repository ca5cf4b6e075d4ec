"""Three cities and their federation in one process: the real nodes on real stores and a real log, stepped by the test."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from tests.gated_log import GatedLog
from tests.storage import SqliteStorage, Storage
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.genesis import Genesis
from tongban.contracts.matter.folders import shipped_matter
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import KeyNotHeldError
from tongban.domain.events.event_type import Act
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.region import (
    ChannelKind,
    ChannelOpened,
    OfficerAppointed,
    OrganizationRegistered,
    PostCreated,
)
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.identifiers import FEDERATION, CaseId, CommandId, KeyId, RegionCode
from tongban.domain.law.act import Command
from tongban.ledger.acts import ActRequest, Performed
from tongban.ledger.event_log import EventLog
from tongban.ledger.node import Node, Ports
from tongban.ledger.schema_numbers import NO_REGISTRY, SchemaNumbers
from tongban.ledger.store import LedgerStore
from tongban.ledger.topics import Topics

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
NANJING = RegionCode("320100")
"""Enrolled only where a test asks for it."""
NAMES = {
    SHANGHAI: ("上海", "Shanghai"),
    HANGZHOU: ("杭州", "Hangzhou"),
    HEFEI: ("合肥", "Hefei"),
    NANJING: ("南京", "Nanjing"),
}
PARTITIONS = 2
START_US = 1_790_000_000_000_000
MATTERS = tuple(shipped_matter(code, "1") for code in ("000199003000", "002099001000", "002099002000"))
ALL_ACTS = tuple(Power(act) for act in Act)


class MemoryKeyring:
    """A keyring in memory: a small working adapter of the port."""

    def __init__(self) -> None:
        self.signing: dict[bytes, SigningKey] = {}
        self.contents: dict[bytes, ContentKey] = {}

    def get_signing(self, key_id: KeyId, /) -> SigningKey:
        if key_id not in self.signing:
            raise KeyNotHeldError("no such key", found=key_id.hex())
        return self.signing[key_id]

    def get_content(self, key_id: KeyId, /) -> ContentKey:
        if key_id not in self.contents:
            raise KeyNotHeldError("no such key", found=key_id.hex())
        return self.contents[key_id]


@dataclass
class Cities:
    """The federation and its regions. Time stands still until `tick`; chance is seeded.

    `storage`: where the regions keep their stores, SQLite files of the folder where it is not given.
    """

    folder: Path
    seed: int = 1
    codes: tuple[RegionCode, ...] = (SHANGHAI, HANGZHOU, HEFEI)
    partitions: int = PARTITIONS
    log: EventLog | None = None
    storage: Storage | None = None
    topics: Topics = field(default_factory=Topics)
    nodes: dict[RegionCode, Node] = field(default_factory=dict)
    stores: dict[RegionCode, LedgerStore] = field(default_factory=dict)
    keyrings: dict[RegionCode, MemoryKeyring] = field(default_factory=dict)
    gates: dict[RegionCode, GatedLog] = field(default_factory=dict)
    twins: list[LedgerStore] = field(default_factory=list)
    schema_numbers: dict[RegionCode, SchemaNumbers] = field(default_factory=dict)
    now: int = START_US

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.log = self.log or EmbeddedEventLog(self.folder / "log.sqlite", durable=False)
        self.storage = self.storage or SqliteStorage(self.folder)
        self.federation_key = self.signing_key()
        self.genesis = Genesis("test-federation", public(self.federation_key))
        self._found()
        for code in self.codes:
            self._enrol(code)
        self.settle()

    # Time and chance -------------------------------------------------------------------------------------------------

    def clock(self) -> int:
        return self.now

    def tick(self, seconds: int = 60) -> None:
        self.now += seconds * 1_000_000

    def uuid(self) -> UUID:
        return UUID(bytes=self.random.randbytes(16), version=4)

    def signing_key(self) -> SigningKey:
        return SigningKey("ed25519", self.random.randbytes(32))

    # Building --------------------------------------------------------------------------------------------------------

    def node(self, code: RegionCode, *, store: LedgerStore | None = None) -> Node:
        """A new node over the region's store (or over another copy of it), with a gate of its own to the log."""
        gate = self.gates[code] = GatedLog(self.log)
        numbers = self.schema_numbers.get(code, NO_REGISTRY)
        ports = Ports(store or self.stores[code], gate, self.keyrings[code], self.clock, self.random.randbytes, numbers)
        return Node(code, self.genesis, ports, self.topics)

    def open_store(self, code: RegionCode) -> LedgerStore:
        self.stores[code] = self.storage.open(code)
        return self.stores[code]

    # Crashes, copies, restored backups ---------------------------------------------------------------------------------

    def crash(self, code: RegionCode) -> None:
        """The process is gone; its store stays as it is."""
        self.nodes[code].close()
        self.stores[code].close()

    def restart(self, code: RegionCode, **options) -> Node:
        """A new process over the region's store."""
        self.open_store(code)
        self.nodes[code] = self.node(code)
        self.nodes[code].start(**options)
        return self.nodes[code]

    def backup(self, code: RegionCode) -> str:
        """A copy of the region's store as it is now."""
        return self.storage.copy(code)

    def copy_of(self, backup: str) -> str:
        """A copy of a backup, for a process of its own."""
        return self.storage.copy(backup)

    def put_back(self, code: RegionCode, backup: str) -> None:
        """Replace the store of a region whose process is gone by a backup."""
        self.storage.put_back(code, backup)

    def damage(self, code: RegionCode) -> None:
        """The store of a region whose process is gone lies on a bad disk."""
        self.storage.damage(code)

    def twin(self, code: RegionCode, backup: str) -> Node:
        """A second process of the region, on a copy of its store."""
        store = self.storage.open(backup)
        self.twins.append(store)
        gate = self.gates[code]
        node = self.node(code, store=store)
        self.gates[code] = gate
        return node

    def _found(self) -> None:
        self.log.create_topics(self.topics.specs(FEDERATION, case_partitions=1))
        self.keyrings[FEDERATION] = MemoryKeyring()
        self.keyrings[FEDERATION].signing[self.federation_key.key_id] = self.federation_key
        self.open_store(FEDERATION)
        node = self.nodes[FEDERATION] = self.node(FEDERATION)
        node.start()
        for contract in MATTERS:
            command = CommandId(self.uuid())
            node.record(lambda tx, registrar, c=contract, i=command: registrar.publish_matter(tx, c, i, self.now))
        self.settle()

    def _enrol(self, code: RegionCode) -> None:
        keyring = self.keyrings[code] = MemoryKeyring()
        authority, ledger = self.signing_key(), self.signing_key()
        content = ContentKey(self.random.randbytes(32))
        keyring.signing |= {authority.key_id: authority, ledger.key_id: ledger}
        keyring.contents[content.key_id] = content
        self.log.create_topics(self.topics.specs(code, case_partitions=self.partitions))
        zh, en = NAMES[code]
        enrolled = RegionEnrolled(code, zh, en, public(authority), public(ledger), content.public_key, self.partitions)
        command = CommandId(self.uuid())
        self.nodes[FEDERATION].record(lambda tx, registrar: registrar.record(tx, [enrolled], command, self.now))
        self.settle()
        self.open_store(code)
        self.nodes[code] = self.node(code)
        self.nodes[code].start()
        self.appoint(code)

    def appoint(self, code: RegionCode) -> None:
        """An organization, a handler, an approver and a portal in this region."""
        handler, approver, portal = (self.signing_key() for _ in range(3))
        self.keyrings[code].signing |= {key.key_id: key for key in (handler, approver, portal)}
        bodies = [
            OrganizationRegistered("hall", "政务服务中心", "Service hall", 3),
            PostCreated("window", "hall", "窗口", "window", ALL_ACTS),
            PostCreated("approval", "hall", "审批", "approval", ALL_ACTS),
            OfficerAppointed(f"{code}-handler", "示例甲", "hall", "window", public(handler)),
            OfficerAppointed(f"{code}-approver", "示例乙", "hall", "approval", public(approver)),
            ChannelOpened(f"{code}-portal", ChannelKind.PORTAL, "网上大厅", "portal", "hall", ALL_ACTS, public(portal)),
        ]
        command = CommandId(self.uuid())
        self.nodes[code].record(lambda tx, registrar: registrar.record(tx, bodies, command, self.now))

    # Acting ----------------------------------------------------------------------------------------------------------

    def act(self, code: RegionCode, command: Command, *, by: str = "handler", **request) -> Performed:
        """Have an officer (`handler`, `approver`) or channel (`portal`) of a region carry out a command."""
        request.setdefault("command_id", CommandId(self.uuid()))
        return self.nodes[code].perform(
            ActRequest(actor=f"{code}-{by}", command=command, occurred_at=self.now, **request)
        )

    def settle(self, codes: Iterable[RegionCode] | None = None) -> None:
        """Step all nodes until nothing moves any more."""
        nodes = [self.nodes[code] for code in (codes or self.nodes)]
        idle = 0
        while idle < 2:  # what is read in one round may free the relay for the next
            idle += 1
            for node in nodes:
                node.follower.refresh()
                if node.relay():
                    idle = 0
                node.catch_up()

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()
        for store in (*self.stores.values(), *self.twins):
            store.close()
        self.log.close()
        self.storage.close()


def public(key: SigningKey) -> PublicKey:
    return PublicKey(key.suite, key.public_key)


def case_of(performed: Performed) -> CaseId:
    return performed.case
