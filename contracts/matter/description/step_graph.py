"""The steps of a matter as a graph: `after` maps each step to those that it follows. Pure; graphs have tens of steps."""

from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

from tongban.contracts.matter.description.process import StepEntry
from tongban.domain.law.rules import LimitUnit

After = Mapping[str, tuple[str, ...]]


def cycle(after: After) -> tuple[str, ...]:
    """Steps that follow one another in a circle; empty if there is none."""
    try:
        TopologicalSorter(after).prepare()
    except CycleError as err:
        return tuple(err.args[1])
    return ()


def ancestors(after: After, step: str) -> frozenset[str]:
    """All steps before one; in a circle, those of it too."""
    found: set[str] = set()
    waiting = list(after.get(step, ()))
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += after.get(code, ())
    return frozenset(found)


def longest_limit(steps: Iterable[StepEntry], unit: LimitUnit) -> int:
    """The limits of the steps along the longest way. The graph must be acyclic; what counts another unit counts nothing."""
    by_code = {each.code: each for each in steps}

    @cache
    def until(code: str) -> int:
        step = by_code[code]
        own = step.limit.value if step.limit and step.limit.unit is unit else 0
        return own + max((until(before) for before in step.after if before in by_code), default=0)

    return max((until(code) for code in by_code), default=0)


def without(after: After, kept: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The graph of some of the steps: what followed a step that falls out follows what that one followed."""
    staying = frozenset(kept)

    @cache
    def before(code: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for each in after[code]:
            found |= dict.fromkeys((each,) if each in staying else before(each))
        return tuple(found)

    reduced = {code: before(code) for code in after if code in staying}
    return {
        code: tuple(each for each in codes if not _implied(reduced, each, codes)) for code, codes in reduced.items()
    }


def _implied(after: After, step: str, beside: tuple[str, ...]) -> bool:
    """Whether following `step` says nothing, since another of these already follows it."""
    return any(step in ancestors(after, other) for other in beside if other != step)


def in_order(after: After) -> tuple[tuple[str, ...], ...]:
    """The steps in stages: those of one stage can be done in parallel."""
    sorter = TopologicalSorter(after)
    sorter.prepare()
    place = {code: number for number, code in enumerate(after)}
    stages: list[tuple[str, ...]] = []
    while sorter.is_active():
        stage = sorted(sorter.get_ready(), key=place.__getitem__)
        stages.append(tuple(stage))
        sorter.done(*stage)
    return tuple(stages)
