"""What the exit code of a command says, and which error gives which.

| code | means                                                                                          |
|------|------------------------------------------------------------------------------------------------|
| 0    | done                                                                                           |
| 1    | refused: a rule, a contract or a registry does not allow it; the message says which            |
| 2    | the call, the settings or the keys are wrong: unknown option, no such home, wrong passphrase    |
| 3    | not found: no such case, matter, officer, topic, or entry                                       |
| 4    | not now: the log or the store did not answer, or another process is at work; try again          |
| 5    | stopped: going on would do harm                                                                |
| 6    | looked, and something is wrong: a fault in an audit, views that differ, a node that is not well |
| 7    | fenced: another writer of this region is, or was, at work                                      |
| 70   | a fault in Tongban itself                                                                      |
| 130  | interrupted                                                                                    |
"""

from enum import IntEnum

from tongban.domain.errors import (
    CaseUnknownError,
    ExposedFileError,
    FatalError,
    FencedError,
    KeystoreError,
    LogDeniedError,
    LogLoginRefusedError,
    LogUntrustedError,
    MatterUnknownError,
    NewerStartError,
    OfficerUnknownError,
    RetryableError,
    SettingsError,
    TongbanError,
    TopicMissingError,
)


class ExitCode(IntEnum):
    """See the table above."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_NOW = 4
    STOPPED = 5
    FINDINGS = 6
    FENCED = 7
    INTERNAL = 70
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.REFUSED: "refused: a rule does not allow it; the message says which",
    ExitCode.USAGE: "the call, the settings or the keys are wrong",
    ExitCode.NOT_FOUND: "not found: no such case, matter, officer, topic or entry",
    ExitCode.NOT_NOW: "not now: no answer, or another process is at work; try again",
    ExitCode.STOPPED: "stopped: going on would do harm",
    ExitCode.FINDINGS: "looked, and something is wrong",
    ExitCode.FENCED: "fenced: another writer of this region is, or was, at work",
    ExitCode.INTERNAL: "a fault in Tongban itself",
    ExitCode.INTERRUPTED: "interrupted",
}

_BY_ERROR: tuple[tuple[type[TongbanError], ExitCode], ...] = (
    (FencedError, ExitCode.FENCED),
    (NewerStartError, ExitCode.FENCED),
    (FatalError, ExitCode.STOPPED),
    (RetryableError, ExitCode.NOT_NOW),
    (CaseUnknownError, ExitCode.NOT_FOUND),
    (MatterUnknownError, ExitCode.NOT_FOUND),
    (OfficerUnknownError, ExitCode.NOT_FOUND),
    (TopicMissingError, ExitCode.NOT_FOUND),
    (SettingsError, ExitCode.USAGE),
    (KeystoreError, ExitCode.USAGE),
    (ExposedFileError, ExitCode.USAGE),
    (LogDeniedError, ExitCode.USAGE),
    (LogLoginRefusedError, ExitCode.USAGE),
    (LogUntrustedError, ExitCode.USAGE),
)


def exit_code_of(error: TongbanError) -> ExitCode:
    """The exit code for an error: that of the first class in the table to which it belongs."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), ExitCode.REFUSED)
