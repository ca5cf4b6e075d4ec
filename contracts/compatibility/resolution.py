"""Whether a reader's schema can take every value that a writer's schema can write: all that it cannot, with its place.

| reader            | takes from the writer                                                                          |
|-------------------|------------------------------------------------------------------------------------------------|
| primitive         | the same; int as long, float, double; long as float, double; float as double; string as bytes and back |
| array, map        | the same kind, if the items can be taken                                                       |
| record            | a record of the same unqualified name, or named by an alias; each field by name or alias, else its default |
| enum              | an enum so named whose symbols it knows, or any if it has a default symbol                    |
| fixed             | a fixed so named, of the same size                                                             |
| union             | whatever one of its branches can take                                                          |
| any               | a union, if it can take each branch                                                            |

A default symbol that is none of its enum's symbols is refused: the reader would stop when it needs it.

`strict` adds what would be read as something else without any error: a logical type of the specification in the place of
another (a date is no time of day, milliseconds are no microseconds) or of none. Avro's own implementations let it pass,
also between decimals of another scale, of which the specification says that they do not match.

Source: Avro 1.12 specification, "Schema Resolution". Verdicts of other implementations: `tests/contracts/compatibility/data`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tongban.contracts.compatibility.types import NAMED, AvroField, AvroType, logical_name

PROMOTIONS = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
"""What else a reader may take a written primitive as."""


class Clash(StrEnum):
    """In what way a reader fails on a writer's values."""

    TYPE = "type"
    NAME = "name"
    LOGICAL_TYPE = "logical_type"
    NO_DEFAULT = "no_default"
    BRANCH = "branch"
    SYMBOLS = "symbols"
    DEFAULT_SYMBOL = "default_symbol"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One reason why a reader cannot take all that a writer writes. `path` by the reader's names: `products[].name`."""

    clash: Clash
    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path or 'the whole'}: expected {self.expected}; found {self.found}"


def incompatibilities(reader: AvroType, writer: AvroType, *, strict: bool = False) -> tuple[Incompatibility, ...]:
    """Every reason why `reader` cannot read all that `writer` writes; none if it can."""
    return tuple(_Resolution(strict).of(reader, writer, ""))


class _Resolution:
    """One walk through a pair. A pair that is met again inside itself adds nothing: recursive types end."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._open: set[tuple[int, int]] = set()

    def of(self, reader: AvroType, writer: AvroType, path: str) -> Iterator[Incompatibility]:
        pair = (id(reader), id(writer))
        if pair in self._open:
            return
        self._open.add(pair)
        if writer.kind == "union":
            for branch in writer.branches:
                yield from self.of(reader, branch, path)
        elif reader.kind == "union":
            yield from self._in_union(reader, writer, path)
        else:
            yield from self._of_kind(reader, writer, path)
        self._open.discard(pair)

    def _in_union(self, reader: AvroType, writer: AvroType, path: str) -> Iterator[Incompatibility]:
        tried = [tuple(self.of(branch, writer, path)) for branch in reader.branches]
        if () in tried:
            return
        alike = [found for branch, found in zip(reader.branches, tried, strict=True) if _matches(branch, writer)]
        if alike:
            yield from alike[0]  # what is wrong inside says more than that no branch fits
        else:
            yield Incompatibility(Clash.BRANCH, path, str(reader), str(writer))

    def _of_kind(self, reader: AvroType, writer: AvroType, path: str) -> Iterator[Incompatibility]:
        if _kind(reader) != _kind(writer) and reader.kind not in PROMOTIONS.get(writer.kind, ()):
            yield Incompatibility(Clash.TYPE, path, str(reader), str(writer))
            return
        if self._strict and reader.logical != writer.logical:
            yield Incompatibility(Clash.LOGICAL_TYPE, path, logical_name(reader.logical), logical_name(writer.logical))
        if reader.kind in NAMED and not _same_name(reader, writer):
            yield Incompatibility(Clash.NAME, path, " or ".join((reader.name, *reader.aliases)), writer.name)
        match _kind(reader):
            case "array" | "map":
                assert reader.items is not None and writer.items is not None, "both are collections"
                yield from self.of(reader.items, writer.items, f"{path}[]")
            case "record":
                for field in reader.fields:
                    yield from self._of_field(field, writer, f"{path}.{field.name}".lstrip("."))
            case "enum":
                yield from _of_enum(reader, writer, path)
            case "fixed" if reader.size != writer.size:
                yield Incompatibility(Clash.SIZE, path, f"{reader.size} bytes", f"{writer.size} bytes")

    def _of_field(self, field: AvroField, writer: AvroType, path: str) -> Iterator[Incompatibility]:
        written = written_field(field, writer)
        if written is not None:
            yield from self.of(field.type, written.type, path)
        elif field.default is None:
            names = " or ".join((field.name, *field.aliases))
            yield Incompatibility(Clash.NO_DEFAULT, path, f"a field {names}, or a default", "neither")


def written_field(field: AvroField, writer: AvroType) -> AvroField | None:
    """The field of the writer's record that a reader's field takes: of its name, else of its first alias that is there."""
    by_name = {each.name: each for each in writer.fields}
    return next((by_name[name] for name in (field.name, *field.aliases) if name in by_name), None)


def _kind(of: AvroType) -> str:
    return "record" if of.kind == "error" else of.kind


def _same_name(reader: AvroType, writer: AvroType) -> bool:
    return reader.short_name == writer.short_name or writer.name in reader.aliases


def _matches(reader: AvroType, writer: AvroType) -> bool:
    """Whether two types are alike from outside: of one kind, and of one name where they have names."""
    return _kind(reader) == _kind(writer) and (reader.kind not in NAMED or _same_name(reader, writer))


def _of_enum(reader: AvroType, writer: AvroType, path: str) -> Iterator[Incompatibility]:
    if reader.default is not None and reader.default not in reader.symbols:
        yield Incompatibility(Clash.DEFAULT_SYMBOL, path, "a default among its symbols", reader.default)
    unknown = [symbol for symbol in writer.symbols if symbol not in reader.symbols]
    if unknown and reader.default is None:
        yield Incompatibility(Clash.SYMBOLS, path, ", ".join(reader.symbols), ", ".join(unknown))
