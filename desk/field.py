"""One field of a command: what it is called in both languages, what it holds, and what it is where nobody fills it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import GenericAlias
from typing import Any

from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.kinds.kind import Kind
from tongban.domain.errors import MalformedError

Given = Mapping[str, Any]
"""What was filled in, by the fields' names, as their kinds read it. What was left out is not in it."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A default that follows from the case, the contract or other fields. `rule`: None where the act's making has it."""

    zh: str
    en: str
    rule: Callable[[CaseAtHand], Any] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a command.

    `name`: in a request. `help`: one English sentence that goes on behind `zh`; `typed`: the help of a command line,
    where that has its own way of writing it. `into`: the command's field, or the name of
    the personal value; None: the same name; empty: it says how others are filled in. `option`: the name on a command line,
    where that is another. `default`: a constant is one that a door shows as filled in. `positional`: a command line
    takes it without an option.
    """

    name: str
    kind: Kind[Any]
    zh: str
    en: str
    help: str
    typed: str = ""
    into: str | None = None
    option: str = ""
    required: bool = False
    repeatable: bool = False
    default: Any = None
    positional: bool = False

    @property
    def personal(self) -> bool:
        """Whether it travels sealed beside the log."""
        return self.kind.personal

    @property
    def target(self) -> str:
        """The command's field that it fills, or the name of the personal value; empty for neither."""
        return self.name if self.into is None else self.into

    @property
    def constant(self) -> Any:
        """The default where it is a constant; otherwise None."""
        return None if isinstance(self.default, Derived) else self.default

    @property
    def makes(self) -> Any:
        """The type that it gives the command."""
        one = self.kind.makes
        return GenericAlias(tuple, (one, ...)) if self.repeatable else one

    def filling(self, into: str) -> "Field":
        """This field, for a command whose field has another name."""
        return replace(self, into=into)

    def read_texts(self, given: Sequence[str]) -> Any:
        """The value of texts: one, or several where it is repeatable. Raises MalformedError."""
        values = tuple(map(self.kind.read_text, given))
        return values if self.repeatable else values[-1]

    def read_json(self, given: object) -> Any:
        """The value of what JSON holds. Raises MalformedError."""
        if not self.repeatable:
            return self.kind.read_json(given)
        if not isinstance(given, list):
            raise MalformedError(f"the field {self.name}", expected="a list", found=type(given).__name__)
        return tuple(map(self.kind.read_json, given))

    def as_json(self, value: Any) -> Any:
        """The value as `read_json` takes it."""
        return [self.kind.as_json(each) for each in value] if self.repeatable else self.kind.as_json(value)

    def settled(self, value: Any, at_hand: CaseAtHand) -> Any:
        """The value as the command takes it."""
        if self.repeatable:
            return tuple(self.kind.settled(each, at_hand) for each in value)
        return self.kind.settled(value, at_hand)
