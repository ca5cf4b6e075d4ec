"""The rules of a mapping and the form's schema put together, once and before the first record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tongban.contracts.forms.types import field_type
from tongban.contracts.forms.values import RecordSchema
from tongban.contracts.mapping.expressions import Expression, compile_expression
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, MappingFile
from tongban.contracts.mapping.scalars import GONE, Gone, ScalarReader, pattern_test, plain_text

Record = Mapping[str, Any]
"""A record of an old system, or a part of one that has named values."""


@dataclass(frozen=True, slots=True)
class RecordPath:
    """A path of names: `申请人/姓名`."""

    text: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The path written with slashes."""
        return cls(text, tuple(text.split("/")))

    def value(self, record: Any) -> Any:
        """What a record has there, or GONE. A list where none was expected is left to the reader."""
        for part in self.parts:
            if not isinstance(record, Mapping) or part not in record:
                return GONE
            record = record[part]
        return record


@dataclass(frozen=True, slots=True)
class PreparedField:
    """One field of the form, ready to be read. `origin`: None where the rule gives a constant or nothing."""

    name: str
    rule: FieldRule
    is_list: bool
    nullable: bool
    has_default: bool
    personal: bool
    nothing: frozenset[str]
    origin: RecordPath | Expression | None
    scalar: ScalarReader | None
    fields: "tuple[PreparedField, ...]"

    @property
    def source(self) -> str:
        """Where it is read, as a finding names it."""
        return self.origin.text if self.origin else ""

    def raw(self, record: Record) -> Any:
        """What a record holds for it, as it was written. Raises ExpressionError."""
        return self.origin.value(record) if self.origin else GONE

    def is_nothing(self, raw: object) -> bool:
        """Whether a raw value means none: an empty XML element may still have attributes, as `xsi:nil`."""
        if raw is None or isinstance(raw, Gone) or (isinstance(raw, list) and not raw):
            return True
        if isinstance(raw, Mapping):
            return self.scalar is not None and all(name.startswith("@") for name in raw)
        text = GONE if isinstance(raw, list) else plain_text(raw)
        return isinstance(text, str) and (not text or text in self.nothing)


def prepared_fields(mapping: MappingFile, schema: RecordSchema) -> tuple[PreparedField, ...]:
    """The fields of the form, ready to be read. The mapping was held against the schema before (`form_check`)."""
    return _Preparation(mapping, schema).fields(mapping.fields, schema.avro)


class _Preparation:
    """Puts rules and schema together once, before the first record."""

    def __init__(self, mapping: MappingFile, schema: RecordSchema) -> None:
        self._mapping = mapping
        self._named = schema.named
        self._nothing = frozenset(mapping.nothing)

    def fields(
        self, rules: Mapping[str, FieldRule], record: Mapping[str, Any], personal: bool = False
    ) -> tuple[PreparedField, ...]:
        return tuple(
            self._field(rules[each["name"]], each, personal or bool(each.get("personal"))) for each in record["fields"]
        )

    def _field(self, rule: FieldRule, field: Mapping[str, Any], personal: bool) -> PreparedField:
        kind, definition, nullable = field_type(field["type"], self._named)
        is_list = kind == "array"
        if is_list:
            kind, definition, _ = field_type(definition["items"], self._named)
        codes: CodeTable | None = self._mapping.codes[rule.codes] if rule.codes else None
        matches = pattern_test(rule.pattern) if rule.pattern else None
        return PreparedField(
            name=field["name"],
            rule=rule,
            is_list=is_list,
            nullable=nullable,
            has_default="default" in field,
            personal=personal,
            nothing=self._nothing,
            origin=_origin(rule),
            scalar=None if kind == "record" else ScalarReader(kind, rule, codes, matches),
            fields=self.fields(rule.fields, definition, personal) if rule.fields is not None else (),
        )


def _origin(rule: FieldRule) -> RecordPath | Expression | None:
    if rule.from_:
        return RecordPath.of(rule.from_)
    return compile_expression(rule.expression) if rule.expression else None
