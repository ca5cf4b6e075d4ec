"""Reading an event of an older version as the newest one: a plan, made once for each older schema.

The newest schema of a type says how, and nothing else does:

- a field of another name is found by its `aliases`;
- a field that the older version lacks takes its `default`, or, where it says `"upcast": "header.<field>"`, what the header
  of the same event says there (an Avro reader that ignores this attribute uses the default);
- a promoted type (int as long) is the same integer here.

Rules beyond Avro's resolution, so that what was signed stays whole and one encoding stays the only one:

- A newer version drops no field and no symbol: encoding what was read by the older schema gives the same bytes.
- Types are the same but for names, promotion of integers, and null joining a type.

A body of the newest class is written by an older schema where nothing of it is lost: the codec reads back what it wrote and
compares.

Not handled here: which version a writer may use (the federation registry says so).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any, get_type_hints

from tongban.contracts.avro.compiler import ReaderCompiler
from tongban.contracts.avro.python_hints import optional_hint, plain_hint
from tongban.contracts.avro.reader import Reader
from tongban.domain.errors import ContractError
from tongban.domain.header import Header

UPCAST = "upcast"
"""The attribute of a field that names its source in the header."""

Finish = Callable[[Header, Sequence[Any]], Any]
"""From the header and the values of a body, in the order of its class, to the body with what the header says."""


@dataclass(frozen=True, slots=True)
class Upcast:
    """How a body of an older schema is read, and what has to be renamed to write one."""

    reader: Reader
    """Of the body; of its values where there is a `finish`."""
    finish: Finish | None
    older_names: Mapping[str, str]
    """The newest name of a field → its name in the older schema, where they differ."""


def compile_upcast(
    compiler: ReaderCompiler, older: Sequence[Mapping[str, Any]], newest: Sequence[Mapping[str, Any]], body: Any
) -> Upcast:
    """The plan from the fields of an older schema to the class of the newest. Raises ContractError where there is none."""
    hints = get_type_hints(body)
    taken = _taken(older, newest)
    steps = [(taken[each["name"]], _reader(compiler, each["type"], hints[taken[each["name"]]])) for each in older]
    derived: dict[str, str] = {}
    for place, each in enumerate(newest):
        name = each["name"]
        if name in taken.values():
            continue
        if UPCAST in each:
            derived[name] = _header_field(each[UPCAST])
        before = newest[place - 1]["name"] if place else None
        at = next((number for number, (known, _) in enumerate(steps, 1) if known == before), 0)
        steps.insert(at, (name, _constant(_default(each, hints[name]))))
    names = [each["name"] for each in newest]
    renamed = {new: old for old, new in taken.items() if new != old}
    if not derived:
        return Upcast(_in_order(body, steps, names), None, renamed)
    places = [(names.index(name), source) for name, source in derived.items()]
    return Upcast(_in_order(_values, steps, names), _finish(body, places), renamed)


def _taken(older: Sequence[Mapping[str, Any]], newest: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Each field of the older schema → the field of the newest that takes it."""
    written = {each["name"] for each in older}
    taken = {}
    for each in newest:
        names = (each["name"], *each.get("aliases", ()))
        source = next((name for name in names if name in written), None)
        if source is not None:
            taken[source] = each["name"]
        elif "default" not in each:
            raise ContractError("a new field has no default", expected="a default", found=each["name"])
    if lost := written - taken.keys():
        raise ContractError("a newer version drops fields", expected="a field or an alias for each", found=str(lost))
    return taken


def _reader(compiler: ReaderCompiler, avro_type: Any, hint: Any) -> Reader:
    """A type that null joined later is read as what it was."""
    inner = None if isinstance(avro_type, list) else optional_hint(plain_hint(hint))
    return compiler.of_type(avro_type, inner or hint)


def _header_field(source: Any) -> str:
    name = source.removeprefix("header.") if isinstance(source, str) else ""
    if source != f"header.{name}" or name not in get_type_hints(Header):
        raise ContractError("an upcast names no source", expected="header.<field>", found=repr(source))
    return name


def _default(field: Mapping[str, Any], hint: Any) -> Any:
    """A default as the class has it. Contracts know null, numbers, texts, symbols and booleans as defaults."""
    value = field["default"]
    hint = plain_hint(hint)
    hint = plain_hint(optional_hint(hint) or hint)
    if value is None or value == []:
        return None if value is None else ()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if type(value) is hint and hint in (int, str, bool):
        return value
    raise ContractError("a default does not fit its field", expected=str(hint), found=f"{field['name']}: {value!r}")


def _constant(value: Any) -> Reader:
    return lambda _data, at: (value, at)


def _values(*values: Any) -> tuple[Any, ...]:
    return values


def _in_order(make: Callable[..., Any], steps: Sequence[tuple[str, Reader]], names: Sequence[str]) -> Reader:
    """A reader of the steps, one after another, that gives the values in the order of these names."""
    readers = tuple(reader for _, reader in steps)
    places = [[name for name, _ in steps].index(name) for name in names]
    if places == sorted(places):
        return _one_after_another(make, readers)
    pick = itemgetter(*places)
    return _one_after_another(lambda *values: make(*pick(values)), readers)


def _one_after_another(make: Callable[..., Any], readers: tuple[Reader, ...]) -> Reader:
    def read(data: bytes, at: int) -> tuple[Any, int]:
        values = []
        for reader in readers:
            value, at = reader(data, at)
            values.append(value)
        return make(*values), at

    return read


def _finish(body: Any, derived: Sequence[tuple[int, str]]) -> Finish:
    def finish(header: Header, values: Sequence[Any]) -> Any:
        whole = list(values)
        for place, source in derived:
            whole[place] = getattr(header, source)
        return body(*whole)

    return finish
