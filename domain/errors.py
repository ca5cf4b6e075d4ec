"""Every error of Tongban, in one place.

Each class has a stable `code` that programs may rely on. A message says what went wrong and where, what was expected
and what was found; `advice` says what to do next. Three families tell a caller what to do without reading:

- `RefusedError`: the same input will be refused again; somebody must change it.
- `RetryableError`: the same call may succeed later.
- `FatalError`: this process must stop.
"""

from typing import ClassVar

from tongban.domain.requirement import Breach


class TongbanError(Exception):
    """The root of all errors raised on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, expected: str = "", found: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.found = found
        self.advice = advice

    def __str__(self) -> str:
        parts = [self.message]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.found:
            parts.append(f"found {self.found}")
        return "; ".join(parts)


class RefusedError(TongbanError):
    """The input breaks a rule; the same input will be refused again."""

    code = "refused"


class RetryableError(TongbanError):
    """Something outside did not answer as hoped; the same call may succeed later."""

    code = "retryable"


class FatalError(TongbanError):
    """Going on would do harm; the process must stop."""

    code = "fatal"


# The log -------------------------------------------------------------------------------------------------------------


class TopicMissingError(RefusedError):
    """The topic does not exist; topics are created by a command, never on the way."""

    code = "topic_missing"


class TopicMismatchError(RefusedError):
    """The topic exists with other settings than asked for."""

    code = "topic_mismatch"


class RecordTooLargeError(RefusedError):
    """The record is larger than the log takes."""

    code = "record_too_large"


class PublishOutcomeUnknownError(RetryableError):
    """Some records may have been written and some not; close the writer and read back."""

    code = "publish_outcome_unknown"


class LogUnavailableError(RetryableError):
    """The log did not answer."""

    code = "log_unavailable"


class PositionOutOfRangeError(RefusedError):
    """A reader asks for records behind the end of the log: what it read before is gone, or it was another topic."""

    code = "position_out_of_range"


class RecordUnreadableError(RetryableError):
    """Records are damaged on one broker's disk or on the way, or packed as this program can't unpack; none is passed over."""

    code = "record_unreadable"


class RecordsLostError(FatalError):
    """A topic of the own region lacks what counted in it, as after it was deleted and made again."""

    code = "records_lost"


class LogDeniedError(RefusedError):
    """The log knows this program and does not let it do that."""

    code = "log_denied"


class LogLoginRefusedError(RefusedError):
    """The log does not know this user, or not with this password or mechanism."""

    code = "log_login_refused"


class LogUntrustedError(RefusedError):
    """No encrypted connection to the log: who answers cannot show that it is the one that was asked for."""

    code = "log_untrusted"


class SettingsError(RefusedError):
    """A setting or an address that cannot be used."""

    code = "settings"


# Form ----------------------------------------------------------------------------------------------------------------


class MalformedError(RefusedError):
    """Bytes that are not in the form the format prescribes."""

    code = "malformed"


class SealedToOtherError(MalformedError):
    """A sealed box that this content key does not open: sealed to another key, or damaged."""

    code = "content_sealed_to_other"


class CommitmentMismatchError(RefusedError):
    """A sealed value is not what the event committed to."""

    code = "content_mismatch"


# Keys ----------------------------------------------------------------------------------------------------------------


class KeystoreError(RefusedError):
    """The keystore cannot be opened or used as asked."""

    code = "keystore"


class WrongPassphraseError(KeystoreError):
    """The keystore is whole, but this passphrase does not open it."""

    code = "keystore_passphrase"


class KeystoreCorruptError(KeystoreError):
    """The keystore is not what was saved: cut short, damaged, or of another format."""

    code = "keystore_corrupt"


class KeyNotHeldError(KeystoreError):
    """The keystore holds no key by that name or id."""

    code = "key_not_held"


class ExposedFileError(RefusedError):
    """A file with secrets or cases can be read by other users of this machine."""

    code = "file_exposed"


class KeyRefusedError(RefusedError):
    """A public key that must not be enrolled."""

    code = "key_refused"


# Store ---------------------------------------------------------------------------------------------------------------


class StoreBusyError(RetryableError):
    """Somebody else wrote to the store for longer than this caller waited; nothing was changed."""

    code = "store_busy"


class StoreUnavailableError(RetryableError):
    """The store could not read or write, as with a full disk; after a commit, read before trying again."""

    code = "store_unavailable"


class CommitOutcomeUnknownError(RetryableError):
    """The connection broke while the store was committing: done or not; read before trying again, the command id shows which."""

    code = "commit_outcome_unknown"


class WriterLockLostError(FatalError):
    """Another process became the store's writer while this one had lost its lock; what was committed is in the store."""

    code = "writer_lock_lost"


class StoreReadOnlyError(RefusedError):
    """A write where only reading is allowed: in a reading transaction, or to a file that cannot be written."""

    code = "store_read_only"


class StoreCorruptError(FatalError):
    """The store gives back something else than was put in, or would contradict itself."""

    code = "store_corrupt"


# Contracts -----------------------------------------------------------------------------------------------------------


class ContractError(RefusedError):
    """A matter or schema that breaks the rules of contracts."""

    code = "contract"


# The site's schema registry ------------------------------------------------------------------------------------------


class SchemaRegistryUnavailableError(RetryableError):
    """The schema registry did not answer, or not as one does; records go out without a frame meanwhile."""

    code = "schema_registry_unavailable"


class SchemaRegistryRefusedError(RefusedError):
    """The schema registry does not know this program, or does not take or give what it was asked for."""

    code = "schema_registry_refused"


class SchemaDiffersError(RefusedError):
    """The schema registry has another schema under a number or subject than the one that is signed; its number is not used."""

    code = "schema_differs"


# Acts ----------------------------------------------------------------------------------------------------------------


class ActRefusedError(RefusedError):
    """An act that the law or the case does not allow now; `breach.code` says which requirement it does not meet."""

    code = "act_refused"

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.message, expected=breach.expected, found=breach.found, advice=breach.advice)
        self.breach = breach


class CaseUnknownError(RefusedError):
    """No such case is here."""

    code = "case_unknown"


class MatterUnknownError(RefusedError):
    """No such matter is published, or its bytes are not here yet."""

    code = "matter_unknown"


class MatterUnreadableError(RefusedError):
    """This software cannot read a matter: its format came later, or its bytes are none; its cases cannot be folded here."""

    code = "matter_unreadable"


class FormAwaitedError(RetryableError):
    """What is to be done rests on the applicant's answers, and the form that holds them is not here yet."""

    code = "form_awaited"


class OfficerUnknownError(RefusedError):
    """No such officer or channel may act for this region."""

    code = "officer_unknown"


class RegistryRefusedError(RefusedError):
    """An entry that must not stand in a registry."""

    code = "registry_refused"


# The writer ----------------------------------------------------------------------------------------------------------


class NotAppendableError(RefusedError):
    """An own event that no reader would accept, or a stream that waits for something of its own."""

    code = "not_appendable"


class StartRefusedError(RetryableError):
    """A start did not count; the writer begins again under a greater number."""

    code = "start_refused"


class NewerStartError(RefusedError):
    """The log holds a newer start than this store knows: an operator must say that no other copy runs."""

    code = "newer_start"


class FencedError(FatalError):
    """Another writer of this region is at work; this process stops before it judges anything behind that."""

    code = "fenced"


class NotStartedError(RetryableError):
    """No writer of this region is ready to give out places."""

    code = "not_started"
