"""Founding: the home of a federation with its topics, and the home of a region with its request to be enrolled.

    a federation   home ─► key in a keystore ─► topics
    a region       home ─► authority, ledger and content key in a keystore ─► enrolment.json, signed by the first two

The federation's home and a region's differ in their keys and in what is written with them.

Not handled here: what a federation publishes first, enrolling (`tongban.adapters.cli.registries.federation`).
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tongban.adapters.kafka.options import KafkaOptions
from tongban.adapters.keys.keystore import Keystore
from tongban.adapters.node.home import (
    AUTHORITY_KEY,
    CONTENT_KEY,
    FEDERATION_KEY,
    GENESIS_FILE,
    KEYSTORE_FILE,
    LEDGER_KEY,
)
from tongban.adapters.node.settings import write_settings
from tongban.adapters.node.urls import open_log
from tongban.contracts.content.sealing import ContentKey
from tongban.contracts.enrolment_request import REQUEST_FILE, EnrolmentRequest, parse_request, write_request
from tongban.contracts.genesis import Genesis
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import SettingsError
from tongban.domain.events.federation import RegionEnrolled
from tongban.domain.events.values import PublicKey
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.ledger.topics import Topics


@dataclass(frozen=True, slots=True)
class SharedLog:
    """The log that the regions of a federation share: its address, what its topics' names begin with, how it is reached."""

    url: str
    topic_prefix: str
    kafka: KafkaOptions


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region as it wants to be enrolled. `case_partitions`: of the topic of its cases, for good."""

    code: RegionCode
    name_zh: str
    name_en: str
    case_partitions: int


def found_federation(
    home: Path, genesis: Genesis, key: SigningKey, passphrase: str, shared: SharedLog, *, replication: int
) -> Sequence[str]:
    """Make the home, the keystore with the key that the genesis names, and the topics; the topics that were made.

    Raises SettingsError where the home exists or the log has a federation of this prefix, and what the log raises.
    """
    topics = Topics(shared.topic_prefix)
    with closing(open_log(shared.url, shared.kafka)) as log:
        if topics.registry(FEDERATION) in log.topics():
            raise SettingsError(
                "there is a federation on this log already",
                expected=f"no topic {topics.registry(FEDERATION)}",
                found="one",
                advice="choose another --topic-prefix, or another log",
            )
        create_home(home, FEDERATION, genesis, log=shared.url, topic_prefix=shared.topic_prefix)
        keystore = Keystore.create(home / KEYSTORE_FILE, passphrase)
        keystore.add(FEDERATION_KEY, key)
        keystore.save()
        return log.create_topics(topics.specs(FEDERATION, case_partitions=1, replication=replication))


def found_region(
    home: Path, genesis: Genesis, region: NewRegion, passphrase: str, shared: SharedLog
) -> EnrolmentRequest:
    """Make the home and the region's keys, and write its request to be enrolled into the home; the request.

    Raises SettingsError where the home exists or the log's address is wrong.
    """
    open_log(shared.url, shared.kafka).close()  # refuses a wrong address before anything is made
    create_home(home, region.code, genesis, log=shared.url, topic_prefix=shared.topic_prefix)
    authority, ledger, content = _new_keys(Keystore.create(home / KEYSTORE_FILE, passphrase))
    body = RegionEnrolled(
        region=region.code,
        name_zh=region.name_zh,
        name_en=region.name_en,
        authority_key=PublicKey(authority.suite, authority.public_key),
        ledger_key=PublicKey(ledger.suite, ledger.public_key),
        content_key=content.public_key,
        case_partitions=region.case_partitions,
    )
    data = write_request(genesis, body, authority, ledger)
    asked = parse_request(data, genesis)
    (home / REQUEST_FILE).write_bytes(data)
    return asked


def create_home(path: Path, region: RegionCode, genesis: Genesis, *, log: str, topic_prefix: str) -> None:
    """Make the folder (mode 0700) with settings and genesis. Raises SettingsError if there is a home already."""
    if path.exists() and any(path.iterdir()):
        raise SettingsError(f"{path} is not empty", expected="a new folder", advice="choose another --home")
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    (path / GENESIS_FILE).write_bytes(genesis.to_bytes())
    write_settings(
        path,
        {
            "region": region,
            "log": log,
            "store": "sqlite:///store.sqlite",
            "views": "sqlite:///views.sqlite",
            "topic_prefix": topic_prefix,
        },
    )


def _new_keys(keystore: Keystore) -> tuple[SigningKey, SigningKey, ContentKey]:
    """Make and keep a region's authority, ledger and content keys."""
    authority, ledger, content = SigningKey.generate(), SigningKey.generate(), ContentKey.generate()
    keystore.add(AUTHORITY_KEY, authority)
    keystore.add(LEDGER_KEY, ledger)
    keystore.add(CONTENT_KEY, content)
    keystore.save()
    return authority, ledger, content
