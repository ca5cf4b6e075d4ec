"""The one writer of a region's topics: its incarnation, its start, and how it notices that it is not the only one.

A writer may give out places and publish only once it has started: it has read its own topics to their end, stored and
published a start record under a new incarnation, and read that record back as counting, in the registry partition first
and then in the others. So of a zombie, a cloned machine and a restored backup, one goes on.

| crash                                   | what the next start finds                                        |
|-----------------------------------------|------------------------------------------------------------------|
| before the incarnation is stored        | nothing happened                                                 |
| stored, not published                   | its number is taken; the next one is used, no operator is needed |
| published in some partitions            | the registry has it, and it is this store's own: goes on         |
| after all starts, before `ready`        | as above                                                         |

Sources: DESIGN.md, "Start of a writer"; INTERLEAVINGS.md 1-5, 21-24, 30, 31.
"""

from collections.abc import Callable, Iterable

from tongban.contracts.genesis import Genesis
from tongban.contracts.notes.checkpoint import Checkpoint, Incarnation, Start
from tongban.contracts.notes.log_note import START_CONTENT_TYPE, encode_start
from tongban.contracts.wire.record import Record
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.errors import FencedError, KeystoreError, NewerStartError, StartRefusedError
from tongban.domain.events.values import PublicKey
from tongban.domain.header import Head, Under
from tongban.domain.identifiers import FEDERATION, RegionCode
from tongban.domain.keys import key_id
from tongban.ledger.event_log import TopicPartition
from tongban.ledger.intake import Clock
from tongban.ledger.keyring import Keyring
from tongban.ledger.knowledge import Knowledge
from tongban.ledger.note_keys import key_at, keys_until
from tongban.ledger.store import Transaction
from tongban.ledger.topics import Topics, origin

INCARNATION = "writer.incarnation"
READY = "writer.ready"
"""The incarnation that is ready, or empty: a command beside a node looks here."""
RANDOM_BYTES = 16

Entropy = Callable[[int], bytes]
"""So many random bytes."""


