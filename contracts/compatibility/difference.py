"""What changed between two versions of a schema, in plain words: `answer_within: renamed from answer_within_workdays`.

Not handled here: whom a change breaks (`tongban.contracts.releases.difference`), and changes of titles and documentation.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tongban.contracts.compatibility.resolution import written_field
from tongban.contracts.compatibility.types import AvroField, AvroType, logical_name


@dataclass(frozen=True, slots=True)
class Change:
    """One change, at a path by the newer version's names."""

    path: str
    words: str
    drops: bool = False
    """Whether something is gone that was there."""

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


def changes(new: AvroType, old: AvroType) -> tuple[Change, ...]:
    """Every change from `old` to `new` that a reader may notice."""
    return tuple(_Comparison().of(new, old, ""))


class _Comparison:
    """One walk through both versions; a pair that is met again inside itself ends."""

    def __init__(self) -> None:
        self._open: set[tuple[int, int]] = set()

    def of(self, new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
        if (id(new), id(old)) in self._open:
            return
        self._open.add((id(new), id(old)))
        yield from self._of_pair(new, old, path)

    def _of_pair(self, new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
        new_inner, old_inner = _optional(new), _optional(old)
        if new_inner and old_inner:
            yield from self.of(new_inner, old_inner, path)
        elif new_inner or old_inner:
            yield Change(path, "may be empty now" if new_inner else "may be empty no longer")
            yield from self.of(new_inner or new, old_inner or old, path)
        elif new.kind != old.kind:
            yield Change(path, f"type changed from {old} to {new}")
        else:
            yield from self._of_kind(new, old, path)

    def _of_kind(self, new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
        if new.name != old.name:
            yield Change(path, f"type renamed from {old.name} to {new.name}")
        if new.logical != old.logical:
            yield Change(path, f"meaning changed from {logical_name(old.logical)} to {logical_name(new.logical)}")
        match new.kind:
            case "union":
                yield from _of_union(new, old, path)
            case "array" | "map":
                assert new.items is not None and old.items is not None, "both are collections"
                yield from self.of(new.items, old.items, f"{path}[]")
            case "record" | "error":
                yield from self._of_fields(new, old, path)
            case "enum":
                yield from _of_enum(new, old, path)
            case "fixed" if new.size != old.size:
                yield Change(path, f"size changed from {old.size} to {new.size} bytes")

    def _of_fields(self, new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
        taken = set()
        for field in new.fields:
            place = f"{path}.{field.name}".lstrip(".")
            written = written_field(field, old)
            if written is None:
                yield Change(place, f"new, {_default(field)}")
                continue
            taken.add(written.name)
            if written.name != field.name:
                yield Change(place, f"renamed from {written.name}, which is still read")
            elif written.default != field.default:
                yield Change(place, f"in its absence: {_default(field)}, not {_default(written)}")
            yield from self.of(field.type, written.type, place)
        for field in old.fields:
            if field.name not in taken:
                yield Change(f"{path}.{field.name}".lstrip("."), "dropped", drops=True)


def _default(field: AvroField) -> str:
    if field.upcast is not None:
        return f"taken from {field.upcast} in older events"
    if field.default is None:
        return "without a default"
    (value,) = field.default
    return "empty by default" if value is None else f"{json.dumps(value, ensure_ascii=False)} by default"


def _optional(avro: AvroType) -> AvroType | None:
    """T of a union of null and T."""
    if avro.kind != "union":
        return None
    others = [branch for branch in avro.branches if branch.kind != "null"]
    return others[0] if len(others) == 1 and len(avro.branches) == 2 else None


def _of_union(new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
    if str(new) != str(old):
        yield Change(path, f"type changed from {old} to {new}")


def _of_enum(new: AvroType, old: AvroType, path: str) -> Iterator[Change]:
    added = [symbol for symbol in new.symbols if symbol not in old.symbols]
    dropped = [symbol for symbol in old.symbols if symbol not in new.symbols]
    if added:
        yield Change(path, f"new choices: {', '.join(added)}")
    if dropped:
        yield Change(path, f"dropped choices: {', '.join(dropped)}", drops=True)
    if new.default != old.default:
        yield Change(path, f"unknown choices are read as {new.default or 'nothing: they are refused'}")
