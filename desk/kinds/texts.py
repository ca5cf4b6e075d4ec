"""Texts: words in clear, free texts that are sealed, codes of regions, organizations and fields."""

from typing import Any

from tongban.contracts.content.free_text import MAX_TEXT_BYTES, encode_text
from tongban.desk.case_at_hand import CaseAtHand
from tongban.desk.kinds.kind import JsonSchema, Kind, filled_text_of, text_of
from tongban.domain.identifiers import RegionCode

REGION_PATTERN = "^[0-9]{6}$"


class Words(Kind[str]):
    """A short text in clear: a number, the name of a body. It says nothing about a person."""

    zh, en = "文字", "words"

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return str

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "string", "minLength": 1}

    def read_text(self, text: str) -> str:
        """See `Kind`. Every text is one."""
        return text

    def read_json(self, value: object) -> str:
        """See `Kind`."""
        return filled_text_of(value, self.en)

    def as_json(self, value: str) -> str:
        """See `Kind`."""
        return value


class Organization(Words):
    """The code of an organization, as its region's registry has it."""

    zh, en = "机构", "organization"


class MaterialCode(Words):
    """The code of a material in the matter's contract."""

    zh, en = "材料代码", "code of a material"


class FormFieldName(Words):
    """The name of a field of the matter's form."""

    zh, en = "申请表字段", "field of the form"


class Region(Kind[str]):
    """A region of the federation, by its six digits (GB/T 2260). Whether it is enrolled, the case decides."""

    zh, en = "地区", "region"

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return RegionCode

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`."""
        return {"type": "string", "pattern": REGION_PATTERN}

    def read_text(self, text: str) -> str:
        """See `Kind`. A code that no region has is refused where the regions are known."""
        return text

    def read_json(self, value: object) -> str:
        """See `Kind`."""
        return filled_text_of(value, self.en)

    def as_json(self, value: str) -> str:
        """See `Kind`."""
        return value

    def settled(self, value: str, at_hand: CaseAtHand) -> RegionCode:
        """See `Kind`."""
        del at_hand
        return RegionCode(value)


class FreeText(Kind[str]):
    """A reason, a question, an answer in somebody's words. It may say anything about a person."""

    zh, en = "说明", "free text"
    personal = True

    @property
    def makes(self) -> Any:
        """See `Kind`."""
        return bytes

    @property
    def json_schema(self) -> JsonSchema:
        """See `Kind`. The limit is one of bytes, so a shorter text may be too long as well."""
        return {"type": "string", "maxLength": MAX_TEXT_BYTES}

    def read_text(self, text: str) -> str:
        """See `Kind`."""
        return text

    def read_json(self, value: object) -> str:
        """See `Kind`."""
        return text_of(value, self.en)

    def as_json(self, value: str) -> str:
        """See `Kind`."""
        return value

    def settled(self, value: str, at_hand: CaseAtHand) -> bytes:
        """The Avro binary of the text. Raises MalformedError for one that is too long or no Unicode."""
        del at_hand
        return encode_text(value)
