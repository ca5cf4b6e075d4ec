"""kafka-python's errors, mapped to Tongban's at one boundary by one table.

Rules:

- The first row whose class fits is taken; rows go from the particular to the general, and the last takes what is left.
- `rejected` says which errors mean that the broker wrote nothing; every other failure of a write leaves it open.

Not handled here: an offset out of range while reading, which the reader looks into (`tongban.adapters.kafka.reader`).
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from tongban.adapters.kafka.library import kafka
from tongban.domain.errors import (
    LogDeniedError,
    LogLoginRefusedError,
    LogUnavailableError,
    LogUntrustedError,
    MalformedError,
    PositionOutOfRangeError,
    RecordTooLargeError,
    RecordUnreadableError,
    SettingsError,
    TongbanError,
    TopicMissingError,
)

foreign = kafka.errors

ANSWER = TypeVar("ANSWER")

RETRY_SECONDS = 0.1
"""How long to wait before a question is asked again, in seconds: kafka-python's own pause."""

TABLE: tuple[tuple[tuple[type[Exception], ...], type[TongbanError]], ...] = (
    ((foreign.UnknownTopicOrPartitionError, foreign.UnknownTopicIdError), TopicMissingError),
    ((foreign.MessageSizeTooLargeError, foreign.RecordListTooLargeError), RecordTooLargeError),
    ((foreign.InvalidRecordError, foreign.InvalidTimestampError), MalformedError),
    ((foreign.OffsetOutOfRangeError, foreign.LogTruncationError), PositionOutOfRangeError),
    ((foreign.CorruptRecordError, foreign.UnsupportedCodecError), RecordUnreadableError),
    ((foreign.SaslAuthenticationFailedError, foreign.UnsupportedSaslMechanismError), LogLoginRefusedError),
    ((ssl.SSLError,), LogUntrustedError),
    (
        (
            foreign.AuthorizationError,
            foreign.SecurityDisabledError,
            foreign.PolicyViolationError,
        ),
        LogDeniedError,
    ),
    (
        (
            foreign.InvalidTopicError,
            foreign.InvalidPartitionsError,
            foreign.InvalidReplicationFactorError,
            foreign.InvalidConfigurationError,
            foreign.InvalidRequestError,
            foreign.UnsupportedVersionError,
            foreign.UnrecognizedBrokerVersion,
            foreign.KafkaConfigurationError,
        ),
        SettingsError,
    ),
    # RuntimeError: what kafka-python raises from a client that is closed or whose thread has died.
    ((foreign.KafkaError, OSError, RuntimeError), LogUnavailableError),
)

ADVICE: Mapping[type[TongbanError], str] = {
    LogLoginRefusedError: "check kafka_sasl_username, kafka_sasl_mechanism and the password; the cluster's operator knows them",
    LogUntrustedError: (
        "kafka_ssl_cafile must name the certificate of the authority that signed the brokers' certificates, and the address"
        " of the log a host for which they are made out"
    ),
}

FOREIGN: tuple[type[Exception], ...] = (foreign.KafkaError, OSError, RuntimeError)

_REJECTIONS = (TopicMissingError, RecordTooLargeError, MalformedError, LogDeniedError)


def mapped(err: BaseException, doing: str) -> TongbanError:
    """Tongban's error for `err`, which came up while `doing` (an infinitive)."""
    for classes, ours in TABLE:
        if isinstance(err, classes):
            return ours(f"cannot {doing}", found=f"{type(err).__name__}: {err}", advice=ADVICE.get(ours, ""))
    return LogUnavailableError(f"cannot {doing}", found=repr(err))


def rejected(err: BaseException) -> bool:
    """Whether the broker said of a write that it did not and will not take it."""
    return isinstance(mapped(err, ""), _REJECTIONS)


@contextmanager
def kafka_boundary(doing: str) -> Iterator[None]:
    """Map what kafka-python raises while `doing` (an infinitive); Tongban's own errors pass."""
    try:
        yield
    except FOREIGN as err:
        raise mapped(err, doing) from err


def ask(question: Callable[[], ANSWER], *, doing: str, timeout_seconds: float) -> ANSWER:
    """The answer to a question that changes nothing, asked again while the cluster is away, for `timeout_seconds`.

    kafka-python's admin client doesn't wait for a broker to which it is reconnecting; it fails at once.
    """
    deadline = time.monotonic() + timeout_seconds
    with kafka_boundary(doing):
        while True:
            try:
                return question()
            except foreign.KafkaError as err:
                if not err.retriable or time.monotonic() > deadline:
                    raise
            time.sleep(RETRY_SECONDS)
