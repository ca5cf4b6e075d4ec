"""Checks on powers and steps: whose each is, and that the steps are one graph from intake to decision."""

from collections.abc import Iterator, Mapping

from tongban.contracts.matter.checks.check import Subject, Wrong, needs, unknown
from tongban.contracts.matter.description.matter_file import MatterFile
from tongban.contracts.matter.description.process import ACTS, OtherRole, Side, StepEntry
from tongban.contracts.matter.description.step_graph import ancestors, cycle, longest_limit
from tongban.domain.events.values import Handling
from tongban.domain.law.rules import LimitUnit

OPENING_ACTS = ("take_in", "apply")


@needs("powers")
def powers_are_for_known_acts(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A power is for an act, on a side that may have it."""
    for number, power in enumerate(subject.about.powers):
        sides = ACTS.get(power.act)
        if sides is None:
            yield Wrong(f"powers.{number}.act", f"an act: {', '.join(sorted(ACTS))}", power.act)
        elif power.side not in sides:
            yield Wrong(f"powers.{number}.side", f"{' or '.join(sorted(sides))}, who may {power.act}", power.side)


@needs("powers", "handlings")
def receiving_powers_fit_the_handling(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Where a matter is taken in elsewhere, that side has a step; where it never is, it has none."""
    about = subject.about
    receiving = [number for number, power in enumerate(about.powers) if power.side is Side.RECEIVING]
    taken_in_elsewhere = {Handling.REMOTE_INTAKE, Handling.MULTI_PLACE} & {*about.handlings}
    if Handling.REMOTE_INTAKE in about.handlings and not receiving:
        yield Wrong("powers", "a power of the receiving side, since the matter is handled by remote_intake", "none")
    only_online = bool(about.handlings) and not taken_in_elsewhere
    for number in receiving if only_online else ():
        yield Wrong(f"powers.{number}.side", "deciding, since the matter is only handled fully_online", "receiving")


@needs("steps", "powers")
def step_powers_are_declared(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Each step has a power of the list."""
    known = [each.code for each in subject.about.powers]
    for number, step in enumerate(subject.about.steps):
        yield from unknown(f"steps.{number}.power", [step.power], known, "one of powers")


@needs("steps")
def steps_follow_known_steps(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """`after` names steps."""
    codes = _codes(subject.about)
    for number, step in enumerate(subject.about.steps):
        yield from unknown(f"steps.{number}.after", step.after, codes, "steps")


@needs("steps")
def steps_are_one_graph(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Acyclic, one start from which every step is reached, one end that every step leads to."""
    steps = subject.about.steps
    after = _after(subject.about)
    if found := cycle(after):
        yield Wrong("steps", "steps in an order without circles", " after ".join(found))
        return
    followed = {code for codes in after.values() for code in codes}
    starts = [each.code for each in steps if not after[each.code]]
    ends = [each.code for each in steps if each.code not in followed]
    if len(starts) > 1:
        yield Wrong("steps", "one first step, from which all others are reached", ", ".join(starts))
    if len(ends) > 1:
        yield Wrong("steps", "one last step, to which all others lead", ", ".join(ends))


@needs("steps", "powers")
def steps_open_accept_and_decide(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A case is opened first; then it is accepted once, and decided once behind that; none of these is left out."""
    about = subject.about
    if not about.steps:
        return
    acts = {each.code: about.act_of(each) for each in about.steps}
    first = [each.code for each in about.steps if not each.after]
    if first and all(acts[code] not in OPENING_ACTS for code in first):
        yield Wrong("steps", f"a first step that is {' or '.join(OPENING_ACTS)}", ", ".join(first))
    for act in ("accept", "decide"):
        doing = [each for each in about.steps if acts[each.code] == act]
        if len(doing) != 1:
            yield Wrong("steps", f"one step that is {act}", ", ".join(each.code for each in doing) or "none")
        elif doing[0].when is not None:
            yield Wrong(
                f"steps.{about.steps.index(doing[0])}.when", f"nothing: every case has its {act}", "a condition"
            )
    accepting = {code for code, act in acts.items() if act == "accept"}
    for number, step in enumerate(about.steps):
        if acts[step.code] == "decide" and not accepting & ancestors(_after(about), step.code):
            yield Wrong(f"steps.{number}.after", "a way from the step that is accept", "none")


@needs("steps")
def four_eyes_look_back(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Another officer than that of an earlier step."""
    after = _after(subject.about)
    for number, step in enumerate(subject.about.steps):
        earlier = ancestors(after, step.code)
        for other in step.other_officer_than:
            if other not in earlier:
                found = f"{other} (no earlier step)"
                yield Wrong(f"steps.{number}.other_officer_than", f"of {', '.join(sorted(earlier)) or 'none'}", found)


@needs("steps", "limits")
def steps_fit_into_the_promise(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """The longest way through the steps takes no longer than promised."""
    promised = subject.about.limits.promised
    if promised is None or promised.unit is not LimitUnit.WORKDAYS or cycle(_after(subject.about)):
        return
    longest = longest_limit(subject.about.steps, LimitUnit.WORKDAYS)
    if longest > promised.value:
        yield Wrong("steps", f"limits that add up to at most the promised {promised.value} workdays", str(longest))


@needs("others", "steps")
def others_belong_to_steps(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """A step waits for what another authority is asked."""
    codes = _codes(subject.about)
    for number, other in enumerate(subject.about.others):
        yield from unknown(f"others.{number}.step", [other.step], codes, "a step")


@needs("others", "catalog_code")
def own_decisions_are_own_cases(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """Whose act has its own document and remedy has its own case (LIFECYCLE.md, terms)."""
    for number, other in enumerate(subject.about.others):
        decides = other.role is OtherRole.DECISION
        if decides and other.matter in (None, subject.about.catalog_code):
            yield Wrong(f"others.{number}.matter", "the matter of the case of its own", str(other.matter or "nothing"))
        if not decides and other.matter is not None:
            yield Wrong(f"others.{number}.matter", "nothing: only a decision is a case of its own", other.matter)


@needs("special_procedures", "steps", "regime")
def special_procedures_have_a_basis(subject: Subject[MatterFile]) -> Iterator[Wrong]:
    """What stops the clock is listed by the regime, or has a law of its own."""
    regime = subject.regime
    for number, each in enumerate(subject.about.special_procedures):
        yield from unknown(f"special_procedures.{number}.step", [each.step], _codes(subject.about), "a step")
        if each.basis is None and regime and not regime.suspends_for(each.kind):
            listed = ", ".join(known.kind for known in regime.suspensions) or "which lists none"
            expected = f"a basis, since {each.kind} is none of the regime's: {listed}"
            yield Wrong(f"special_procedures.{number}.basis", expected, "nothing")


def _codes(about: MatterFile) -> list[str]:
    return [each.code for each in about.steps]


def _after(about: MatterFile) -> Mapping[str, tuple[str, ...]]:
    """The steps that each follows, without those that do not exist."""
    codes = _codes(about)
    return {each.code: _known(each, codes) for each in about.steps}


def _known(step: StepEntry, codes: list[str]) -> tuple[str, ...]:
    return tuple(code for code in step.after if code in codes)


CHECKS = (
    powers_are_for_known_acts,
    receiving_powers_fit_the_handling,
    step_powers_are_declared,
    steps_follow_known_steps,
    steps_are_one_graph,
    steps_open_accept_and_decide,
    four_eyes_look_back,
    steps_fit_into_the_promise,
    others_belong_to_steps,
    own_decisions_are_own_cases,
    special_procedures_have_a_basis,
)
