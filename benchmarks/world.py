"""A seeded federation on any log: two cities, of which Shanghai acts and Hefei reads.

The real nodes on real stores, wired as a home wires them. Time stands still but for `tick`; chance and keys come from a
seed, so two runs sign the same bytes, and a world can be opened again over the folder that it left behind. Stores are
durable only where durability is what is measured.
"""

import random
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import UUID

from tongban.adapters.store.sqlite_store import SqliteLedgerStore
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.sql_views import Views
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.genesis import Genesis
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matters
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import KeyNotHeldError
from tongban.domain.events.catalogue import RegionBody
from tongban.domain.events.event_type import Act
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.region import OfficerAppointed, OrganizationRegistered, PostCreated
from tongban.domain.events.values import Power, PublicKey
from tongban.domain.identifiers import FEDERATION, CommandId, KeyId, RegionCode
from tongban.ledger.event_log import EventLog
from tongban.ledger.node import Node, Ports
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import LedgerStore, Transaction
from tongban.ledger.topics import Topics

SHANGHAI, HEFEI = RegionCode("310000"), RegionCode("340100")
NAMES = {SHANGHAI: ("上海", "Shanghai"), HEFEI: ("合肥", "Hefei")}
PARTITIONS = 2
START_US = 1_790_000_000_000_000
SEED = 20_260_101
HANDLER, APPROVER = "handler", "approver"


class SeededKeyring:
    """Keys in memory."""

    def __init__(self) -> None:
        self.signing: dict[bytes, SigningKey] = {}
        self.contents: dict[bytes, ContentKey] = {}

    def get_signing(self, key_id: KeyId, /) -> SigningKey:
        """The private key with this id. Raises KeyNotHeldError."""
        if key_id not in self.signing:
            raise KeyNotHeldError("no such key", found=key_id.hex())
        return self.signing[key_id]

    def get_content(self, key_id: KeyId, /) -> ContentKey:
        """The content key with this id. Raises KeyNotHeldError."""
        if key_id not in self.contents:
            raise KeyNotHeldError("no such key", found=key_id.hex())
        return self.contents[key_id]


