"""A command as it is described once: which fields it has, and how it is made from what was filled in.

    DECLINE = Description(
        command=Decline,
        help="Decline an offer: the pen goes back to the region that offered.",
        fields=(Field("code", Choice(DeclineReason), "退回原因", "reason", "Why …", into="reason", required=True), REASON),
        trials=lambda _: (Decline(DeclineReason.NOT_COMPETENT),),
        examples=(Example("hf-handler", {"code": "not_competent", "reason": "属合肥以外管辖"}),),
    )

Every door reads it: a command line its options, a request its schema (`tongban.desk.json_schema`), a page its form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.field import Field, Given
from tongban.desk.kinds.events import EventReference
from tongban.desk.plan import Plan
from tongban.desk.situation import Situation
from tongban.domain.events.event_type import Act
from tongban.domain.law.act import Command, Law
from tongban.domain.law.table import BY_COMMAND


@dataclass(frozen=True, slots=True)
class Example:
    """One call: who acts, and what is filled in, as texts (`True` and `False` for yes and no)."""

    by: str
    given: Mapping[str, str | bool | tuple[str, ...]] = field(default_factory=dict)
    by_channel: bool = False


@dataclass(slots=True)
class Filled:
    """What was filled in, settled: the command's fields and the personal values, with the defaults that hold by now.

    Its text form shows no personal value.
    """

    command: Callable[..., Command]
    given: Given = field(repr=False)
    fields: dict[str, Any] = field(default_factory=dict)
    values: dict[str, bytes] = field(default_factory=dict, repr=False)

    def plan(self, note: str = "") -> Plan:
        """The command with exactly these fields."""
        return Plan(self.command(**self.fields), self.values, note)


def as_filled(filled: Filled, _: CaseAtHand) -> Plan:
    """Most commands are made of nothing but their fields."""
    return filled.plan()


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A command.

    `help`: English sentences that go on behind the act's Chinese name. `trials`: commands in place of the one that is not
    filled in yet, the likeliest first: what the law lets through is offered. `derived`: fields of the command that its making
    fills in. `exclusive`: fields of which at most one is filled in.
    """

    command: type[Command]
    help: str
    trials: Callable[[Situation], Iterable[Command]]
    examples: tuple[Example, ...]
    fields: tuple[Field, ...] = ()
    plan: Callable[[Filled, CaseAtHand], Plan] = as_filled
    derived: tuple[str, ...] = ()
    exclusive: tuple[tuple[str, str], ...] = ()

    @property
    def law(self) -> Law[Any]:
        """The law of the act that it does."""
        return BY_COMMAND[self.command]

    @property
    def act(self) -> Act:
        """The act that it does."""
        return self.law.act

    @property
    def zh(self) -> str:
        """The act's Chinese name, as the law has it."""
        return self.law.zh

    @property
    def en(self) -> str:
        """The act's English name, as the law has it."""
        return self.law.en

    @property
    def opens(self) -> bool:
        """Whether it opens a case, instead of being done on one."""
        return self.law.event.opens

    @property
    def event_field(self) -> Field | None:
        """The field that names an earlier event of the case, if there is one: each event is then a choice of its own."""
        return next((each for each in self.fields if isinstance(each.kind, EventReference)), None)

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError."""
        found = next((each for each in self.fields if each.name == name), None)
        if found is None:
            raise KeyError(name)
        return found
