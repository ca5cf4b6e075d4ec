"""One case of the demo on its way: who has a part in it, what was applied for, how far it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tongban.adapters.demo.federation import CITIES
from tongban.adapters.demo.fictions import Setting, fictional_form
from tongban.adapters.demo.scenarios import OPEN_EVERY, SHOWN, Scenario, dealt
from tongban.adapters.demo.steps import Step
from tongban.adapters.demo.world import DemoWorld, day_of
from tongban.contracts.guide.personal import rules_for
from tongban.contracts.guide.questions import known_answers
from tongban.contracts.matter.contract import MatterContract
from tongban.contracts.matter.folders import shipped_matter
from tongban.domain.identifiers import CaseId, EventHash, RegionCode
from tongban.domain.law.rules import MatterRules

FIRST_ROUNDS = 6
"""Cases are opened during so many rounds."""


@dataclass(slots=True)
class Story:
    """A case. `receiving`, `deciding` and `other` are its cast; an offer made elsewhere lets two of them change parts."""

    number: int
    scenario: Scenario
    contract: MatterContract
    receiving: RegionCode
    deciding: RegionCode
    other: RegionCode
    starts: int
    """The round of its first step."""
    steps: tuple[Step, ...]
    form: dict[str, Any]
    done: int = 0
    case: CaseId | None = None
    request: EventHash | None = None
    contribution: EventHash | None = None

    @property
    def next_step(self) -> Step | None:
        """What comes next; None at the end."""
        return self.steps[self.done] if self.done < len(self.steps) else None

    @property
    def left_open(self) -> bool:
        """Whether this case does not come to the end of its scenario."""
        return len(self.steps) < len(self.scenario.steps)

    @property
    def rules(self) -> MatterRules:
        """The matter's rules, with the materials that the form's answers bring in."""
        return rules_for(self.contract, known_answers(self.contract.about.questions, self.form))

    @property
    def applicant(self) -> str:
        """Whose case it is."""
        return str(self.form.get("applicant_name") or self.form["enterprise_name"])


def stories(world: DemoWorld, cases: int) -> tuple[Story, ...]:
    """All cases of a run, the shown one first."""
    scenarios = list(dealt(cases))
    others = scenarios[1:]
    world.random("order").shuffle(others)
    return tuple(_story(world, number, scenario) for number, scenario in enumerate([*scenarios[:1], *others]))


def _story(world: DemoWorld, number: int, scenario: Scenario) -> Story:
    rng = world.random("story", number)
    contract = shipped_matter(scenario.matter)
    receiving, deciding, other = _cast(rng, scenario, number)
    starts = 0 if number == 0 else rng.randrange(FIRST_ROUNDS)
    steps = scenario.steps
    if number % OPEN_EVERY == OPEN_EVERY - 1:
        steps = steps[: rng.randrange(1, len(steps))]
    # Who declines an offer as not competent was not where the application belongs.
    home = other if Step.OFFER_ELSEWHERE in scenario.steps else deciding
    form = fictional_form(rng, scenario.matter, Setting(home, _away(home, receiving, other), day_of(starts)))
    return Story(number, scenario, contract, receiving, deciding, other, starts, steps, form)


def _cast(rng: Random, scenario: Scenario, number: int) -> Sequence[RegionCode]:
    """Receiving, deciding and another city; the shown case goes from Shanghai to Hefei, and asks Hangzhou."""
    if scenario is SHOWN and number == 0:
        shanghai, hangzhou, hefei = CITIES
        return shanghai, hefei, hangzhou
    receiving, deciding, other = rng.sample(list(CITIES), 3)
    return (deciding, deciding, other) if scenario.at_home else (receiving, deciding, other)


def _away(home: RegionCode, receiving: RegionCode, other: RegionCode) -> RegionCode:
    return receiving if receiving != home else other
