"""Records in an XML document: the elements at the path that the mapping says (`数据/记录`, from the root). Read with SAX.

- An element without attributes and elements is its text. Else it is an object: `@name` for an attribute, an element's name
  for an element (a list where it repeats), `#text` for text beside them. Prefixes of names (`gov:姓名`) fall away.
- A document type is refused (defusedxml): no entity is defined, expanded or fetched.
- Where the text is no XML, what was read before is kept, and the place is reported by line and column.
"""

import xml.sax
from collections.abc import Iterator
from typing import Any
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from tongban.adapters.mapping.source_record import (
    DEPTH_MAX,
    NESTING_MAX,
    RECORD_MAX_CHARACTERS,
    TOKEN_MAX_CHARACTERS,
    SourceRecord,
    endless,
    file_broken,
    too_large,
)
from tongban.adapters.mapping.source_text import SourceText
from tongban.contracts.mapping.findings import Finding
from tongban.contracts.mapping.scalars import TEXT_KEY

ELEMENT_CHARACTERS = 16
"""What an element counts at least towards the size of a record."""


def xml_records(text: SourceText, names: tuple[str, ...]) -> Iterator[SourceRecord]:
    """Yield the records at `names`, which begin with the root's name."""
    handler = _Records(names, text)
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    number, silent, flaw = 0, 0, None
    while flaw is None and (piece := text.piece()):
        before = handler.events
        flaw = _fed(parser, piece)
        silent = silent + len(piece) if handler.events == before else 0
        if flaw is None and silent > TOKEN_MAX_CHARACTERS:
            flaw = endless(), text.place
        for each in handler.taken():
            number += 1
            yield _numbered(number, *each)
    flaw = flaw or _ended(parser, text)
    for each in handler.taken():
        number += 1
        yield _numbered(number, *each)
    if flaw is None and number == 0:
        flaw = file_broken(f"记录，位于 a record at {'/'.join(names)}", "无 none"), "line 1"
    if flaw is not None:
        yield SourceRecord(number + 1, flaw[1], None, (flaw[0],))


def _numbered(number: int, place: str, value: Any) -> SourceRecord:
    if isinstance(value, Finding):
        return SourceRecord(number, place, None, (value,))
    return SourceRecord(number, place, value if isinstance(value, dict) else {TEXT_KEY: value})


def _fed(parser: DefusedExpatParser, piece: str) -> tuple[Finding, str] | None:
    try:
        parser.feed(piece)
    except xml.sax.SAXParseException as err:
        flaw = file_broken("格式正确的 XML well-formed XML", err.getMessage())
    except DefusedXmlException:
        flaw = file_broken("无文档类型的 XML without a document type", "文档类型 a document type")
    except (xml.sax.SAXException, ValueError) as err:
        flaw = file_broken("格式正确的 XML well-formed XML", type(err).__name__)
    else:
        return None
    return flaw, f"line {parser.getLineNumber() or 1}, column {parser.getColumnNumber() or 0}"


def _ended(parser: DefusedExpatParser, text: SourceText) -> tuple[Finding, str] | None:
    try:
        parser.close()
    except (xml.sax.SAXException, ValueError):
        return file_broken("XML 的结尾 the end of the XML document", "文件结尾 the end of the file"), text.place
    return None


class _Element:
    """An element of a record that is still open."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.parts: dict[str, Any] = {f"@{_local(name)}": value for name, value in attributes.items()}
        self.text: list[str] = []

    def value(self) -> Any:
        text = "".join(self.text).strip()
        if not self.parts:
            return text
        return {**self.parts, TEXT_KEY: text} if text else self.parts

    def add(self, name: str, value: Any) -> None:
        if name not in self.parts:
            self.parts[name] = value
        elif isinstance(self.parts[name], list):
            self.parts[name].append(value)
        else:
            self.parts[name] = [self.parts[name], value]


class _Records(ContentHandler):
    """Puts records together from SAX events. What breaks a bound is counted, and not kept."""

    def __init__(self, names: tuple[str, ...], text: SourceText) -> None:
        super().__init__()
        self._names = names
        self._source = text
        self._path: list[str] = []
        self._open: list[_Element] = []
        self._begun, self._size = "", 0
        self._flaw: Finding | None = None
        self._taken: list[tuple[str, Any]] = []
        self.events = 0

    def taken(self) -> list[tuple[str, Any]]:
        """The records that ended since the last call, each with the place at which it began."""
        taken, self._taken = self._taken, []
        return taken

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (SAX's name)
        """An element begins."""
        self.events += 1
        depth = len(self._path) - len(self._names)
        if len(self._path) >= NESTING_MAX:
            raise xml.sax.SAXException("elements nested too deeply")
        self._path.append(_local(name))
        if depth < 0 and tuple(self._path) == self._names:
            self._begun, self._size, self._flaw = self._source.place, 0, None
            self._open = [_Element(dict(attrs))]
        elif self._open:
            self._grow(ELEMENT_CHARACTERS + sum(len(key) + len(value) for key, value in attrs.items()), depth)
            if self._flaw is None:
                self._open.append(_Element(dict(attrs)))

    def characters(self, content: str) -> None:
        """Text, in parts."""
        self.events += 1
        if self._open:
            self._grow(len(content), 0)
            if self._flaw is None:
                self._open[-1].text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 (SAX's name)
        """An element ends, maybe a record with it."""
        self.events += 1
        at_record = len(self._path) == len(self._names) and bool(self._open)
        ended = self._path.pop()
        if at_record:
            self._taken.append((self._begun, self._flaw or self._open[0].value()))
            self._open = []
        elif self._open and self._flaw is None:
            value = self._open.pop().value()
            self._open[-1].add(ended, value)

    def _grow(self, size: int, depth: int) -> None:
        self._size += size
        if self._flaw is None and (self._size > RECORD_MAX_CHARACTERS or depth >= DEPTH_MAX):
            self._flaw = too_large()
            self._open = [_Element({})]


def _local(name: str) -> str:
    return name.rpartition(":")[2]
