"""Personal content beside the log: sealing it to the regions that need it, taking in what others sealed to this one.

- Sealed to each recipient, the own region included; kept sealed, and opened only when somebody asks.
- Published before the event that commits to it (the relay sees to that).
- What comes in is checked: the sender's signature, that it opens, and that it is what the commitment says. What does not
  match is kept as evidence, and looked at again when its sender's ledger key changes; content that has not come shows as
  awaited. Chain and public views need none of it.

Not handled here: who is given what (`tongban.ledger.sharing`).
"""

from collections.abc import Iterable

from tongban.contracts.content import record as content_record
from tongban.contracts.content.record import SealedContent, Tombstone
from tongban.contracts.content.sealing import X25519
from tongban.contracts.content.value import ContentValue, open_value, seal_value
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import SigningKey, key_id, verify
from tongban.domain.chain.registries import FederationState
from tongban.domain.errors import NotAppendableError, RefusedError
from tongban.domain.identifiers import RegionCode
from tongban.ledger.event_log import LoggedRecord
from tongban.ledger.evidence import Reason, quarantine
from tongban.ledger.intake import Clock, Tally
from tongban.ledger.kept import OutgoingContent
from tongban.ledger.keyring import Keyring
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics


class SealedContents:
    """The content that one region sends and is given."""

    def __init__(
        self, region: RegionCode, knowledge: Knowledge, topics: Topics, keyring: Keyring, clock: Clock
    ) -> None:
        self._region = region
        self._knowledge = knowledge
        self._topics = topics
        self._keyring = keyring
        self._clock = clock

    def send(
        self,
        tx: Transaction,
        values: Iterable[ContentValue],
        recipients: Iterable[RegionCode],
        *,
        event: bytes,
        key: SigningKey,
    ) -> None:
        """Seal values to regions, to be published before `event`; the own copy is kept at once."""
        regions = sorted(recipients)
        for value in values:
            for region in regions:
                record = self._seal(tx, value, region, key)
                tx.contents.enqueue(OutgoingContent(event, self._topics.content(self._region), record))
                if region == self._region:
                    tx.contents.keep(value.commitment, record)

    def open(self, tx: Transaction, commitment: bytes) -> ContentValue | None:
        """The value behind a commitment; None while it is awaited, or was never given to this region.

        Raises KeystoreError where the content key is not here, CommitmentMismatchError where the store was changed.
        """
        record = tx.contents.get(commitment)
        if record is None:
            return None
        parsed = content_record.parse_record(record)
        if isinstance(parsed, Tombstone):
            return None
        sealed, _ = parsed
        return open_value(self._keyring.get_content(sealed.recipient_key), sealed.box, commitment)

    def take(self, tx: Transaction, tally: Tally, logged: LoggedRecord) -> bool:
        """Take a record of a content topic in. False: its sender is not known here yet."""
        try:
            parsed = content_record.parse_record(logged.record)
            if isinstance(parsed, Tombstone) or parsed[0].recipient != self._region:
                return True
            return self._take_sealed(tx, tally, logged, *parsed)
        except RefusedError as err:
            self._refuse(tx, tally, logged, getattr(err, "reason", err.code), err.expected, err.found)
            return True

    def retry_of(self, tx: Transaction, tally: Tally, sender: RegionCode) -> None:
        """The sender's registry names another ledger key: content that it signed with that key may have come before."""
        for refused in tx.parking.evidence(kind="content"):
            if refused.code == "signature" and refused.place.topic == self._topics.content(sender):
                tx.parking.release_evidence(refused.id)
                self.take(tx, tally, LoggedRecord(refused.place, refused.offset, refused.record, 0))

    # Out ---------------------------------------------------------------------------------------------------------------

    def _seal(self, tx: Transaction, value: ContentValue, region: RegionCode, key: SigningKey) -> Record:
        public = self._content_key(tx, region)
        sealed = SealedContent(
            federation=self._knowledge.genesis.hash,
            sender=self._region,
            recipient=region,
            commitment=value.commitment,
            recipient_key=key_id(X25519, public),
            box=seal_value(value, public),
        )
        return content_record.to_record(sealed, key.sign(content_record.signing_input(sealed)))

    def _content_key(self, tx: Transaction, region: RegionCode) -> bytes:
        enrolled = self._knowledge.current_federation(tx).regions.get(region)
        if enrolled is None:
            raise NotAppendableError(f"region {region} is not enrolled", expected="an enrolled region", found=region)
        return self._knowledge.current_region(tx, region).content_key or enrolled.content_key

    # In ----------------------------------------------------------------------------------------------------------------

    def _take_sealed(
        self, tx: Transaction, tally: Tally, logged: LoggedRecord, sealed: SealedContent, signature: bytes
    ) -> bool:
        if self._topics.content(sealed.sender) != logged.place.topic:
            self._refuse(tx, tally, logged, "topic", self._topics.content(sealed.sender), logged.place.topic)
            return True
        if sealed.federation != self._knowledge.genesis.hash:
            self._refuse(tx, tally, logged, "federation", self._knowledge.genesis.hash.hex(), sealed.federation.hex())
            return True
        federation = self._knowledge.current_federation(tx)
        if sealed.sender not in federation.regions:
            return False
        if not self._signed_by_sender(tx, federation, sealed, signature):
            self._refuse(tx, tally, logged, "signature", f"one by the ledger key of {sealed.sender}", "another")
            return True
        if tx.contents.get(sealed.commitment) is not None:
            return True
        key = self._keyring.get_content(sealed.recipient_key)
        open_value(key, sealed.box, sealed.commitment)
        tx.contents.keep(sealed.commitment, logged.record)
        tally.contents += 1
        return True

    def _signed_by_sender(
        self, tx: Transaction, federation: FederationState, sealed: SealedContent, signature: bytes
    ) -> bool:
        # A record outlives the key that signed it: any ledger key that the sender ever had serves.
        region = self._knowledge.current_region(tx, sealed.sender)
        keys = (federation.regions[sealed.sender].ledger_key, *region.ledger_keys)
        message = content_record.signing_input(sealed)
        return any(verify(key.suite, key.key, message, signature) for key in reversed(keys))

    def _refuse(
        self, tx: Transaction, tally: Tally, logged: LoggedRecord, code: str, expected: str, found: str
    ) -> None:
        tally.rejected += 1
        quarantine(tx, "content", logged, Reason("X1", code, expected, found), noted_at=self._clock())
