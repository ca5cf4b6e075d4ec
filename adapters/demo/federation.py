"""The demo's federation: four homes in a folder (the federation's and three cities'), as commands could have made them.

    <folder>/federation/   <folder>/310000/   <folder>/330100/   <folder>/340100/     homes (`tongban.adapters.node.home`)
    <folder>/log.sqlite                                                               the log, unless it is on Kafka

Everything runs in this process and on one thread; each city has its own store, keys, views and node.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Self

from tongban.adapters.demo.offices import BUREAUS, bodies_of, public, signatories
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.embedded.log import EmbeddedEventLog
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.keys.keystore_file import SecretKey
from tongban.adapters.node.founding import create_home
from tongban.adapters.node.home import (
    AUTHORITY_KEY,
    CONTENT_KEY,
    FEDERATION_KEY,
    KEYSTORE_FILE,
    LEDGER_KEY,
    OpenHome,
    World,
)
from tongban.adapters.node.settings import Settings
from tongban.adapters.node.urls import open_log
from tongban.contracts.genesis import Genesis
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.errors import SettingsError
from tongban.domain.events.catalogue import FederationBody, RegionBody
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.identifiers import FEDERATION, CommandId, RegionCode
from tongban.ledger.event_log import EventLog
from tongban.ledger.registrar import Registrar
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
CITIES: dict[RegionCode, tuple[str, str]] = {
    SHANGHAI: ("上海", "Shanghai"),
    HANGZHOU: ("杭州", "Hangzhou"),
    HEFEI: ("合肥", "Hefei"),
}
FEDERATION_NAME = "tongban-demo"
PASSPHRASE = "demo-only-not-a-secret"
"""Printed, and opens nothing but the demo's own keystores."""
CASE_PARTITIONS = 2
LOG_FILE = "log.sqlite"
EMBEDDED_URL = f"sqlite:///../{LOG_FILE}"
"""Relative to a home, so that the folder can be moved."""


