"""From one record of an old system to values of a form, with everything that was found on the way.

- Every field is tried, whatever was wrong with the ones before it: the owner gets the whole list at once.
- `convert` never raises for what a record holds.
- Values are given back only if the form's own schema takes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.contracts.faults import FaultyContractError, kind_of
from tongban.contracts.forms.values import RecordSchema, below
from tongban.contracts.mapping.expressions import ExpressionError
from tongban.contracts.mapping.findings import Finding, Flaw, excerpt
from tongban.contracts.mapping.mapping_file import MappingFile
from tongban.contracts.mapping.prepared import PreparedField, RecordPath, prepared_fields
from tongban.contracts.mapping.scalars import GONE, Gone, plain_text

Record = Mapping[str, Any]

_MISSING = Flaw("missing", "有值 a value", "无 nothing")


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a record: values for the form, or None where an error kept it from becoming one."""

    values: dict[str, Any] | None
    findings: tuple[Finding, ...]


class Converter:
    """Converts records by one mapping, which was held against the schema before (`form_check`)."""

    def __init__(self, mapping: MappingFile, schema: RecordSchema) -> None:
        self._schema = schema
        self._id_path = RecordPath.of(mapping.record_id) if mapping.record_id else None
        self._fields = prepared_fields(mapping, schema)

    def record_id(self, record: Record) -> str:
        """What the old system calls the record; "" where it does not say."""
        found = self._id_path.value(record) if self._id_path else GONE
        text = plain_text(found)
        return "" if isinstance(text, Gone) else excerpt(text)

    def convert(self, record: Record) -> Converted:
        """Convert a record. Never raises for what it holds."""
        conversion = _Conversion()
        values = conversion.values(self._fields, record)
        if not conversion.failed:
            try:
                self._schema.encode(values)
            except FaultyContractError as err:
                conversion.findings += (
                    Finding("form", fault.expected, fault.found, field=fault.path) for fault in err.faults
                )
        return Converted(None if conversion.failed else values, tuple(conversion.findings))


class _Conversion:
    """The conversion of one record, which gathers what it finds. Paths lead through the form: `products.0.name`."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return any(each.is_error for each in self.findings)

    def values(self, fields: tuple[PreparedField, ...], record: Record, path: str = "") -> dict[str, Any]:
        """The values of these fields; of a field without one, null or nothing."""
        values = {}
        for field in fields:
            value = self._value(field, record, below(path, field.name))
            if not isinstance(value, Gone):
                values[field.name] = value
            elif field.nullable and not field.has_default:
                values[field.name] = None
        return values

    def _value(self, field: PreparedField, record: Record, path: str) -> Any:
        rule = field.rule
        if rule.constant is not None:
            return rule.constant
        if rule.absent is not None:
            return GONE
        try:
            raw = field.raw(record)
        except ExpressionError as err:
            self._add(field, path, Flaw("expression", "表达式的值 a value for the expression", str(err)))
            return GONE
        if field.is_nothing(raw):
            return self._without_value(field, path)
        if field.is_list:
            items = raw if isinstance(raw, list) else [raw]
            read = [self._item(field, each, below(path, str(number))) for number, each in enumerate(items)]
            return [each for each in read if not isinstance(each, Gone)]
        return self._item(field, raw, path)

    def _without_value(self, field: PreparedField, path: str) -> Any:
        if field.rule.default is not None:
            return field.rule.default
        if not field.nullable and not field.has_default:
            self._add(field, path, _MISSING)
        return GONE

    def _item(self, field: PreparedField, raw: Any, path: str) -> Any:
        if field.scalar is None:
            if isinstance(raw, Mapping):
                return self.values(field.fields, raw, path)
            self._add(field, path, Flaw("kind", "一组命名的值 a record with named values", kind_of(raw)))
            return GONE
        if field.is_list and field.is_nothing(raw):
            self._add(field, path, _MISSING)
            return GONE
        value, flaws = field.scalar.read(raw)
        for flaw in flaws:
            self._add(field, path, flaw, excerpt(raw))
        return value

    def _add(self, field: PreparedField, path: str, flaw: Flaw, value: str = "") -> None:
        code, expected, found, severity = flaw
        self.findings.append(Finding(code, expected, found, value, path, field.source, severity, field.personal))
