"""Acts on registries: the federation's, signed with its key, and a region's, signed with its authority key.

What is recorded here decides who may sign what, so it is checked harder than any reader checks it: keys must be sound,
names must be free, a post must exist before somebody holds it.
"""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from tongban.contracts.content.sealing import check_content_key
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.notes.checkpoint import MAX_LEAVES
from tongban.contracts.region_settings.settings import check_settings
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.schema_store import shipped_schemas
from tongban.contracts.wire.signatures import check_enrollable
from tongban.domain.chain.registries import FederationState, RegionState
from tongban.domain.errors import RegistryRefusedError
from tongban.domain.event import Event
from tongban.domain.events.catalogue import FederationBody, RegionBody, newer_versions
from tongban.domain.events.federation import MatterPublished, RegionEnrolled, SchemaAllowed
from tongban.domain.events.region import (
    ChannelOpened,
    ContentKeyRotated,
    KeyRevoked,
    LedgerKeyRotated,
    MatterSet,
    OfficerAppointed,
    OrganizationRegistered,
    PostCreated,
)
from tongban.domain.events.takeover import CaseTakenOver
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Actor, ActorKind
from tongban.domain.identifiers import FEDERATION, CommandId, RegionCode, StreamId
from tongban.domain.keys import key_id
from tongban.ledger.appender import Appender, Draft, Signatory
from tongban.ledger.kept import OutgoingContent
from tongban.ledger.keyring import Keyring
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.matters import Matters
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics

SCHEMAS_PUBLISHED = "contracts.schemas"


class Registrar:
    """Records events in the registry of one region, or of the federation."""

    def __init__(
        self,
        region: RegionCode,
        knowledge: Knowledge,
        matters: Matters,
        appender: Appender,
        keyring: Keyring,
        topics: Topics,
    ) -> None:
        self._region = region
        self._knowledge = knowledge
        self._matters = matters
        self._appender = appender
        self._keyring = keyring
        self._topics = topics

    def record(
        self, tx: Transaction, bodies: Sequence[FederationBody | RegionBody], command: CommandId, occurred_at: int
    ) -> tuple[Event, ...]:
        """Record these, in order; a repeated command returns what it did. Raises RegistryRefusedError, KeyRefusedError."""
        done = tx.events.of_command(command, self._region)
        if done:
            return tuple(self._knowledge.event(kept) for kept in done)
        self._appender.check_free(tx, [])
        _refuse_if(
            len(bodies) > MAX_LEAVES, "too many entries for one command", f"at most {MAX_LEAVES}", str(len(bodies))
        )
        stream = StreamId(self._knowledge.registry_stream(self._region))
        signature = self._signature(tx, command, occurred_at)
        events = []
        for body in bodies:
            self._check(tx, body)
            event = self._appender.append(tx, Draft(body, stream, tx.events.head(stream)), signature)
            events.append(event)
        return tuple(events)

    def publish_matter(
        self, tx: Transaction, contract: MatterContract, command: CommandId, occurred_at: int
    ) -> tuple[Event, ...]:
        """Publish a version of a matter: its bytes on the contracts topic, then its hash in the registry."""
        rules = contract.rules
        self.keep_contract(tx, contract.content_hash, contract.package)
        body = MatterPublished(rules.catalog_code, rules.version, contract.content_hash)
        events = self.record(tx, [body], command, occurred_at)
        self._enqueue(tx, events[0].hash, contract.content_hash, contract.package)
        self._publish_schemas(tx, events[0].hash)
        return events

    def allow_schema(self, tx: Transaction, ce_type: str, command: CommandId, occurred_at: int) -> tuple[Event, ...]:
        """Allow a newer version of an event to be written: its hash in the registry, the schemas on the contracts topic.

        Raises RegistryRefusedError.
        """
        schema = shipped_schemas().by_ce_type.get(ce_type)
        fingerprint = schema.fingerprint if schema else b""
        events = self.record(tx, [SchemaAllowed(ce_type, fingerprint)], command, occurred_at)
        self._publish_schemas(tx, events[0].hash)
        return events

    def keep_contract(self, tx: Transaction, content_hash: bytes, data: bytes) -> None:
        """Keep a contract here, so that it is here when its event is judged."""
        tx.contents.keep_contract(content_hash, data)

    def _publish_schemas(self, tx: Transaction, event: bytes) -> None:
        """All schemas of this software on the contracts topic, once, and again when an upgrade brought others."""
        schemas = shipped_schemas().by_fingerprint
        published = sha256(b"".join(sorted(schemas))).hexdigest()
        if tx.facts.get(SCHEMAS_PUBLISHED) != published:
            for schema in schemas.values():
                self._enqueue(tx, event, schema.fingerprint, schema.json)
            tx.facts.set(SCHEMAS_PUBLISHED, published)

    def _enqueue(self, tx: Transaction, event: bytes, content_hash: bytes, data: bytes) -> None:
        record = Record(content_hash.hex().encode(), data, ())
        tx.contents.enqueue(OutgoingContent(event, self._topics.contracts, record))

    def _signature(self, tx: Transaction, command: CommandId, occurred_at: int) -> Signatory:
        if self._region == FEDERATION:
            actor, public = Actor(ActorKind.FEDERATION, self._knowledge.genesis.name), self._knowledge.genesis.key
        else:
            enrolled = self._knowledge.current_federation(tx).regions.get(self._region)
            if enrolled is None:
                raise RegistryRefusedError(
                    f"region {self._region} is not enrolled in the federation yet",
                    expected="its enrolment in the federation's registry",
                    found="none that was read here",
                    advice="have the federation run `tongban federation enrol`, then let the node read the log",
                )
            actor, public = Actor(ActorKind.AUTHORITY, self._region), enrolled.authority_key
        return Signatory(command, actor, self._keyring.get_signing(key_id(public)), occurred_at)

    # Checks ----------------------------------------------------------------------------------------------------------

    def _check(self, tx: Transaction, body: FederationBody | RegionBody) -> None:
        if self._region == FEDERATION:
            _check_federation(self._knowledge.current_federation(tx), body)
        else:
            _check_region(self._knowledge.current_region(tx, self._region), body)
            if isinstance(body, MatterSet):
                self._check_settings(tx, body)

    def _check_settings(self, tx: Transaction, body: MatterSet) -> None:
        """Settings are this region's, and keep to what their matter lets vary. Raises ContractError with every fault,
        MatterUnreadableError.
        """
        about = check_settings(body.settings, partial(self._matters.published, tx)).about
        meant = (about.region, about.catalog_code, about.version)
        own = (self._region, body.catalog_code, body.version)
        _refuse_if(meant != own, "the settings are for something else", "/".join(own), "/".join(meant))


