"""The long-running process of one region: it follows the log, relays, projects and reports its health.

    lock ─► start ─► ( refresh topics · follow · relay · project · report )* ─► relay what is ready ─► not ready ─► unlock

- What the log does not answer is tried again, each time later. A node that has started once also waits for an operator: a
  topic was deleted, a right or password was changed, a certificate ran out; its trouble says which. Meanwhile commands
  append beside it: once started, a region works on through an outage of the broker.
- After a publish that failed, nothing is assumed about what is under way: as soon as the log answers, a new node starts
  over the same store, under a new incarnation.
- Where the site runs a schema registry, a thread learns the numbers of schemas from it
  (`tongban.adapters.schema_registry.watch`); the process takes over what is known so far, and never waits for it.
- Asked to stop, it ends the transaction it is in, relays what is ready, and lets no command append behind that.
- Fenced, it stops and lists what it acknowledged and nobody will accept.

Not handled here: the steps of a writer (`tongban.adapters.node.writing`), signals and options (`tongban.adapters.cli.node`).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from tongban.adapters.node.health import Health, Status, health_of
from tongban.adapters.node.home import OpenHome
from tongban.adapters.node.writing import begin_writing, end_writing, fenced
from tongban.domain.errors import (
    FencedError,
    LogDeniedError,
    LogLoginRefusedError,
    LogUntrustedError,
    RetryableError,
    StoreBusyError,
    TongbanError,
    TopicMissingError,
)

POLL_SECONDS = 0.2
"""How long one poll waits for records; so long, too, what a command beside the node kept may wait to be relayed."""
REFRESH_SECONDS = 5.0
"""How often topics and their ids are looked at again."""
REPORT_SECONDS = 10.0
GRACE_SECONDS = 15.0
"""How long a stop may take to publish what is ready: less than the 30 s that most supervisors grant."""
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 30.0
"""Between attempts after the log did not answer: doubled each time."""

OPERATORS_MATTER = (TopicMissingError, LogDeniedError, LogLoginRefusedError, LogUntrustedError)
"""What an operator must correct, here or at the brokers. A node does not start with it; one that has started waits."""

Report = Callable[[Health], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the process does what, in seconds."""

    poll: float = POLL_SECONDS
    refresh: float = REFRESH_SECONDS
    report: float = REPORT_SECONDS
    grace: float = GRACE_SECONDS
    first_delay: float = FIRST_DELAY_SECONDS


class NodeProcess:
    """Runs the node of an opened home until `stopping` is set."""

    def __init__(
        self,
        region: OpenHome,
        stopping: threading.Event,
        report: Report,
        *,
        accept_newer: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self._region = region
        self._stopping = stopping
        self._report_to = report
        self._accept_newer = accept_newer
        self._pace = pace or Pace()
        self._started = False
        self._ever_started = False
        self._failures = 0
        self._trouble = ""
        self._refresh_at = 0.0
        self._report_at = 0.0

    def run(self) -> None:
        """Run; return after a graceful stop. Raises StoreBusyError, FencedWithActsError, and what a start raises."""
        with self._region.store.writer_lock() as alone:
            if not alone:
                raise StoreBusyError(
                    f"a node or command is at work on the store of region {self._region.code} already",
                    expected="the store's writer lock to be free",
                    found="it is held by another process",
                    advice="there is one node for each store; look for the other with `tongban node status`",
                )
            try:
                with ExitStack() as beside:
                    if self._region.schema_site is not None:
                        beside.enter_context(self._region.schema_site.watched())
                    self._work()
            except FencedError as err:
                error = fenced(self._region, err)
                self._trouble = str(err)
                self._report(Status.FENCED)
                raise error from err
            except TongbanError as err:
                self._trouble = str(err)
                self._report(Status.STOPPED)
                raise
            finally:
                self._region.node.stop()
            self._trouble = ""
            self._report(Status.STOPPED)

    def _work(self) -> None:
        self._report(Status.STARTING)
        while not self._stopping.is_set():
            try:
                if not self._started:
                    self._start()
                self._turn()
            except RetryableError as err:
                self._wait_out(err)
            except OPERATORS_MATTER as err:
                if not self._ever_started:
                    raise
                self._wait_out(err)
        self._finish()

    def _start(self) -> None:
        if not self._ever_started:
            begin_writing(self._region, accept_newer=self._accept_newer)
        else:
            self._region.renew_node()
            self._region.node.start()
        self._started = self._ever_started = True
        self._refresh_at = 0.0
        self._report_at = 0.0

    def _turn(self) -> None:
        node, now = self._region.node, time.monotonic()
        if now >= self._refresh_at:
            node.follower.refresh()
            node.sweep()
            with self._new_start_on_failure():
                node.add_partitions()
            self._refresh_at = now + self._pace.refresh
        node.follow(timeout_seconds=self._pace.poll)
        if self._region.schema_site is not None:
            self._region.schema_site.settle()
        with self._new_start_on_failure():
            node.relay()
        self._region.project()
        self._failures, self._trouble = 0, ""
        if now >= self._report_at:
            self._report(Status.OK)
            self._report_at = now + self._pace.report

    @contextmanager
    def _new_start_on_failure(self) -> Iterator[None]:
        """What fails inside leaves open what was published: the next turn begins with a new start."""
        try:
            yield
        except BaseException:
            self._started = False
            raise

    def _wait_out(self, err: TongbanError) -> None:
        self._trouble = str(err)
        self._refresh_at = 0.0
        self._region.node.follower.close()
        delay = min(LONGEST_DELAY_SECONDS, self._pace.first_delay * 2**self._failures)
        self._failures += 1
        self._report(Status.DEGRADED if self._ever_started else Status.STARTING)
        self._stopping.wait(delay)

    def _finish(self) -> None:
        self._report(Status.STOPPING)
        deadline = time.monotonic() + self._pace.grace
        with suppress(RetryableError, *OPERATORS_MATTER):  # what is kept is published by the next start
            while self._started and not end_writing(self._region) and time.monotonic() < deadline:
                self._region.node.follow(timeout_seconds=POLL_SECONDS)
                self._region.node.relay()
            self._region.project()

    def _report(self, status: Status) -> None:
        self._report_to(health_of(self._region, status, self._trouble))
