"""From one record of an old system to values of a form, with everything that was found on the way.

- Every field is tried, whatever was wrong with the ones before it: the owner gets the whole list at once.
- `convert` never raises for what a record holds.
- Values are given back only if the form's own schema takes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tongban.contracts.faults import FaultyContractError, kind_of
from tongban.contracts.forms.types import field_type
from tongban.contracts.forms.values import RecordSchema, below
from tongban.contracts.mapping.expressions import Expression, ExpressionError, compile_expression
from tongban.contracts.mapping.findings import Finding, Severity, excerpt
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, MappingFile
from tongban.contracts.mapping.scalars import GONE, Gone, ScalarReader, Tell, pattern_test, plain_text

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a record: values for the form, or None where an error kept it from becoming one."""

    values: dict[str, Any] | None
    findings: tuple[Finding, ...]


class Converter:
    """Converts records by one mapping, which was held against the schema before (`form_check`)."""

    def __init__(self, mapping: MappingFile, schema: RecordSchema) -> None:
        self._schema = schema
        self._id_path = _Path.of(mapping.record_id) if mapping.record_id else None
        compiler = _Compiler(mapping, schema)
        self._fields = compiler.fields(mapping.fields, schema.avro)

    def record_id(self, record: Record) -> str:
        """What the old system calls the record; "" where it does not say."""
        found = self._id_path.of_record(record) if self._id_path else GONE
        text = plain_text(found)
        return "" if isinstance(text, Gone) else excerpt(text)

    def convert(self, record: Record) -> Converted:
        """Convert a record. Never raises for what it holds."""
        findings: list[Finding] = []
        values = _record_values(self._fields, record, "", findings)
        if not any(each.is_error for each in findings):
            try:
                self._schema.encode(values)
            except FaultyContractError as err:
                findings += (Finding("form", fault.expected, fault.found, field=fault.path) for fault in err.faults)
        failed = any(each.is_error for each in findings)
        return Converted(None if failed else values, tuple(findings))


@dataclass(frozen=True, slots=True)
class _Path:
    """A path of names: `申请人/姓名`."""

    text: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(text, tuple(text.split("/")))

    def of_record(self, record: Any) -> Any:
        """What stands there; GONE for nothing, a list where one was not expected is left to the reader."""
        for part in self.parts:
            if not isinstance(record, Mapping) or part not in record:
                return GONE
            record = record[part]
        return record


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the form, ready to be read."""

    name: str
    rule: FieldRule
    is_list: bool
    nullable: bool
    has_default: bool
    personal: bool
    nothing: frozenset[str]
    path: _Path | None
    expression: Expression | None
    scalar: ScalarReader | None
    fields: "tuple[_Field, ...]"

    @property
    def source(self) -> str:
        """Where it is read, as a finding tells it."""
        return self.path.text if self.path else self.rule.expression or ""

    def is_nothing(self, raw: object) -> bool:
        """Whether a raw value stands for none: an empty XML element may still have attributes, as `xsi:nil`."""
        if raw is None or isinstance(raw, Gone) or (isinstance(raw, list) and not raw):
            return True
        if isinstance(raw, Mapping):
            return self.scalar is not None and all(name.startswith("@") for name in raw)
        text = GONE if isinstance(raw, list) else plain_text(raw)
        return isinstance(text, str) and (not text or text in self.nothing)


class _Compiler:
    """Puts rules and schema together once, before the first record."""

    def __init__(self, mapping: MappingFile, schema: RecordSchema) -> None:
        self._mapping = mapping
        self._named = schema.named
        self._nothing = frozenset(mapping.nothing)

    def fields(self, rules: Mapping[str, FieldRule], record: Record, personal: bool = False) -> tuple[_Field, ...]:
        return tuple(
            self._field(rules[each["name"]], each, personal or bool(each.get("personal"))) for each in record["fields"]
        )

    def _field(self, rule: FieldRule, field: Record, personal: bool) -> _Field:
        kind, schema, nullable = field_type(field["type"], self._named)
        is_list = kind == "array"
        if is_list:
            kind, schema, _ = field_type(schema["items"], self._named)
        codes: CodeTable | None = self._mapping.codes[rule.codes] if rule.codes else None
        matches = pattern_test(rule.pattern) if rule.pattern else None
        return _Field(
            name=field["name"],
            rule=rule,
            is_list=is_list,
            nullable=nullable,
            has_default="default" in field,
            personal=personal,
            nothing=self._nothing,
            path=_Path.of(rule.from_) if rule.from_ else None,
            expression=compile_expression(rule.expression) if rule.expression else None,
            scalar=None if kind == "record" else ScalarReader(kind, schema, rule, codes, matches),
            fields=self.fields(rule.fields, schema, personal) if rule.fields is not None else (),
        )


def _record_values(fields: tuple[_Field, ...], record: Record, path: str, findings: list[Finding]) -> dict[str, Any]:
    values = {}
    for field in fields:
        value = _field_value(field, record, below(path, field.name), findings)
        if not isinstance(value, Gone):
            values[field.name] = value
        elif field.nullable and not field.has_default:
            values[field.name] = None
    return values


def _field_value(field: _Field, record: Record, path: str, findings: list[Finding]) -> Any:
    rule = field.rule
    if rule.constant is not None:
        return rule.constant
    if rule.absent is not None:
        return GONE
    try:
        raw = field.path.of_record(record) if field.path else field.expression.value(record)  # type: ignore[union-attr]
    except ExpressionError as err:
        findings.append(_finding(field, path, "expression", "表达式的值 a value for the expression", str(err)))
        return GONE
    if field.is_nothing(raw):
        return _without_value(field, path, findings)
    if field.is_list:
        items = raw if isinstance(raw, list) else [raw]
        read = [_item(field, each, below(path, str(number)), findings) for number, each in enumerate(items)]
        return [each for each in read if not isinstance(each, Gone)]
    return _item(field, raw, path, findings)


def _without_value(field: _Field, path: str, findings: list[Finding]) -> Any:
    if field.rule.default is not None:
        return field.rule.default
    if not field.nullable and not field.has_default:
        findings.append(_finding(field, path, "missing", "有值 a value", "无 nothing"))
    return GONE


def _item(field: _Field, raw: Any, path: str, findings: list[Finding]) -> Any:
    if field.scalar is None:
        if isinstance(raw, Mapping):
            return _record_values(field.fields, raw, path, findings)
        findings.append(_finding(field, path, "kind", "一组命名的值 a record with named values", kind_of(raw)))
        return GONE
    if field.is_list and field.is_nothing(raw):
        findings.append(_finding(field, path, "missing", "有值 a value", "无 nothing"))
        return GONE
    return field.scalar.read(raw, _teller(field, path, raw, findings))


def _teller(field: _Field, path: str, raw: object, findings: list[Finding]) -> Tell:
    def tell(code: str, expected: str, found: str, severity: Severity) -> None:
        findings.append(_finding(field, path, code, expected, found, excerpt(raw), severity))

    return tell


def _finding(
    field: _Field, path: str, code: str, expected: str, found: str, value: str = "", severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(code, expected, found, value, path, field.source, severity, field.personal)