class DemoFederation:
    """Three cities on one log. `kafka`: `host:port` of a broker; None for a log in the folder itself.

    `delete_topics`: remove the topics from the log at the end.
    """

    def __init__(
        self, folder: Path, world: DemoWorld, *, prefix: str, kafka: str | None = None, delete_topics: bool = False
    ) -> None:
        self.folder = folder.absolute()
        self.world = world
        self.topics = Topics(prefix)
        self.regions: dict[RegionCode, OpenHome] = {}
        self.genesis = Genesis(FEDERATION_NAME, public(world.signing_key(FEDERATION)))
        self._url = EMBEDDED_URL if kafka is None else f"kafka://{kafka}"
        self._closing = ExitStack()
        _prepare(folder)
        self.log: EventLog = (
            EmbeddedEventLog(folder / LOG_FILE, durable=False) if kafka is None else open_log(self._url)
        )
        self._closing.callback(self.log.close)
        if delete_topics:
            self._closing.callback(self._delete_topics)

    @property
    def cities(self) -> tuple[OpenHome, ...]:
        """The three cities' regions."""
        return tuple(self.regions[code] for code in CITIES)

    # Founding --------------------------------------------------------------------------------------------------------

    def found(self) -> None:
        """Make the federation, publish the matters that it plays, enrol the cities and appoint their officers."""
        self._make_home(FEDERATION, {FEDERATION_KEY: self.world.signing_key(FEDERATION)}, case_partitions=1)
        for contract in map(shipped_matter, BUREAUS):
            command = CommandId(self.world.uuid("publish", contract.rules.catalog_code, contract.rules.version))
            self.regions[FEDERATION].node.record(partial(_publish, contract, command, self.world.now))
        self.settle(refresh=True)
        for code in CITIES:
            self._enrol(code)
        self.settle(refresh=True)

    def _enrol(self, code: RegionCode) -> None:
        authority, ledger = (self.world.signing_key(code, name) for name in (AUTHORITY_KEY, LEDGER_KEY))
        content = self.world.content_key(code, CONTENT_KEY)
        people = signatories(self.world, code, CITIES[code])
        enrolled = RegionEnrolled(
            code, *CITIES[code], public(authority), public(ledger), content.public_key, CASE_PARTITIONS
        )
        self._record(FEDERATION, "enrol", code, [enrolled])
        keys: dict[str, SecretKey] = {AUTHORITY_KEY: authority, LEDGER_KEY: ledger, CONTENT_KEY: content}
        self._make_home(code, {**keys, **{each.id: each.key for each in people}}, case_partitions=CASE_PARTITIONS)
        self._record(code, "appoint", code, [*bodies_of(), *(each.body for each in people)])

    def _record(self, by: RegionCode, act: str, of: RegionCode, bodies: Sequence[FederationBody | RegionBody]) -> None:
        command = CommandId(self.world.uuid(act, of))
        self.regions[by].node.record(lambda tx, registrar: registrar.record(tx, bodies, command, self.world.now))
        self.settle(refresh=True)

    def _make_home(self, code: RegionCode, keys: Mapping[str, SecretKey], *, case_partitions: int) -> None:
        home = self.folder / code
        create_home(home, code, self.genesis, log=self._url, topic_prefix=self.topics.prefix)
        keystore = Keystore.create(home / KEYSTORE_FILE, PASSPHRASE)
        for name, key in keys.items():
            keystore.add(name, key)
        keystore.save()
        self.log.create_topics(self.topics.specs(code, case_partitions=case_partitions))
        region = self.regions[code] = self._opened(code, home, keystore)
        if not self._closing.enter_context(region.store.writer_lock()):
            raise SettingsError(f"the store of {code} is in use", expected="a new folder", found=str(self.folder))
        region.node.start()
        self._closing.callback(region.node.stop)

    def _opened(self, code: RegionCode, folder: Path, keystore: Keystore) -> OpenHome:
        settings = self._settings(code, folder)
        region = OpenHome(settings, self.genesis, keystore, world=self._world(), log=self.log)
        self._closing.callback(region.close)
        return region

    def reader_of(self, code: RegionCode, folder: Path) -> OpenHome:
        """A region that knows nothing but the genesis and its keys: an empty store and views in `folder`. Close it."""
        return OpenHome(
            self._settings(code, folder), self.genesis, self.regions[code].keyring, world=self._world(), log=self.log
        )

    def _settings(self, code: RegionCode, folder: Path) -> Settings:
        # Constructed, not loaded: a demo does not listen to TONGBAN_* in the environment.
        return Settings.model_construct(
            region=code, log=self._url, store=f"sqlite:///{folder}/store.sqlite", views=f"sqlite:///{folder}/views.sqlite",
            topic_prefix=self.topics.prefix, durable=False, passphrase=None, passphrase_file=None,
        )  # fmt: skip

    def _world(self) -> World:
        return World(clock=self.world.clock, entropy=self.world.entropy)

    # Running ---------------------------------------------------------------------------------------------------------

    def settle(self, *, refresh: bool = False) -> None:
        """Step all nodes until every event is covered and read by everybody. `refresh`: look for new topics, too."""
        nodes = [region.node for region in self.regions.values()]
        while True:
            moved = False
            for node in nodes:
                if refresh:
                    node.follower.refresh()
                moved |= node.relay()
                node.catch_up()
            if not moved and all(node.drained() for node in nodes):
                return

    def project(self) -> None:
        """Bring the cities' views up to date with their stores."""
        for region in self.cities:
            region.project()

    # Ending ----------------------------------------------------------------------------------------------------------

    def _delete_topics(self) -> None:
        self.log.delete_topics([name for name in self.log.topics() if self.topics.writer_of(name) is not None])

    def close(self) -> None:
        """Stop the writers and release everything; what is in the folder and on the log stays."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _publish(
    contract: MatterContract, command: CommandId, occurred_at: int, tx: Transaction, registrar: Registrar
) -> None:
    registrar.publish_matter(tx, contract, command, occurred_at)


def _prepare(folder: Path) -> None:
    """A new folder for its owner alone. Raises SettingsError where there is something in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder} is not empty", expected="a new or empty folder", advice="choose another --keep")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
