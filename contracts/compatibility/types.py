"""Avro schemas as a graph of types, with each name resolved: what `resolution` walks over.

- A name without a dot belongs to the namespace around it; an alias without a dot to the namespace of its own type.
- A type that names itself is a cycle in the graph, so types compare by identity.
- Every Avro schema is taken, also what contracts refuse (maps, floats, wide unions), for the gate serves other tools too.

Source: Avro 1.12 specification, "Names" and "Aliases".

Not handled here: whether a schema is allowed in a contract (`avro.walk`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.contracts.faults import Fault, FaultyContractError, kind_of, shown

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "error", "enum", "fixed"})

_LOGICAL_ATTRIBUTES = {"decimal": ("precision", "scale")}
_LOGICAL_TYPES = frozenset(
    {
        *("decimal", "uuid", "date", "time-millis", "time-micros", "duration"),
        *(f"{kind}-{unit}" for kind in ("timestamp", "local-timestamp") for unit in ("millis", "micros", "nanos")),
    }
)
"""Those of the specification. Any other is no type but a note, which readers ignore."""


@dataclass(eq=False, slots=True)
class AvroType:
    """One type. Which of the fields below `kind` are filled depends on the kind."""

    kind: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    logical: tuple[Any, ...] | None = None
    branches: tuple["AvroType", ...] = ()
    items: "AvroType | None" = None
    fields: tuple["AvroField", ...] = ()
    symbols: tuple[str, ...] = ()
    default: str | None = None
    """Of an enum: the symbol that is read for those it does not know."""
    size: int = 0

    @property
    def short_name(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition(".")[2]

    def __str__(self) -> str:
        match self.kind:
            case "union":
                return " or ".join(map(str, self.branches)) or "an empty union"
            case "array" | "map":
                return f"{self.kind} of {self.items.name or self.items.kind if self.items else 'nothing'}"
            case "fixed":
                text = f"fixed {self.name} of {self.size} bytes"
            case "record" | "error" | "enum":
                text = f"{self.kind} {self.name}"
            case _:
                text = self.kind
        return f"{text} ({logical_name(self.logical)})" if self.logical else text


@dataclass(frozen=True, slots=True)
class AvroField:
    """A field of a record. `default`: in a tuple, so that null as default is not the lack of one."""

    name: str
    aliases: tuple[str, ...]
    type: AvroType
    default: tuple[Any] | None = field(compare=False)
    upcast: str | None = None
    """Tongban's own attribute: from where an older event takes the value (`tongban.contracts.wire.upcast`)."""


def logical_name(logical: tuple[Any, ...] | None) -> str:
    """A logical type in words: `decimal 4, 2`."""
    return " ".join([logical[0], ", ".join(map(str, logical[1:]))]).strip() if logical else "no logical type"


def parse_type(document: Any) -> AvroType:
    """The type that a schema's JSON defines. Raises FaultyContractError where it is no schema."""
    return _Parser().of(document, "", "")


class _Parser:
    """One walk through a schema; it remembers the names that the walk has passed."""

    def __init__(self) -> None:
        self._named: dict[str, AvroType] = {}

    def of(self, schema: Any, namespace: str, path: str) -> AvroType:
        match schema:
            case str() if schema in PRIMITIVES:
                return AvroType(schema)
            case str():
                return self._reference(schema, namespace, path)
            case list():
                return AvroType("union", branches=tuple(self.of(each, namespace, path) for each in schema))
            case {"type": "array" | "map" as kind}:
                inner = schema.get("items" if kind == "array" else "values")
                return AvroType(kind, items=self.of(inner, namespace, f"{path}[]"))
            case {"type": str(kind), "name": str()} if kind in NAMED:
                return self._definition(kind, schema, namespace, path)
            case {"type": str(kind)} if kind in PRIMITIVES:
                return AvroType(kind, logical=_logical(schema))
            case {"type": inner}:
                return self.of(inner, namespace, path)
            case _:
                raise _no_type(path, shown(schema))

    def _reference(self, name: str, namespace: str, path: str) -> AvroType:
        found = self._named.get(_full(name, namespace)) or self._named.get(name)
        if found is None:
            raise _no_type(path, f"the name {name!r}, which nothing before it defines")
        return found

    def _definition(self, kind: str, schema: Mapping[str, Any], namespace: str, path: str) -> AvroType:
        name = _full(schema["name"], schema.get("namespace", namespace))
        namespace = name.rpartition(".")[0]
        aliases = tuple(_full(alias, namespace) for alias in _texts(schema, "aliases", path))
        made = AvroType(kind, name, aliases, _logical(schema))
        self._named[name] = made
        if kind == "enum":
            made.symbols, made.default = _texts(schema, "symbols", path), schema.get("default")
        elif kind == "fixed":
            made.size = schema["size"] if type(schema.get("size")) is int else 0
        else:
            members = schema.get("fields")
            if not isinstance(members, list):
                raise _no_type(path, kind_of(members))
            made.fields = tuple(self._field(each, namespace, path) for each in members)
        return made

    def _field(self, member: Any, namespace: str, path: str) -> AvroField:
        if not isinstance(member, dict) or not isinstance(member.get("name"), str):
            raise _no_type(path, shown(member))
        place = f"{path}.{member['name']}".lstrip(".")
        default = (member["default"],) if "default" in member else None
        inner = self.of(member.get("type"), namespace, place)
        upcast = member.get("upcast")
        return AvroField(member["name"], _texts(member, "aliases", place), inner, default, upcast)


def _texts(schema: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
    values = schema.get(key, [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise _no_type(f"{path}.{key}".lstrip("."), kind_of(values))
    return tuple(values)


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _logical(schema: Mapping[str, Any]) -> tuple[Any, ...] | None:
    name = schema.get("logicalType")
    if not isinstance(name, str) or name not in _LOGICAL_TYPES:
        return None
    return (name, *(schema.get(key, 0) for key in _LOGICAL_ATTRIBUTES.get(name, ())))


def _no_type(path: str, found: str) -> FaultyContractError:
    return FaultyContractError([Fault("schema", path, "a type", found)])
