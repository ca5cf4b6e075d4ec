"""One value of an old system, read as what a field of the form holds: text, date, number, code or identifier.

- A value that cannot be read as asked is told and given up, never guessed at and never raised.
- Blanks around a text fall away (ideographic ones too), and digits of full width are read as usual ones.

Not handled here: where a value stands, lists and records, and values that are not there (`converter`).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import StringConstraints, TypeAdapter, ValidationError

from tongban.contracts.faults import kind_of
from tongban.contracts.mapping.findings import Severity
from tongban.contracts.mapping.identifiers import check_identifier
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, NumberFormat, Unknown

Tell = Callable[[str, str, str, Severity], None]
"""Takes the code of a finding, what was expected, what was found, and how grave it is."""


class Gone:
    """What stands for a value that is not there, or could not be read."""


GONE: Final = Gone()

NUMBER_CHARACTERS = 40
"""The longest number that is read: 64 bits take 19 digits."""
_DAMAGED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_DIGITS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BITS = {"int": 32, "long": 64}
TEXT_KEY = "#text"
"""Under which the text of an XML element stands that has attributes or elements too."""


def plain_text(raw: object) -> str | Gone:
    """A single value as text without blanks around it; GONE for lists, records and numbers out of all bounds."""
    match raw:
        case str():
            return raw.strip()
        case bool():
            return "true" if raw else "false"
        case int():
            return str(raw) if raw.bit_length() <= 4 * NUMBER_CHARACTERS else GONE
        case Decimal():
            return format(raw, "f") if raw.is_finite() and abs(raw.adjusted()) < NUMBER_CHARACTERS else GONE
        case {"#text": str(text)}:
            return text.strip()
        case _:
            return GONE


def pattern_test(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches, by pydantic's regular expressions, which take linear time. Raises for a bad pattern."""
    adapter = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])

    def test(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return test


@dataclass(frozen=True, slots=True)
class ScalarReader:
    """Reads values for one field: its type, and what the mapping says of it."""

    kind: str
    schema: Any
    rule: FieldRule
    codes: CodeTable | None
    matches: Callable[[str], bool] | None

    def read(self, raw: object, tell: Tell) -> Any:
        """The value for the form, or GONE with an error told."""
        text = plain_text(raw)
        if isinstance(text, Gone):
            tell("kind", "单个值 one value", _kind_found(raw), Severity.ERROR)
            return GONE
        if _DAMAGED.search(text):
            tell(
                "damaged_text",
                "可显示的字符 characters that can be shown",
                "替换符或控制符 replaced or control characters",
                Severity.ERROR,
            )
            return GONE
        if self.codes is not None:
            return _coded(text, self.codes, tell)
        match self.kind:
            case "date":
                return _date(text, self.rule.date or (), tell)
            case "int" | "long":
                return _integer(text, self.rule.number or NumberFormat(), _BITS[self.kind], tell)
            case _:
                return self._text(text, raw, tell)

    def _text(self, text: str, raw: object, tell: Tell) -> str | Gone:
        if isinstance(raw, bool):
            tell("kind", "文本 text", kind_of(raw), Severity.ERROR)
            return GONE
        if self.rule.identifier is not None:
            checked = check_identifier(text, self.rule.identifier)
            for flaw in checked.flaws:
                tell(flaw.code, flaw.expected, flaw.found, flaw.severity)
            text = checked.value
        if self.matches is not None and not self.matches(text):
            code, severity = ("text", Severity.ERROR)
            if self.rule.mismatch == "absent":
                code, severity = ("text_unknown", Severity.WARNING)
            tell(
                code,
                self.rule.pattern_says or "",
                f"{len(text)} 个字符的其他文本 another text of {len(text)} characters",
                severity,
            )
            return GONE
        return text


def _kind_found(raw: object) -> str:
    return "超出范围的数 a number out of bounds" if isinstance(raw, int | Decimal) else kind_of(raw)


def _text_found(text: str) -> str:
    return f"{len(text)} 个字符的文本 a text of {len(text)} characters"


def _coded(text: str, codes: CodeTable, tell: Tell) -> Any:
    if text in codes.table:
        return codes.table[text]
    known = "、".join(list(codes.table)[:12]) + ("…" if len(codes.table) > 12 else "")
    expected = f"代码之一 one of {known}"
    if codes.unknown is Unknown.ERROR:
        tell("code_unknown", expected, "其他代码 another code", Severity.ERROR)
        return GONE
    tell("code_unknown", expected, "其他代码，已采用 another code, which was taken", Severity.WARNING)
    return text if codes.otherwise is None else codes.otherwise


def _date(text: str, formats: tuple[str, ...], tell: Tell) -> date | Gone:
    usual = unicodedata.normalize("NFKC", text)
    for each in formats:
        try:
            return datetime.strptime(usual, each).date()
        except ValueError:
            continue
    tell("date", f"日期，格式 a date written {' 或 or '.join(formats)}", _text_found(text), Severity.ERROR)
    return GONE


def _integer(text: str, written: NumberFormat, bits: int, tell: Tell) -> int | Gone:
    usual = unicodedata.normalize("NFKC", text)
    if written.group_sign:
        usual = usual.replace(written.group_sign, "")
    usual = usual.replace(written.decimal_sign, ".") if written.decimal_sign != "." else usual
    if len(usual) > NUMBER_CHARACTERS or not _DIGITS.fullmatch(usual):
        tell(
            "number",
            f"数字，小数点为 a number with the decimal sign {written.decimal_sign!r}",
            _text_found(text),
            Severity.ERROR,
        )
        return GONE
    try:
        value = Decimal(usual) * written.scale
    except InvalidOperation:  # pragma: no cover (forty digits never are)
        return GONE
    if value != value.to_integral_value():
        places = len(str(written.scale)) - 1
        unit = f"至多 {places} 位小数 at most {places} decimal places" if places else "整数 a whole number"
        tell("number", unit, "小数位更多 more decimal places", Severity.ERROR)
        return GONE
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        tell("number", f"{bits} 位整数 an integer of {bits} bits", "超出范围 a larger one", Severity.ERROR)
        return GONE
    return int(value)
