"""`<region>/<system>.yaml`: how the records of one old system become a form, as people write it.

- Strict: no unknown or doubled keys, no aliases, no guessing of types. A code without quotes is a number: refused.
- Each field of the form has one rule, which says exactly one of `from`, `expression`, `constant`, `absent`.
- A path in `from` is made of names between slashes: `企业名称`, `申请人/姓名`, `@id`. Whatever needs more is an expression.
- `example` is true exactly where the region begins with 99: no region does, so these systems are visibly made up.

Not handled here: whether the rules fit the form (`form_check`), and converting (`converter`).
"""

import json
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic_core import SchemaError

from tongban.contracts.faults import FaultyContractError
from tongban.contracts.mapping.expressions import ExpressionError, compile_expression
from tongban.contracts.mapping.identifiers import IdentifierKind
from tongban.contracts.mapping.source_file import SourceFile, SourcePath
from tongban.contracts.yaml.document import load_yaml
from tongban.contracts.yaml.model import BilingualText, Model, Name, RegionText, Text, as_fault, model_fault

SystemName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
MatterReference = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}/[1-9][0-9]{0,3}$")]
SchemaReference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.v[1-9][0-9]{0,3}$")]
Plain = str | int | bool

EXAMPLE_REGIONS = "99"
_DATE_DIRECTIVES = frozenset("YmdHMS")
"""Directives of strptime that a format may use: those that mean the same on every machine."""


class Unknown(StrEnum):
    """What a code that the table does not have is."""

    ERROR = "error"
    WARNING = "warning"


class Target(Model):
    """What a record becomes: a matter's form (`matter: "000199003000/1"`) or another record (`schema: service_item.v1`)."""

    matter: MatterReference | None = None
    schema_name: SchemaReference | None = Field(None, alias="schema")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.matter is None) == (self.schema_name is None):
            raise model_fault("either matter or schema", "both" if self.matter else "neither")
        return self


class CodeTable(Model):
    """Codes of the old system and what they are in the form. `unused`: symbols that no code gives, on purpose."""

    table: Annotated[dict[str, Plain], Field(min_length=1)]
    unknown: Unknown = Unknown.ERROR
    otherwise: Plain | None = None
    unused: tuple[str, ...] = ()


class NumberFormat(Model):
    """How a number is written, and what it is multiplied by: 元 to 分 is `scale: 100`."""

    decimal_sign: Literal[".", ","] = "."
    group_sign: Literal["", ",", ".", " ", "'"] = ""
    scale: Annotated[int, Field(ge=1, le=10**9)] = 1

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.decimal_sign == self.group_sign:
            raise model_fault("two different signs", f"{self.decimal_sign!r} twice")
        return self


class FieldRule(Model):
    """Where one field of the form comes from, and how it is read."""

    from_: SourcePath | None = Field(None, alias="from")
    expression: Text | None = None
    constant: Plain | None = None
    absent: Text | None = None
    default: Plain | None = None
    codes: Name | None = None
    date: tuple[str, ...] | None = None
    number: NumberFormat | None = None
    identifier: Annotated[tuple[IdentifierKind, ...], Field(min_length=1)] | None = None
    pattern: Text | None = None
    pattern_says: Text | None = None
    mismatch: Literal["error", "absent"] = "error"
    fields: dict[Name, "FieldRule"] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in ("from", "expression", "constant", "absent") if self.of(name) is not None]
        if len(given) != 1:
            raise model_fault("exactly one of from, expression, constant, absent", " and ".join(given) or "none")
        if given[0] in ("constant", "absent"):
            more = sorted(self.model_fields_set - {given[0]})
            if more:
                raise model_fault(f"nothing beside {given[0]}", ", ".join(more))
        return self

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.expression is not None:
            try:
                compile_expression(self.expression)
            except ExpressionError as err:
                raise model_fault("a JMESPath expression", str(err)) from err
        for each in self.date or ():
            _check_date_format(each)
        if self.date == ():
            raise model_fault("at least one date format", "none")
        if (self.pattern is None) != (self.pattern_says is None):
            raise model_fault("pattern and pattern_says, its meaning in words, together", "one of them")
        if self.pattern is not None:
            _check_pattern(self.pattern)
        if self.mismatch == "absent" and self.pattern is None:
            raise model_fault("mismatch only beside a pattern", "no pattern")
        return self

    def of(self, name: str) -> Plain | None:
        """What the rule says under `from`, `expression`, `constant` or `absent`."""
        found: Plain | None = getattr(self, "from_" if name == "from" else name)
        return found


class MappingFile(Model):
    """The whole file."""

    format: Literal[1]
    region: RegionText
    system: SystemName
    example: bool
    name: BilingualText
    target: Target
    file: SourceFile
    record_id: SourcePath | None = None
    nothing: tuple[str, ...] = ()
    codes: dict[Name, CodeTable] = Field(default_factory=dict)
    fields: Annotated[dict[Name, FieldRule], Field(min_length=1)]

    @model_validator(mode="after")
    def _example_is_marked(self) -> Self:
        if self.region.startswith(EXAMPLE_REGIONS) != self.example:
            raise model_fault(
                "example true exactly where the region begins with 99", f"{self.example} for {self.region}"
            )
        return self

    @property
    def place(self) -> str:
        """What the mapping is called: `999999/licence-window`."""
        return f"{self.region}/{self.system}"


def parse_mapping_file(file: str, text: str) -> MappingFile:
    """Read a mapping; `file` is how messages call it. Raises `FaultyContractError` with every fault."""
    document = json.dumps(load_yaml(file, text))
    try:
        return MappingFile.model_validate_json(document)
    except ValidationError as err:
        raise FaultyContractError(as_fault(file, each) for each in err.errors()) from err


def _check_date_format(text: str) -> None:
    directives = {text[place + 1 : place + 2] for place, char in enumerate(text) if char == "%"}
    if not {"Y", "m", "d"} <= directives <= _DATE_DIRECTIVES:
        raise model_fault("a date format with %Y, %m and %d, and else only %H, %M, %S", repr(text))


def _check_pattern(text: str) -> None:
    try:
        TypeAdapter(Annotated[str, StringConstraints(pattern=text)])
    except SchemaError as err:
        raise model_fault("a regular expression (without look-around and back-references)", repr(text)) from err
