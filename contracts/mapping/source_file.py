"""What a mapping says of the file of an old system: its format, its encoding, and where the records are in it.

Not handled here: reading such a file (`adapters.mapping`).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from tongban.contracts.yaml.model import Model, model_fault

SourcePath = Annotated[str, StringConstraints(pattern=r"^[^/]+(/[^/]+)*$", max_length=200)]
"""Names between slashes, from the record or the document down: `申请人/姓名`."""


class FileFormat(StrEnum):
    """How records are written in a file."""

    CSV = "csv"
    JSON = "json"
    JSON_LINES = "json_lines"
    XML = "xml"


class Encoding(StrEnum):
    """How text is encoded in a file. GB18030 reads GBK and GB2312 too."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    GB18030 = "gb18030"


class ByteOrderMark(StrEnum):
    """What is done with a byte order mark: it decides the encoding, must be there, or must not."""

    DECIDES = "decides"
    REQUIRED = "required"
    REFUSED = "refused"


class SourceFile(Model):
    """How the file is to be read."""

    format: FileFormat
    encoding: Encoding = Encoding.UTF_8
    byte_order_mark: ByteOrderMark = ByteOrderMark.DECIDES
    records: SourcePath | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    multiline: bool = False

    @model_validator(mode="after")
    def _records_have_a_place(self) -> Self:
        if self.format is FileFormat.XML and self.records is None:
            raise model_fault("records, the path of elements from the root to a record, as 数据/记录", "nothing")
        if self.format in (FileFormat.CSV, FileFormat.JSON_LINES) and self.records is not None:
            raise model_fault(f"no records: each line of {self.format} is one", repr(self.records))
        return self
