"""Rounds: a step of every case that is due, then a wait until all cities have caught up.

Within a round each city acts on what it knew at the beginning, so the order of cases changes nothing. All acts of a round
are covered by checkpoints of its end.
"""

from collections.abc import Callable, Sequence
from datetime import date

from tongban.adapters.demo.federation import DemoFederation
from tongban.adapters.demo.lines import Scene
from tongban.adapters.demo.parts import STEPS
from tongban.adapters.demo.steps import Step
from tongban.adapters.demo.story import Story
from tongban.adapters.demo.world import MICROSECONDS, RECORDED_AFTER, DemoWorld, day_of, hours_of
from tongban.domain.identifiers import CommandId
from tongban.ledger.acts import ActRequest, Performed, opens

Progress = Callable[[int, int], None]
"""Done, in all."""


def run_rounds(federation: DemoFederation, told: Sequence[Story], progress: Progress = lambda done, total: None) -> int:
    """Let all cases live; how many rounds it took. `progress`: steps done, steps in all."""
    total = sum(len(story.steps) for story in told)
    number = done = 0
    while done < total:
        done += _act(federation, told, number)
        federation.world.now = hours_of(number)[1]
        federation.settle()
        federation.project()
        number += 1
        progress(done, total)
    return number


def _act(federation: DemoFederation, told: Sequence[Story], number: int) -> int:
    """One step of every case that is due; how many there were."""
    world, today = federation.world, day_of(number)
    due = [story for story in told if story.starts <= number and story.next_step is not None]
    for occurred_at, _, story in sorted((_moment(world, number, story), story.number, story) for story in due):
        world.now = occurred_at + RECORDED_AFTER
        _take_step(federation, story, occurred_at, today)
    return len(due)


def _moment(world: DemoWorld, number: int, story: Story) -> int:
    """When a case's step of this round is done."""
    begins, ends = hours_of(number)
    seconds = (ends - begins - RECORDED_AFTER) // MICROSECONDS
    return begins + world.random("moment", number, story.number).randrange(seconds) * MICROSECONDS


def _take_step(federation: DemoFederation, story: Story, occurred_at: int, today: date) -> None:
    step = story.next_step
    assert step is not None, "only cases that are due take a step"
    world, played = federation.world, STEPS[step]
    label = (story.number, story.done)
    line = played.line(Scene(story, world.random("scene", *label), today))
    new = opens(line.command)
    request = ActRequest(
        command_id=CommandId(world.uuid("command", *label)),
        actor=played.actor_of(story),
        command=line.command,
        occurred_at=occurred_at,
        case=None if new else story.case,
        matter=story.scenario.matter if new else None,
        version=story.contract.rules.version if new else None,
        values=line.values,
    )
    world.turn_to(*label)
    _remember(story, step, federation.regions[played.region_of(story)].node.perform(request))


def _remember(story: Story, step: Step, performed: Performed) -> None:
    """What later steps name."""
    story.case = performed.case
    story.done += 1
    if step in (Step.ASK_OPINION, Step.ASK_VERIFICATION, Step.ASK_RECORDS):
        story.request = performed.events[0].hash
    elif step in (Step.ANSWER, Step.ANSWER_DECLINED, Step.BRING_MATERIALS, Step.BRING_WITHDRAWAL, Step.HAND_OVER):
        story.contribution = performed.events[0].hash
    elif step is Step.OFFER_ELSEWHERE:
        story.deciding, story.other = story.other, story.deciding
