"""What a kind of value can do, whichever door it comes through.

    text (a command line, a form's input) ─► read_text ─┐
                                                        ├─► value ─► settled, with the case at hand ─► command
    JSON (a request)                      ─► read_json ─┘     └────► as_json, as `json_schema` describes it

- Reading is pure and needs no case: it says whether a value is in form. It raises MalformedError.
- Settling needs the case: the contract that checks a form, the events of which a reference names one.
- What is personal becomes bytes: an event commits to them, and they travel sealed beside the log.

Not handled here: files. A door reads them and hands over what is in them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from tongban.desk.case_at_hand import CaseAtHand
from tongban.domain.errors import MalformedError

V = TypeVar("V")

JsonSchema = Mapping[str, Any]
"""JSON Schema, draft 2020-12."""


class Kind(ABC, Generic[V]):
    """One kind of value. `V` is what reading gives."""

    zh: ClassVar[str]
    en: ClassVar[str]
    personal: ClassVar[bool] = False
    """Whether it travels sealed beside the log, as a value of that name, and never in the event."""

    @property
    @abstractmethod
    def makes(self) -> Any:
        """The type that the command's own field has; `bytes` for what is personal."""

    @property
    @abstractmethod
    def json_schema(self) -> JsonSchema:
        """What `read_json` takes, as JSON Schema."""

    @abstractmethod
    def read_text(self, text: str) -> V:
        """The value of a text. Raises MalformedError."""

    @abstractmethod
    def read_json(self, value: object) -> V:
        """The value of what JSON holds. Raises MalformedError."""

    @abstractmethod
    def as_json(self, value: V) -> Any:
        """The value as `read_json` takes it."""

    def settled(self, value: V, at_hand: CaseAtHand) -> Any:
        """The value as the command takes it, of type `makes`; the value itself, unless the case decides."""
        del at_hand
        return value


def text_of(value: object, what: str) -> str:
    """A JSON value that must be a text. Raises MalformedError."""
    if not isinstance(value, str):
        raise MalformedError(what, expected="a text", found=type(value).__name__)
    return value


def filled_text_of(value: object, what: str) -> str:
    """A JSON value that must be a text of at least one character. Raises MalformedError."""
    text = text_of(value, what)
    if not text:
        raise MalformedError(what, expected="a text", found="an empty one")
    return text


def object_of(value: object, what: str, names: frozenset[str]) -> Mapping[str, object]:
    """A JSON value that must be an object without other names than these. Raises MalformedError."""
    if not isinstance(value, dict):
        raise MalformedError(what, expected="an object", found=type(value).__name__)
    if unknown := sorted(map(str, value.keys() - names)):
        raise MalformedError(what, expected=", ".join(sorted(names)), found=", ".join(unknown))
    return value
