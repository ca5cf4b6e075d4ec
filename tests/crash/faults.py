"""Ports that fail on purpose: they pass everything on, and die or lie at one named point."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.crash.points import Fault
from tests.gated_log import is_checkpoint, is_start
from tongban.domain.errors import PublishOutcomeUnknownError, StoreUnavailableError
from tongban.ledger.writer import INCARNATION, READY


@dataclass
class Plan:
    """At the `number`-th pass of `point`, `fault` happens, once."""

    point: str
    fault: Fault
    number: int = 1

    def before(self, points: set[str]) -> bool:
        """Pass before a write; whether its report shall be a lie."""
        if self.point not in points or self.number <= 0:
            return False
        self.number -= 1
        if self.number:
            return False
        if self.fault is Fault.BEFORE:
            die()
        self.number = -1
        return True

    def after(self, due: bool, error: Callable[[], Exception]) -> None:
        """Pass after it."""
        if not due:
            return
        if self.fault is Fault.AFTER:
            die()
        raise error()


def die() -> None:
    """As if the machine lost power, for this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def lie() -> Exception:
    return StoreUnavailableError("told that it failed, on purpose")


class Watched:
    """One part of a transaction, remembering what was called on it."""

    def __init__(self, part: object, name: str, called: set[str]) -> None:
        self._part, self._name, self._called = part, name, called

    def __getattr__(self, name: str):
        method = getattr(self._part, name)

        def call(*args, **kwargs):
            self._called.add(f"{self._name}.{name}")
            if (self._name, name) == ("facts", "set"):
                self._called.add(f"facts.set {args[0]} {bool(args[1])}")
            return method(*args, **kwargs)

        return call


POINT_OF_CALL = {
    f"facts.set {INCARNATION} True": "incarnation",
    f"facts.set {READY} True": "ready",
    "outbox.append": "act",
    "contents.sent": "sent",
    "logs.move": "intake",
    "facts.projected": "mark",
}


class WatchedTransaction:
    def __init__(self, tx: object) -> None:
        self.called: set[str] = set()
        for name in ("events", "logs", "parking", "outbox", "contents", "facts"):
            setattr(self, name, Watched(getattr(tx, name), name, self.called))


class FaultyStore:
    """A store whose commits fail as planned."""

    def __init__(self, store, plan: Plan) -> None:
        self._store, self._plan = store, plan

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    @contextmanager
    def transaction(self) -> Iterator[WatchedTransaction]:
        with self._store.transaction() as tx:
            watched = WatchedTransaction(tx)
            yield watched
            due = self._plan.before({POINT_OF_CALL[each] for each in watched.called if each in POINT_OF_CALL})
        self._plan.after(due, lie)


class FaultyLog:
    """A log whose publishes fail as planned."""

    def __init__(self, log, plan: Plan) -> None:
        self._log, self._plan = log, plan

    def __getattr__(self, name: str):
        return getattr(self._log, name)

    def writer(self) -> "FaultyWriter":
        return FaultyWriter(self._log.writer(), self._plan)


class FaultyWriter:
    def __init__(self, writer, plan: Plan) -> None:
        self._writer, self._plan = writer, plan

    def publish(self, items: Sequence) -> None:
        due = self._plan.before({_point_of(item) for item in items})
        self._writer.publish(items)
        self._plan.after(due, lambda: PublishOutcomeUnknownError("told that it failed, on purpose"))

    def close(self) -> None:
        self._writer.close()


def _point_of(item) -> str:
    place, _ = item
    if is_checkpoint(item):
        return "checkpoint"
    if is_start(item):
        return "start"
    return "content" if place.topic.endswith(".content") else "event"


class FaultyViews:
    """Views whose commits fail as planned."""

    def __init__(self, views, plan: Plan) -> None:
        self._views, self._plan = views, plan

    def __getattr__(self, name: str):
        return getattr(self._views, name)

    @contextmanager
    def writing(self):
        with self._views.writing() as writer:
            yield writer
            due = self._plan.before({"view"})
        self._plan.after(due, lie)