@dataclass
class BenchWorld:
    """The federation and its two cities. Close it when done."""

    folder: Path
    log: EventLog
    durable: bool = False
    founded: bool = False
    """Whether the folder holds a world already. Then no node is started."""
    topics: Topics = field(default_factory=Topics)
    """Those of the folder, unless given: on one Kafka several worlds must not meet."""
    seed: int = SEED
    now: int = START_US
    nodes: dict[RegionCode, Node] = field(default_factory=dict)
    keyrings: dict[RegionCode, SeededKeyring] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        if self.topics == Topics():
            self.topics = topics_of(self.folder)
        self._closing = ExitStack()
        self._officers: dict[tuple[RegionCode, str], SigningKey] = {}
        self.genesis = Genesis("bench-federation", _public(self._signing_key(FEDERATION, "federation")))
        if self.founded:
            for code in (FEDERATION, *NAMES):
                self._keys_of(code)
                self.nodes[code] = self._node(code, self.store(code))
            return
        self._found()
        for code in NAMES:
            self._enrol(code)
        self.settle()

    # What nodes are given ----------------------------------------------------------------------------------------------

    def clock(self) -> int:
        """Microseconds since 1970-01-01 UTC."""
        return self.now

    def tick(self) -> None:
        """A second goes by."""
        self.now += 1_000_000

    def uuid(self) -> UUID:
        """The next id."""
        return UUID(bytes=self.random.randbytes(16), version=4)

    def reader(self, name: str, code: RegionCode = HEFEI) -> Node:
        """A node of `code` over an empty store of its own: it knows the genesis and its keys, nothing else."""
        return self._node(code, self.store(name))

    def store(self, name: str) -> LedgerStore:
        """The store of this name in the folder, made if it is missing."""
        store = SqliteLedgerStore(self.folder / f"{name}.sqlite", durable=self.durable)
        self._closing.callback(store.close)
        return store

    def unused(self) -> int:
        """A number that no store in the folder has in its name."""
        return len(tuple(self.folder.glob("*.sqlite")))

    def store_url(self, name: str) -> str:
        """The address of that store, for other processes."""
        return f"sqlite:///{self.folder / name}.sqlite"

    def projector(self, node: Node, name: str) -> tuple[Projector, Views]:
        """Empty views over the store of a node."""
        views = Views(self.store_url(name))
        self._closing.callback(views.close)
        views.create()
        return Projector(node.store, views, node.histories.read), views

    def settle(self) -> None:
        """Step all nodes until nothing moves any more."""
        idle = 0
        while idle < 2:  # what is read in one round may free the relay for the next
            idle += 1
            for node in self.nodes.values():
                node.follower.refresh()
                if node.relay():
                    idle = 0
                node.catch_up()

    def close(self) -> None:
        """Release everything; the log belongs to the caller."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Founding ----------------------------------------------------------------------------------------------------------

    def _found(self) -> None:
        self.log.create_topics(self.topics.specs(FEDERATION, case_partitions=1))
        node = self.nodes[FEDERATION] = self._node(FEDERATION, self.store(FEDERATION))
        node.start()
        for contract in shipped_matters():
            command = CommandId(self.uuid())
            node.record(partial(self._publish, contract, command))
        self.settle()

    def _publish(self, contract: MatterContract, command: CommandId, tx: Transaction, registrar: Registrar) -> None:
        registrar.publish_matter(tx, contract, command, self.now)

    def _enrol(self, code: RegionCode) -> None:
        authority, ledger, content = self._keys_of(code)
        self.log.create_topics(self.topics.specs(code, case_partitions=PARTITIONS))
        enrolled = RegionEnrolled(
            code, *NAMES[code], _public(authority), _public(ledger), content.public_key, PARTITIONS
        )
        command = CommandId(self.uuid())
        self.nodes[FEDERATION].record(lambda tx, registrar: registrar.record(tx, [enrolled], command, self.now))
        self.settle()
        self.nodes[code] = self._node(code, self.store(code))
        self.nodes[code].start()
        self._appoint(code)

    def _appoint(self, code: RegionCode) -> None:
        handler, approver = self._signing_key(code, HANDLER), self._signing_key(code, APPROVER)
        powers = tuple(Power(act) for act in Act)
        bodies: list[RegionBody] = [
            OrganizationRegistered("hall", "政务服务中心", "Service hall", 3),
            PostCreated("window", "hall", "窗口", "window", powers),
            PostCreated("approval", "hall", "审批", "approval", powers),
            OfficerAppointed(f"{code}-{HANDLER}", "示例甲", "hall", "window", _public(handler)),
            OfficerAppointed(f"{code}-{APPROVER}", "示例乙", "hall", "approval", _public(approver)),
        ]
        command = CommandId(self.uuid())
        self.nodes[code].record(lambda tx, registrar: registrar.record(tx, bodies, command, self.now))

    def _keys_of(self, code: RegionCode) -> tuple[SigningKey, SigningKey, ContentKey]:
        keyring = self.keyrings.setdefault(code, SeededKeyring())
        content = ContentKey(self._seed_of(code, "content"))
        keyring.contents[content.key_id] = content
        for name in (HANDLER, APPROVER):
            self._officers[code, name] = self._signing_key(code, name)
        return self._signing_key(code, "authority"), self._signing_key(code, "ledger"), content

    def officer_key(self, code: RegionCode, who: str) -> SigningKey:
        """The private key of an officer, as their keyring holds it."""
        return self._officers[code, who]

    def _signing_key(self, code: RegionCode, name: str) -> SigningKey:
        key = SigningKey("ed25519", self._seed_of(code, name))
        self.keyrings.setdefault(code, SeededKeyring()).signing[key.key_id] = key
        return key

    def _seed_of(self, code: RegionCode, name: str) -> bytes:
        return sha256(f"{self.seed}/{code}/{name}".encode()).digest()

    def _node(self, code: RegionCode, store: LedgerStore) -> Node:
        ports = Ports(store, self.log, self.keyrings[code], self.clock, self.random.randbytes)
        node = Node(code, self.genesis, ports, self.topics)
        self._closing.callback(node.close)
        return node


def topics_of(folder: Path) -> Topics:
    """Topics under a prefix that follows from a folder and the one it is in."""
    return Topics(re.sub("[^a-z0-9]+", "-", f"{folder.parent.name}-{folder.name}".lower()))


def _public(key: SigningKey) -> PublicKey:
    return PublicKey(key.suite, key.public_key)
