"""Identifiers in a record, held against what they must be. The checks are python-stdnum's; the words are ours.

| kind                | what is accepted                                                                            |
|---------------------|---------------------------------------------------------------------------------------------|
| `citizen_id`        | 公民身份号码 GB 11643: 18 characters; a lower-case x becomes X                                     |
| `credit_code`       | 统一社会信用代码 GB 32100: 18 characters of its alphabet; small letters become capitals             |
| `organization_code` | 组织机构代码 GB 11714: 9 characters, or 8, a hyphen and 1                                         |
| `region_code`       | 行政区划代码 GB/T 2260: 6 digits, or 12 of which the last six are 0; six are kept                  |

Where stdnum 2.2 says less than an owner of data needs, its parts are asked one by one:

- `ric.validate` raises the same error for a date that does not exist and for a county that its table does not have, or
  not for that year; and KeyError for a county unknown in a known province. A date is an error; a region is a warning, for
  a table is never newer than the newest region.
- `uscc.validate` wants a digit in the first place. Registrars with a letter are a warning.
- It has no module for organization codes: their check digit is computed here (weights 3 7 9 10 5 8 4 2, 11 - sum mod 11).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from tongban.contracts.mapping.findings import Flaw, Severity


class IdentifierKind(StrEnum):
    """See the table above."""

    CITIZEN_ID = "citizen_id"
    CREDIT_CODE = "credit_code"
    ORGANIZATION_CODE = "organization_code"
    REGION_CODE = "region_code"


class Checked(NamedTuple):
    """An identifier in its usual writing, with its flaws."""

    value: str
    flaws: tuple[Flaw, ...]


def check_identifier(text: str, kinds: tuple[IdentifierKind, ...]) -> Checked:
    """Check a text against the first of `kinds`; one that is only of a later kind is taken with a warning."""
    value = _usual(text)
    first, *others = kinds
    for other in others:
        if _SHAPES[other].fullmatch(value) and not _SHAPES[first].fullmatch(value):
            superseded = Flaw("identifier_superseded", WORDS[first], WORDS[other], Severity.WARNING)
            return Checked(_written(value, other), (superseded, *_CHECKS[other](value)))
    return Checked(_written(value, first), tuple(_CHECKS[first](value)))


WORDS: Mapping[IdentifierKind, str] = {
    IdentifierKind.CITIZEN_ID: "18 位公民身份号码 a citizen identity number of 18 characters",
    IdentifierKind.CREDIT_CODE: "18 位统一社会信用代码 a unified social credit code of 18 characters",
    IdentifierKind.ORGANIZATION_CODE: "9 位组织机构代码 an organization code of 9 characters",
    IdentifierKind.REGION_CODE: "6 位行政区划代码（或补零至 12 位） a region code of 6 digits (or 12, filled up with 0)",
}

_CREDIT_ALPHABET = "0-9A-HJ-NP-RTUWXY"
_ISSUERS = "0-9"
"""Registrars that the library knows begin with a digit."""
_SHAPES: Mapping[IdentifierKind, re.Pattern[str]] = {
    IdentifierKind.CITIZEN_ID: re.compile(r"[0-9]{17}[0-9X]"),
    IdentifierKind.CREDIT_CODE: re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}"),
    IdentifierKind.ORGANIZATION_CODE: re.compile(r"[0-9A-Z]{8}-?[0-9X]"),
    IdentifierKind.REGION_CODE: re.compile(r"[0-9]{6}(?:0{6})?"),
}
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_REGION_DIGITS = 6
_CACHED_REGIONS = 8192
_PAST = re.compile(r"\[[0-9]*-[0-9]+\]")


def _usual(text: str) -> str:
    """Capitals in their usual width, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _written(value: str, kind: IdentifierKind) -> str:
    if kind is IdentifierKind.REGION_CODE:
        return value[:_REGION_DIGITS]
    return value.replace("-", "") if kind is IdentifierKind.ORGANIZATION_CODE else value


