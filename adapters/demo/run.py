"""One run of the demo, from an empty folder to everything that is shown and checked.

    found ─► rounds ─► one case in each city ─► views rebuilt ─► audit ─► audit of a changed copy

Not handled here: how it looks (`tongban.adapters.demo.report.page`), options (`tongban.adapters.cli.demo`).
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tongban.adapters.demo.auditing import Subject, audit, tamper
from tongban.adapters.demo.comparison import case_seen, compared_views, summary
from tongban.adapters.demo.federation import DemoFederation
from tongban.adapters.demo.result import DemoResult
from tongban.adapters.demo.rounds import run_rounds
from tongban.adapters.demo.story import stories
from tongban.adapters.demo.world import DemoWorld
from tongban.adapters.node.settings import DEFAULT_PREFIX

FOUND, ROUNDS, REBUILD, AUDIT, TAMPER = "found", "rounds", "rebuild", "audit", "tamper"

Progress = Callable[[str, int, int], None]
"""Stage, done, in all."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What is run. `kafka`: `host:port`; `keep`: a new folder for the homes, which otherwise are removed."""

    cases: int
    seed: int
    kafka: str | None = None
    keep: Path | None = None


def run_demo(options: DemoOptions, progress: Progress = lambda stage, done, total: None) -> DemoResult:
    """Run it all. Raises TongbanError where something cannot be done at all; what does not agree is in the result."""
    world = DemoWorld(options.seed)
    watch = _Stopwatch(progress)
    with _folder(options.keep) as folder, _federation(options, world, folder) as federation:
        with watch.stage(FOUND):
            federation.found()
        told = stories(world, options.cases)
        with watch.stage(ROUNDS):
            rounds = run_rounds(federation, told, watch.tell(ROUNDS))
        case = told[0].case
        assert case is not None, "every case was opened"
        with watch.stage(REBUILD):
            views = compared_views(federation, watch.tell(REBUILD))
        subject = Subject(federation.log, federation.genesis, federation.topics, world.clock)
        with watch.stage(AUDIT):
            report = audit(subject, watch.tell(AUDIT))
        with watch.stage(TAMPER):
            tampering = tamper(subject, world.random(TAMPER), watch.tell(TAMPER))
        return DemoResult(
            seed=options.seed,
            cases=options.cases,
            log=f"kafka://{options.kafka}" if options.kafka is not None else "embedded",
            topic_prefix=federation.topics.prefix,
            rounds=rounds,
            scenarios=Counter(story.scenario.name for story in told),
            left_open=sum(story.left_open for story in told),
            shown_case=case,
            shown=tuple(case_seen(region, case) for region in federation.cities),
            summary=summary(federation.cities[0]),
            views=views,
            audit=report,
            tampering=tampering,
            seconds=watch.seconds,
            kept=options.keep,
        )


def _federation(options: DemoOptions, world: DemoWorld, folder: Path) -> DemoFederation:
    if options.kafka is None:
        return DemoFederation(folder, world, prefix=DEFAULT_PREFIX)
    # Random, unlike everything else: two runs with one seed may share a broker. No digest depends on a topic's name.
    prefix = f"demo-{secrets.token_hex(4)}"
    return DemoFederation(folder, world, prefix=prefix, kafka=options.kafka, delete_topics=options.keep is None)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with TemporaryDirectory(prefix="tongban-demo-") as folder:
        yield Path(folder)


class _Stopwatch:
    """Seconds by stage, and the way to the progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._progress(name, 0, 1)
        begun = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begun
        self._progress(name, 1, 1)

    def tell(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(name, done, total)
