"""Every error of Tongban, in one place.

Each class has a stable `code` that programs may rely on. A message says what went wrong and where, what was expected
and what was found; `advice` says what to do next. Three families tell a caller what to do without reading:

- `RefusedError`: the same input will be refused again; somebody must change it.
- `RetryableError`: the same call may succeed later.
- `FatalError`: this process must stop.
"""

from typing import ClassVar


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


# The log ---------------------------------------------------------------------------------------------------------------


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


class RecordUnreadableError(RefusedError):
    """Bytes in the log that are no records; reading the same position again gives the same."""

    code = "record_unreadable"


class LogDeniedError(RefusedError):
    """The log knows this program and does not let it do that, or does not know it."""

    code = "log_denied"


class SettingsError(RefusedError):
    """A setting or an address that cannot be used."""

    code = "settings"


# Form ------------------------------------------------------------------------------------------------------------------


class MalformedError(RefusedError):
    """Bytes that are not in the form the format prescribes."""

    code = "malformed"


# Keys ------------------------------------------------------------------------------------------------------------------


class KeystoreError(RefusedError):
    """The keystore cannot be opened or used as asked."""

    code = "keystore"


class ExposedFileError(RefusedError):
    """A file with secrets or cases can be read by other users of this machine."""

    code = "file_exposed"


class KeyRefusedError(RefusedError):
    """A public key that must not be enrolled."""

    code = "key_refused"


# Contracts -------------------------------------------------------------------------------------------------------------


class ContractError(RefusedError):
    """A matter or schema that breaks the rules of contracts."""

    code = "contract"