def _citizen_id(value: str) -> Iterator[Flaw]:
    expected = WORDS[IdentifierKind.CITIZEN_ID]
    if len(value) == 15 and value.isdecimal():
        yield Flaw("identifier_old", expected, "15 位旧号码 15 digits, the form issued before")
    elif (flaw := _shape_flaw(value, IdentifierKind.CITIZEN_ID, (18,))) is not None:
        yield flaw
    else:
        if value[-1] != ric.calc_check_digit(value):
            yield Flaw(
                "identifier_check", "由前 17 位算出的校验位 the check digit that the other 17 give", "不同 another one"
            )
        try:
            ric.get_birth_date(value)
        except ValidationError:
            yield Flaw(
                "identifier_date",
                "第 7 至 14 位为出生日期 a birth date in places 7 to 14",
                "不存在的日期 no date of the calendar",
            )
        else:
            yield from _birth_place(value)


def _birth_place(value: str) -> Iterator[Flaw]:
    if not _was_there(value[:_REGION_DIGITS], value[6:10]):
        expected = "第 1 至 6 位为出生当年的区划 a region in places 1 to 6 that there was in the year of birth"
        yield Flaw("identifier_region", expected, "表中没有 none of the table", Severity.WARNING)


@lru_cache(_CACHED_REGIONS)
def _was_there(region: str, year: str) -> bool:
    """Whether the table has a region for a year of four digits."""
    try:
        ric.get_birth_place(f"{region}{year}0101")
    except (ValidationError, KeyError):
        return False
    return True


def _credit_code(value: str) -> Iterator[Flaw]:
    if (flaw := _shape_flaw(value, IdentifierKind.CREDIT_CODE, (18,))) is not None:
        yield flaw
        return
    if value[-1] != uscc.calc_check_digit(value):
        yield Flaw(
            "identifier_check", "由前 17 位算出的校验位 the check character that the other 17 give", "不同 another one"
        )
    elif value[16] != _organization_check(value[8:16]):
        found = "第 17 位不同 another check digit in place 17"
        yield Flaw(
            "identifier_inner",
            "第 9 至 17 位为组织机构代码 an organization code in places 9 to 17",
            found,
            Severity.WARNING,
        )
    if not re.match(f"[{_ISSUERS}]{{2}}", value):
        expected = "前两位为数字 a registrar and a kind of two digits in places 1 and 2"
        yield Flaw("identifier_issuer", expected, "字母 letters", Severity.WARNING)


def _organization_code(value: str) -> Iterator[Flaw]:
    if (flaw := _shape_flaw(value, IdentifierKind.ORGANIZATION_CODE, (9, 10))) is not None:
        yield flaw
    elif value[-1] != _organization_check(value[:8]):
        yield Flaw(
            "identifier_check", "由前 8 位算出的校验位 the check digit that the other 8 give", "不同 another one"
        )


def _organization_check(body: str) -> str:
    total = sum(weight * int(char, 36) for weight, char in zip(_ORGANIZATION_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


def _region_code(value: str) -> Iterator[Flaw]:
    if (flaw := _shape_flaw(value, IdentifierKind.REGION_CODE, (6, 12))) is not None:
        yield flaw
        return
    counties = _counties(value[:_REGION_DIGITS])
    if not counties:
        yield Flaw("identifier_region", "表中的区划 a region of the table", "表中没有 none of it", Severity.WARNING)
    elif all(_PAST.match(each) for each in counties):
        yield Flaw(
            "identifier_region",
            "现行区划 a region that there still is",
            "已撤销的区划 one of the past",
            Severity.WARNING,
        )


@lru_cache(_CACHED_REGIONS)
def _counties(region: str) -> tuple[str, ...]:
    """The names that a region's code has had, as the table writes them: `[2000-2019]广德县`."""
    parts = numdb.get("cn/loc").info(region)
    return tuple(name for _, part in parts if "county" in part for name in part["county"].split(","))


def _shape_flaw(value: str, kind: IdentifierKind, lengths: tuple[int, ...]) -> Flaw | None:
    if len(value) not in lengths:
        return Flaw("identifier_length", WORDS[kind], f"{len(value)} 位 {len(value)} characters")
    if not _SHAPES[kind].fullmatch(value):
        return Flaw("identifier_characters", WORDS[kind], "不应有的字符 characters that it never has")
    return None


_CHECKS: Mapping[IdentifierKind, Callable[[str], Iterator[Flaw]]] = {
    IdentifierKind.CITIZEN_ID: _citizen_id,
    IdentifierKind.CREDIT_CODE: _credit_code,
    IdentifierKind.ORGANIZATION_CODE: _organization_code,
    IdentifierKind.REGION_CODE: _region_code,
}