class Writer:
    """The writer's identity, and the watch over its own topics (`tongban.ledger.note_watch.NoteWatch`)."""

    def __init__(
        self,
        region: RegionCode,
        knowledge: Knowledge,
        topics: Topics,
        keyring: Keyring,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self.region = region
        self.incarnation: Incarnation | None = None
        self.written: set[bytes] = set()
        """Digests of the checkpoints that this process published or tried to."""
        self.read_back: set[bytes] = set()
        """Digests of own checkpoints that were read back, counted or void, and durably so."""
        self._just_read: set[bytes] = set()
        self.started_in: set[TopicPartition] = set()
        self._knowledge = knowledge
        self._topics = topics
        self._keyring = keyring
        self._clock = clock
        self._entropy = entropy

    @property
    def genesis(self) -> Genesis:
        """The federation's genesis."""
        return self._knowledge.genesis

    # Keys and heads --------------------------------------------------------------------------------------------------

    def ledger_key(self, tx: Transaction, heads: Under) -> SigningKey:
        """The private key for notes that name these heads. Raises KeystoreError."""
        public = key_at(tx, self._knowledge, self.region, heads)
        if not isinstance(public, PublicKey):
            raise KeystoreError(
                f"region {self.region} has no ledger key in the federation's registry",
                expected="the region enrolled",
                found=f"federation registry at {heads.federation.number}",
                advice="have the federation run `tongban federation enrol`, then try again",
            )
        return self._keyring.get_signing(key_id(public))

    def note_keys(self, tx: Transaction, place: TopicPartition, heads: Under) -> tuple[SigningKey, ...]:
        """The private keys for a note in this partition that names these heads; two where the ledger key changes.

        Raises KeystoreError: a key that was replaced is needed until each partition has a note under the new one.
        """
        own = self.ledger_key(tx, heads)
        until = keys_until(tx, self._knowledge, self.region, tx.logs.state(place).log)
        if not until or key_id(until[0]) == own.key_id:
            return (own,)
        return (own, self._keyring.get_signing(key_id(until[0])))

    def covered_heads(self, tx: Transaction) -> Under:
        """The newest registry heads that checkpoints cover: what notes may name."""
        heads = self._knowledge.heads(tx, self.region)
        stream = self._knowledge.registry_stream(self.region)
        own = heads.federation if self.region == FEDERATION else heads.region
        uncovered = tx.events.uncovered_from(stream, 1)
        if uncovered:
            first = self._knowledge.event(uncovered[0]).header
            own = Head(first.sequence - 1, first.previous)
        return Under(own, heads.region) if self.region == FEDERATION else Under(heads.federation, own)

    # Start -----------------------------------------------------------------------------------------------------------

    def check_newest(self, tx: Transaction) -> None:
        """Raise NewerStartError where the log holds a start that this store lacks: a restored backup, or a copy."""
        counted = tx.logs.state(self._registry()).log.incarnation
        stored = _parse(tx.facts.get(INCARNATION))
        if counted is None or counted == stored or (stored is not None and stored.number > counted.number):
            return
        raise NewerStartError(
            f"the log holds start {counted.number} of region {self.region}, which this store does not know",
            expected=f"start {stored.number if stored else 'none'} to be the newest",
            found=f"start {counted.number}",
            advice="make sure that no other copy of this region runs, then start with --accept-newer-start",
        )

    def begin(self, tx: Transaction, places: Iterable[TopicPartition]) -> Incarnation:
        """Take a new incarnation and store it, before anything of it is published."""
        seen = [tx.logs.state(place).log.highest for place in places]
        stored = _parse(tx.facts.get(INCARNATION))
        number = max([0, *seen, stored.number if stored else 0]) + 1
        self.incarnation = Incarnation(number, self._entropy(RANDOM_BYTES))
        self.started_in.clear()
        tx.facts.set(INCARNATION, _text(self.incarnation))
        tx.facts.set(READY, "")
        return self.incarnation

    def start_record(self, tx: Transaction, place: TopicPartition) -> Record:
        """The start record for a partition."""
        assert self.incarnation is not None, "begin comes first"
        heads = self.covered_heads(tx)
        start = Start(origin(self.genesis.name, self.region, place), self.incarnation, self._clock(), heads)
        value = encode_start(start, *self.note_keys(tx, place, heads))
        return Record(place.topic.encode(), value, (("content-type", START_CONTENT_TYPE.encode()),))

    def ready(self, tx: Transaction) -> None:
        """From here on commands may append."""
        assert self.incarnation is not None
        tx.facts.set(READY, _text(self.incarnation))

    def stopped(self, tx: Transaction) -> None:
        """No writer is up any more."""
        tx.facts.set(READY, "")

    # The watch -------------------------------------------------------------------------------------------------------

    def saw_start(self, place: TopicPartition, start: Start, *, counted: bool) -> None:
        """Raise FencedError on a foreign start behind the own one."""
        if not counted:
            return
        if start.incarnation == self.incarnation:
            self.started_in.add(place)
        elif place in self.started_in:
            raise FencedError(
                f"another writer of region {self.region} started behind this one in {place.topic}/{place.partition}",
                expected=f"incarnation {_text(self.incarnation)} to be the newest",
                found=f"incarnation {_text(start.incarnation)}",
                advice="this process stops; find out which copy of the region is the right one before starting again",
            )

    def saw_checkpoint(self, place: TopicPartition, checkpoint: Checkpoint, digest: bytes, *, counted: bool) -> None:
        """Raise FencedError on a checkpoint of the own incarnation that this process did not write."""
        if self.incarnation is None or checkpoint.incarnation != self.incarnation:
            return
        if digest not in self.written:
            raise FencedError(
                f"somebody else writes under this process's incarnation in {place.topic}/{place.partition}",
                expected="checkpoints of this process only",
                found=f"one of size {checkpoint.size} that it did not write",
                advice="the machine was cloned; stop one of the two",
            )
        self._just_read.add(digest)

    def read_durably(self) -> None:
        """The relay may go on behind these checkpoints."""
        self.read_back |= self._just_read
        self._just_read.clear()

    def read_rolled_back(self) -> None:
        """They will be read again."""
        self._just_read.clear()

    def _registry(self) -> TopicPartition:
        return TopicPartition(self._topics.registry(self.region), 0)


def check_started(writer: Writer, place: TopicPartition) -> None:
    """Raise StartRefusedError where the own start did not count in this partition: begin again."""
    if place not in writer.started_in:
        raise StartRefusedError(
            f"the start of region {writer.region} did not count in {place.topic}/{place.partition}",
            expected=f"incarnation {_text(writer.incarnation)} to be the newest there",
            found="a greater one",
            advice="it is tried again under a greater number",
        )


def _text(incarnation: Incarnation | None) -> str:
    return f"{incarnation.number}/{incarnation.random.hex()}" if incarnation else "none"


def _parse(text: str | None) -> Incarnation | None:
    if not text:
        return None
    number, _, random = text.partition("/")
    return Incarnation(int(number), bytes.fromhex(random))
