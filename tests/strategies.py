"""Hypothesis strategies for headers and bodies, built from the dataclasses, so that a new event needs none of its own."""

import types
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from tongban.contracts.avro.reader import MAX_DATE_DAYS, MAX_TIME_MICROS
from tongban.domain.events.catalogue import EVENT_TYPES
from tongban.domain.events.event_type import EventType
from tongban.domain.header import Header

LONG_FIELDS = frozenset({"sequence", "number", "answer_within"})
"""Integers of 64 bits; all others have 32."""

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
uuids = st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number))
hashes = st.binary(min_size=32, max_size=32)


def unwrapped(hint: Any) -> Any:
    """The type behind a NewType."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint


def optional_of(hint: Any) -> Any | None:
    """T of `T | None`, else None."""
    if get_origin(hint) in (types.UnionType, Union):
        (inner,) = (arg for arg in get_args(hint) if arg is not types.NoneType)
        return inner
    return None


def values_of(hint: Any, owner: str = "", name: str = "") -> st.SearchStrategy[Any]:
    """Values of a Python type, as the field `name` of the class `owner` may hold them."""
    hint = unwrapped(hint)
    if (inner := optional_of(hint)) is not None:
        return st.none() | values_of(inner, owner, name)
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0], owner, name), max_size=3).map(tuple)
    if hint is int:
        return integers_of(name)
    if hint is bytes:
        return st.binary(max_size=70) if (owner, name) == ("PublicKey", "key") else hashes
    if is_dataclass(hint):
        return instances_of(hint)
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    return {str: texts, bool: st.booleans(), UUID: uuids}[hint]


def integers_of(name: str) -> st.SearchStrategy[int]:
    """Integers that a field of this name may hold."""
    if name.endswith("_at"):
        return st.integers(0, MAX_TIME_MICROS)
    if name == "accepted_on":
        return st.integers(0, MAX_DATE_DAYS)
    bits = 64 if name in LONG_FIELDS else 32
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)


@cache
def instances_of(cls: type) -> st.SearchStrategy[Any]:
    """Instances of a dataclass."""
    hints = get_type_hints(cls)
    return st.builds(cls, **{each.name: values_of(hints[each.name], cls.__name__, each.name) for each in fields(cls)})


headers = instances_of(Header)
event_types = st.sampled_from(EVENT_TYPES)


def events_of(event_type: EventType) -> st.SearchStrategy[tuple[Header, Any]]:
    """Header and body of an event of this type. They fit their schema, and mean nothing."""
    return st.tuples(headers, instances_of(event_type.body))


events = event_types.flatmap(events_of)
"""Header and body of any event."""
