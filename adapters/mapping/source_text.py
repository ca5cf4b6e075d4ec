"""The text of a source file, piece by piece, whatever its encoding, and where one is in it.

- A byte order mark decides the encoding, must be there or must not, as the mapping says.
- Bytes that are no text of the encoding become U+FFFD: the value that holds one is reported, and reading goes on.
- A piece ends with its line, or after `PIECE_CHARACTERS`: a file of one endless line takes no more memory than another.
"""

import codecs
import io
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from tongban.contracts.mapping.findings import Finding
from tongban.contracts.mapping.source_file import ByteOrderMark, Encoding, SourceFile
from tongban.domain.errors import SettingsError

PIECE_CHARACTERS = 16 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16-le", Encoding.GB18030: "gb18030"}


class SourceText:
    """An open source file. Use it as a context manager."""

    def __init__(self, path: Path, about: SourceFile) -> None:
        try:
            self._binary: BinaryIO = path.open("rb")
        except (OSError, ValueError) as err:
            found = getattr(err, "strerror", None) or str(err)
            raise SettingsError(f"the file {path} cannot be read", found=found) from err
        self.path = path
        self.line = 0
        """The number of the line that the last piece belongs to; the first is 1."""
        self.place = "line 1"
        """Where the last piece begins: `line 7`, or `line 1, behind character 16384` within a long one."""
        self._column = 0
        self._line_ended = True
        self.encoding, self._mark = self._detected(about)
        self._about = about
        self._text = io.TextIOWrapper(self._binary, self.encoding, errors="replace", newline="")
        try:
            self.total_bytes = path.stat().st_size
        except OSError:
            self.total_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._text.close()

    @property
    def done_bytes(self) -> int:
        """About how far reading has come."""
        try:
            return self._binary.tell()
        except (OSError, ValueError):  # a pipe has no places
            return 0

    def mark_flaw(self) -> Finding | None:
        """What is wrong with the byte order mark, if the mapping asks for one or for none."""
        wanted = self._about.byte_order_mark
        if wanted is ByteOrderMark.REQUIRED and not self._mark:
            return Finding("file_broken", "映射要求的字节顺序标记 a byte order mark, as the mapping says", "无 none")
        if wanted is ByteOrderMark.REFUSED and self._mark:
            return Finding(
                "file_broken",
                f"无字节顺序标记的 {self._about.encoding} without a byte order mark",
                f"有 one of {self.encoding}",
            )
        return None

    def piece(self) -> str:
        """The next line with its end, or the next part of a long one; "" at the end of the file."""
        text = self._text.readline(PIECE_CHARACTERS)
        if text and self._line_ended:
            self.line, self._column = self.line + 1, 0
            self.place = f"line {self.line}"
        elif text:
            self.place = f"line {self.line}, behind character {self._column}"
        self._column += len(text)
        self._line_ended = text.endswith(("\n", "\r"))
        return text

    def _detected(self, about: SourceFile) -> tuple[str, bool]:
        head = self._binary.peek(4)[:4] if isinstance(self._binary, io.BufferedReader) else b""
        for mark, name in _MARKS:
            if head.startswith(mark):
                self._binary.read(len(mark))
                return name, True
        return _CODECS[about.encoding], False
