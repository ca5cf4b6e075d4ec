"""The home of a region on one machine, and the composition root: here everything is wired.

| file            | holds                                                   |
|-----------------|---------------------------------------------------------|
| `tongban.toml`  | settings (no secrets)                                   |
| `genesis.json`  | the federation's name and key                           |
| `keystore.json` | the region's private keys, encrypted                    |
| `store.sqlite`  | the region's own store, unless settings name another    |
| `views.sqlite`  | its views, unless settings name others                  |

What a city has read of its federation, in a home that the demo made:

    >>> from tempfile import TemporaryDirectory
    >>> from tongban.adapters.demo.federation import HEFEI, PASSPHRASE, DemoFederation
    >>> from tongban.adapters.demo.world import DemoWorld
    >>> with TemporaryDirectory() as folder:
    ...     with DemoFederation(Path(folder), DemoWorld(seed=1), prefix="tongban") as federation:
    ...         federation.found()
    ...     with opened(Path(folder, HEFEI), passphrase=PASSPHRASE) as hefei:
    ...         hefei.read_log()
    ...         with hefei.store.reading() as tx:
    ...             print(sorted(hefei.node.knowledge.current_federation(tx).regions))
    ['310000', '330100', '340100']

Not handled here: making a home (`tongban.adapters.node.founding`), being the writer (`tongban.adapters.node.writing`).
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.settings import Settings, load_settings
from tongban.adapters.node.urls import open_log
from tongban.adapters.schema_registry.site import SchemaSite
from tongban.adapters.store.urls import open_store
from tongban.adapters.views.projector import Projector
from tongban.adapters.views.sql_views import Views
from tongban.contracts.genesis import Genesis, parse_genesis
from tongban.domain.errors import KeystoreError, SettingsError
from tongban.domain.identifiers import RegionCode
from tongban.ledger.event_log import EventLog
from tongban.ledger.intake import Clock
from tongban.ledger.keyring import Keyring
from tongban.ledger.node import Node, Ports
from tongban.ledger.schema_numbers import NO_REGISTRY
from tongban.ledger.store import LedgerStore
from tongban.ledger.topics import Topics
from tongban.ledger.writer import Entropy

GENESIS_FILE = "genesis.json"
KEYSTORE_FILE = "keystore.json"
PROJECTED_CASES = 500
"""Cases projected in one transaction of the views."""
AUTHORITY_KEY, LEDGER_KEY, CONTENT_KEY, FEDERATION_KEY = "authority", "ledger", "content", "federation"


def microseconds_now() -> int:
    """The system's clock, microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class World:
    """Time and chance, as functions: real ones, or seeded ones in the demo and in tests."""

    clock: Clock = microseconds_now
    entropy: Entropy = os.urandom


REAL_WORLD = World()


class OpenHome:
    """An opened home: the node of a region, its views and its keys. Close it when done."""

    def __init__(
        self,
        settings: Settings,
        genesis: Genesis,
        keyring: Keyring,
        *,
        world: World = REAL_WORLD,
        log: EventLog | None = None,
    ) -> None:
        self.code = RegionCode(settings.region)
        self.settings = settings
        self.genesis = genesis
        self.keyring = keyring
        self.world = world
        self.topics = Topics(settings.topic_prefix)
        self._owns_log = log is None
        self.log = log or open_log(settings.log, settings.kafka())
        self.store: LedgerStore = open_store(settings.store, durable=settings.durable)
        registry = settings.schema_registry_options()
        self.schema_site = SchemaSite(self.store, registry) if registry is not None else None
        self.views = Views(settings.views)
        self.node, self.projector = self._new_node()
        if self.views.create() or self.projector.is_ahead():
            self.projector.rebuild()

    def renew_node(self) -> None:
        """A node that remembers nothing that was in flight, as after a new start of the process; the old one is closed."""
        self.node.close()
        self.node, self.projector = self._new_node()

    def _new_node(self) -> tuple[Node, Projector]:
        ports = Ports(
            self.store, self.log, self.keyring, self.world.clock, self.world.entropy, self.schema_site or NO_REGISTRY
        )
        node = Node(self.code, self.genesis, ports, self.topics)
        return node, Projector(self.store, self.views, node.histories.read)

    def read_log(self) -> None:
        """Read the log to the end that it has now. A registry that is read may name topics that were not followed before."""
        followed = -1
        while followed != (followed := self.node.follower.partitions):
            self.node.follower.refresh()
            self.node.catch_up()

    def project(self) -> int:
        """Bring the views up to date with the store; how many cases were projected."""
        projected = 0
        while count := self.projector.step(PROJECTED_CASES):
            projected += count
        return projected

    def close(self) -> None:
        """Release everything; what is kept stays kept."""
        self.node.close()
        self.views.close()
        self.store.close()
        if self._owns_log:
            self.log.close()


def read_genesis(home: Path) -> Genesis:
    """The genesis file of a home. Raises SettingsError, MalformedError."""
    try:
        return parse_genesis((home / GENESIS_FILE).read_bytes())
    except FileNotFoundError as err:
        raise SettingsError(f"{home} has no {GENESIS_FILE}", advice="get it from the federation") from err


@contextmanager
def opened(home: Path, *, passphrase: str | None = None, **overrides: Any) -> Iterator[OpenHome]:
    """Open a home, and close it at the end. `passphrase`: instead of the settings'; `overrides`: settings by name.

    Raises SettingsError, ExposedFileError, KeystoreError.
    """
    settings = load_settings(home, overrides)
    secret = passphrase if passphrase is not None else settings.secret()
    if secret is None:
        raise KeystoreError(
            "the keystore needs its passphrase",
            expected="TONGBAN_PASSPHRASE, TONGBAN_PASSPHRASE_FILE, or an answer at the prompt",
            found="none of them",
        )
    with closing(OpenHome(settings, read_genesis(home), Keystore.open(home / KEYSTORE_FILE, secret))) as region:
        yield region
