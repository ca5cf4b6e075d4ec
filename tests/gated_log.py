"""One node's way to the shared log, under a test's control: it may crash before a publish, or hold records back."""

from collections.abc import Callable, Sequence

from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, START_CONTENT_TYPE
from tongban.contracts.wire.record import Record
from tongban.domain.errors import LogUnavailableError, PublishOutcomeUnknownError
from tongban.ledger.event_log import EventLog, TopicPartition

Item = tuple[TopicPartition, Record]


class CrashError(BaseException):
    """The process died here."""


def is_checkpoint(item: Item) -> bool:
    return ("content-type", CHECKPOINT_CONTENT_TYPE.encode()) in item[1].headers


def is_start(item: Item) -> bool:
    return ("content-type", START_CONTENT_TYPE.encode()) in item[1].headers


def is_event(ce_type: str) -> Callable[[Item], bool]:
    return lambda item: ("ce_type", f"tongban.{ce_type}.v1".encode()) in item[1].headers


class GatedLog:
    """Passes everything on to `log`, but for publishes that `crash_before` or `hold_back` match."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.crash_before: Callable[[Item], bool] = lambda _: False
        self.crash_after: Callable[[Item], bool] = lambda _: False
        self.hold_back: Callable[[Item], bool] = lambda _: False
        self.fail_before: Callable[[Item], bool] = lambda _: False
        """The log is away: nothing is written, and the publish says so."""
        self.lie_after: Callable[[Item], bool] = lambda _: False
        """Everything is written, and the publish says that it does not know."""
        self.held: list[Item] = []

    def __getattr__(self, name: str):
        return getattr(self._log, name)

    def writer(self) -> "GatedWriter":
        return GatedWriter(self, self._log.writer())

    def let_go(self) -> None:
        """Deliver what was held back, late."""
        writer = self._log.writer()
        writer.publish(self.held)
        writer.close()
        self.held.clear()


class GatedWriter:
    def __init__(self, gate: GatedLog, writer) -> None:
        self._gate, self._writer = gate, writer

    def publish(self, items: Sequence[Item]) -> None:
        if any(map(self._gate.crash_before, items)):
            raise CrashError
        if any(map(self._gate.fail_before, items)):
            raise LogUnavailableError("away, on purpose")
        late = [item for item in items if self._gate.hold_back(item)]
        self._gate.held += late
        self._writer.publish([item for item in items if item not in late])
        if any(map(self._gate.crash_after, items)):
            raise CrashError
        if any(map(self._gate.lie_after, items)):
            raise PublishOutcomeUnknownError("not known, on purpose")

    def close(self) -> None:
        self._writer.close()