def _check_federation(state: FederationState, body: FederationBody | RegionBody) -> None:
    match body:
        case RegionEnrolled(region=region):
            _refuse_if(region in state.regions, f"region {region} is enrolled already", "a new region", region)
            _check_keys(body.authority_key, body.ledger_key)
            check_content_key(body.content_key)
            _refuse_if(body.case_partitions < 1, "a region needs partitions", "at least 1", str(body.case_partitions))
        case MatterPublished(catalog_code=code, version=version, content_hash=content):
            known = state.matters.get((code, version))
            other = known is not None and known != content
            _refuse_if(
                other, f"matter {code}/{version} is published with other content", "a new version", content.hex()
            )
        case CaseTakenOver(case=case, epoch=epoch, region=region):
            enrolled = ", ".join(sorted(state.regions)) or "none"
            _refuse_if(region not in state.regions, f"region {region} is not enrolled", enrolled, region)
            following = len(state.takeovers.get(case, ())) + 1
            _refuse_if(epoch != following, "a case has one takeover an epoch", f"epoch {following}", str(epoch))
        case SchemaAllowed(ce_type=ce_type, fingerprint=fingerprint):
            _check_schema(state, ce_type, fingerprint)
        case _:
            raise RegistryRefusedError("not an event of the federation's registry", found=type(body).__name__)


def _check_schema(state: FederationState, ce_type: str, fingerprint: bytes) -> None:
    newer = newer_versions()
    known = ", ".join(newer) or "none"
    _refuse_if(ce_type not in newer, f"{ce_type} is no newer version of an event", known, ce_type)
    _refuse_if(ce_type in state.schemas, f"{ce_type} is allowed already", "a version not yet allowed", ce_type)
    schema = shipped_schemas().by_ce_type[ce_type]
    other = schema.fingerprint != fingerprint
    _refuse_if(other, "another schema goes by that name here", schema.fingerprint.hex(), fingerprint.hex())


def _check_region(state: RegionState, body: FederationBody | RegionBody) -> None:
    match body:
        case OrganizationRegistered(level=level):
            _refuse_if(not 1 <= level <= 6, "a level (行使层级)", "1 to 6", str(level))
        case PostCreated(organization=organization):
            _check_organization(state, organization)
        case OfficerAppointed(officer=officer, organization=organization, post=post, key=key):
            _check_keys(key)
            missing = (organization, post) not in state.posts
            posts = ", ".join(sorted("/".join(each) for each in state.posts)) or "none"
            _refuse_if(missing, f"no post {post} in {organization}", posts, f"{organization}/{post}")
            _check_free_id(state, officer, key)
        case ChannelOpened(channel=channel, organization=organization, key=key):
            _check_keys(key)
            _check_organization(state, organization)
            _check_free_id(state, channel, key)
        case KeyRevoked(key=key):
            _refuse_if(key in state.revoked, "the key is revoked already", "a valid key", key.hex())
        case LedgerKeyRotated(key=key):
            _check_keys(key)
        case ContentKeyRotated(key=key):
            check_content_key(key)
        case MatterSet():
            pass  # held against the matter by `Registrar`, which has it
        case _:
            raise RegistryRefusedError("not an event of a region's registry", found=type(body).__name__)


def _check_organization(state: RegionState, organization: str) -> None:
    known = ", ".join(sorted(state.organizations)) or "none"
    _refuse_if(organization not in state.organizations, f"no organization {organization}", known, organization)


def _check_free_id(state: RegionState, identifier: str, key: PublicKey) -> None:
    taken = any(signer.id == identifier and each not in state.revoked for each, signer in state.signers.items())
    _refuse_if(taken, f"the id {identifier} is taken", "a free id, or the old key revoked first", identifier)
    _refuse_if(key_id(key) in state.signers, "the key belongs to somebody", "a new key", key_id(key).hex())


def _check_keys(*keys: PublicKey) -> None:
    for key in keys:
        check_enrollable(key.suite, key.key)


def _refuse_if(refused: bool, message: str, expected: str, found: str) -> None:
    if refused:
        raise RegistryRefusedError(message, expected=expected, found=found)
