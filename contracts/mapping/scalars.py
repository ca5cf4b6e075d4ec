"""One value of an old system, read as what a field of the form holds: text, date, number, code or identifier.

- A value that cannot be read as asked is given up with a flaw: it is never guessed at, and nothing is raised.
- Blanks around a text fall away (ideographic ones too), and digits of full width are read as usual ones.

Not handled here: where a value is, lists and records, and values that are not there (`converter`).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, NamedTuple

from pydantic import StringConstraints, TypeAdapter, ValidationError

from tongban.contracts.faults import kind_of
from tongban.contracts.mapping.findings import Flaw, Severity
from tongban.contracts.mapping.identifiers import check_identifier
from tongban.contracts.mapping.mapping_file import CodeTable, FieldRule, NumberFormat, Unknown


class Gone:
    """The mark of a value that is not there, or could not be read."""


GONE: Final = Gone()

NUMBER_CHARACTERS = 40
"""The longest number that is read: 64 bits take 19 digits."""
_DAMAGED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_DIGITS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BITS = {"int": 32, "long": 64}
TEXT_KEY = "#text"
"""The key of an XML element's text, where it has attributes or elements too."""


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


class ReadValue(NamedTuple):
    """The value for the form, or GONE; and what is wrong with what was read."""

    value: Any
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class ScalarReader:
    """Reads values for one field: its type, and what the mapping says of it."""

    kind: str
    rule: FieldRule
    codes: CodeTable | None
    matches: Callable[[str], bool] | None

    def read(self, raw: object) -> ReadValue:
        """The value for the form; GONE only with an error, or with a warning where the mapping says so."""
        text = plain_text(raw)
        if isinstance(text, Gone):
            return _gone("kind", "单个值 one value", _kind_found(raw))
        if _DAMAGED.search(text):
            return _gone(
                "damaged_text",
                "可显示的字符 characters that can be shown",
                "替换符或控制符 replaced or control characters",
            )
        if self.codes is not None:
            return _coded(text, self.codes)
        match self.kind:
            case "date":
                return _date(text, self.rule.date or ())
            case "int" | "long":
                return _integer(text, self.rule.number or NumberFormat(), _BITS[self.kind])
            case _:
                return self._text(text, raw)

    def _text(self, text: str, raw: object) -> ReadValue:
        if isinstance(raw, bool):
            return _gone("kind", "文本 text", kind_of(raw))
        flaws: tuple[Flaw, ...] = ()
        if self.rule.identifier is not None:
            text, flaws = check_identifier(text, self.rule.identifier)
        if self.matches is None or self.matches(text):
            return ReadValue(text, flaws)
        found = f"{len(text)} 个字符的其他文本 another text of {len(text)} characters"
        tolerated = self.rule.mismatch == "absent"
        code, severity = ("text_unknown", Severity.WARNING) if tolerated else ("text", Severity.ERROR)
        return ReadValue(GONE, (*flaws, Flaw(code, self.rule.pattern_says or "", found, severity)))


def _gone(code: str, expected: str, found: str) -> ReadValue:
    return ReadValue(GONE, (Flaw(code, expected, found),))


def _kind_found(raw: object) -> str:
    return "超出范围的数 a number out of bounds" if isinstance(raw, int | Decimal) else kind_of(raw)


def _text_found(text: str) -> str:
    return f"{len(text)} 个字符的文本 a text of {len(text)} characters"


def _coded(text: str, codes: CodeTable) -> ReadValue:
    if text in codes.table:
        return ReadValue(codes.table[text])
    known = "、".join(list(codes.table)[:12]) + ("…" if len(codes.table) > 12 else "")
    expected = f"代码之一 one of {known}"
    if codes.unknown is Unknown.ERROR:
        return _gone("code_unknown", expected, "其他代码 another code")
    taken = text if codes.otherwise is None else codes.otherwise
    found = "其他代码，已采用 another code, which was taken"
    return ReadValue(taken, (Flaw("code_unknown", expected, found, Severity.WARNING),))


def _date(text: str, formats: tuple[str, ...]) -> ReadValue:
    usual = unicodedata.normalize("NFKC", text)
    for each in formats:
        try:
            return ReadValue(datetime.strptime(usual, each).date())
        except ValueError:
            continue
    return _gone("date", f"日期，格式 a date written {' 或 or '.join(formats)}", _text_found(text))


def _integer(text: str, written: NumberFormat, bits: int) -> ReadValue:
    usual = unicodedata.normalize("NFKC", text)
    if written.group_sign:
        usual = usual.replace(written.group_sign, "")
    usual = usual.replace(written.decimal_sign, ".") if written.decimal_sign != "." else usual
    if len(usual) > NUMBER_CHARACTERS or not _DIGITS.fullmatch(usual):
        expected = f"数字，小数点为 a number with the decimal sign {written.decimal_sign!r}"
        return _gone("number", expected, _text_found(text))
    try:
        value = Decimal(usual) * written.scale
    except InvalidOperation:  # pragma: no cover (forty digits never are)
        return ReadValue(GONE)
    if value != value.to_integral_value():
        places = len(str(written.scale)) - 1
        unit = f"至多 {places} 位小数 at most {places} decimal places" if places else "整数 a whole number"
        return _gone("number", unit, "小数位更多 more decimal places")
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        return _gone("number", f"{bits} 位整数 an integer of {bits} bits", "超出范围 a larger one")
    return ReadValue(int(value))
