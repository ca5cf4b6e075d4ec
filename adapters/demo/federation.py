"""The demo's federation: four homes in a folder (the federation's and three cities'), as commands could have made them.

    <folder>/federation/   <folder>/310000/   <folder>/330100/   <folder>/340100/     homes (`tongban.adapters.home`)
    <folder>/log.sqlite                                                               the log, unless it is on Kafka

Everything runs in this process and on one thread; each city has its own store, keys, views and node.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from tongban.adapters.demo.offices import bodies_of, public, signatories
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.embedded_log import EmbeddedEventLog
from tongban.adapters.home import (
    AUTHORITY_KEY,
    CONTENT_KEY,
    FEDERATION_KEY,
    KEYSTORE_FILE,
    LEDGER_KEY,
    Region,
    World,
    create_home,
)
from tongban.adapters.keystore import Keystore
from tongban.adapters.log_urls import open_log
from tongban.adapters.settings import Settings
from tongban.contracts.genesis import Genesis
from tongban.contracts.matters import bundled_matters
from tongban.domain.errors import SettingsError
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.identifiers import FEDERATION, CommandId, RegionCode
from tongban.ledger.event_log import EventLog
from tongban.ledger.topics import Topics

SHANGHAI, HANGZHOU, HEFEI = RegionCode("310000"), RegionCode("330100"), RegionCode("340100")
CITIES: dict[RegionCode, tuple[str, str]] = {
    SHANGHAI: ("上海", "Shanghai"),
    HANGZHOU: ("杭州", "Hangzhou"),
    HEFEI: ("合肥", "Hefei"),
}
FEDERATION_NAME = "tongban-demo"
PASSPHRASE = "demo-only-not-a-secret"  # noqa: S105  printed, and opens nothing but the demo's keystores
CASE_PARTITIONS = 2
LOG_FILE = "log.sqlite"
EMBEDDED_URL = f"sqlite:///../{LOG_FILE}"
"""Relative to a home, so that the folder can be moved."""
PROJECTED_CASES = 500


class DemoFederation:
    """Three cities on one log. `kafka`: `host:port` of a broker; None for a log in the folder itself."""

    def __init__(self, folder: Path, world: DemoWorld, *, kafka: str | None = None, prefix: str = "tongban") -> None:
        self.folder = folder
        self.world = world
        self.topics = Topics(prefix)
        self.regions: dict[RegionCode, Region] = {}
        self.genesis = Genesis(FEDERATION_NAME, public(world.signing_key(FEDERATION)))
        self._url = EMBEDDED_URL if kafka is None else f"kafka://{kafka}"
        self._closing = ExitStack()
        _check_new(folder)
        self.log: EventLog = (
            EmbeddedEventLog(folder / LOG_FILE, durable=False) if kafka is None else open_log(self._url)
        )
        self._closing.callback(self.log.close)

    @property
    def cities(self) -> tuple[Region, ...]:
        """The three cities' regions."""
        return tuple(self.regions[code] for code in CITIES)

    # Founding --------------------------------------------------------------------------------------------------------

    def found(self) -> None:
        """Make the federation, publish the matters, enrol the cities and appoint their officers."""
        self._open(FEDERATION, Keystore.create(self._home(FEDERATION), PASSPHRASE), case_partitions=1)
        for contract in bundled_matters():
            command = self._command("publish", contract.rules.catalog_code)
            self.regions[FEDERATION].node.record(
                lambda tx, registrar, c=contract, i=command: registrar.publish_matter(tx, c, i, self.world.now)
            )
        self.settle()
        for code in CITIES:
            self._enrol(code)
        self.settle()

    def _enrol(self, code: RegionCode) -> None:
        keystore = Keystore.create(self._home(code), PASSPHRASE)
        zh, en = CITIES[code]
        enrolled = RegionEnrolled(
            code, zh, en, public(keystore.get_signing(AUTHORITY_KEY)), public(keystore.get_signing(LEDGER_KEY)),
            keystore.get_content(CONTENT_KEY).public_key, CASE_PARTITIONS,
        )  # fmt: skip
        command = self._command("enrol", code)
        self.regions[FEDERATION].node.record(
            lambda tx, registrar: registrar.record(tx, [enrolled], command, self.world.now)
        )
        self.settle()
        self._open(code, keystore, case_partitions=CASE_PARTITIONS)
        bodies = [*bodies_of(), *(each.body for each in signatories(self.world, code, CITIES[code]))]
        appoint = self._command("appoint", code)
        self.regions[code].node.record(lambda tx, registrar: registrar.record(tx, bodies, appoint, self.world.now))
        self.settle()

    def _home(self, code: RegionCode) -> Path:
        """Make a home; where its keystore goes."""
        home = self.folder / code
        create_home(home, code, self.genesis, log=self._url, topic_prefix=self.topics.prefix)
        return home / KEYSTORE_FILE
